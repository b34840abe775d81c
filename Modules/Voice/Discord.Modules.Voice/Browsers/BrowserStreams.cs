using System.Buffers.Binary;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// What a browser numbers otherwise than the room does: its SSRCs, which reports speak of, and its header extensions. (Payload types are the leg's own matter.)
/// </summary>
/// <remarks>One per connection, used by the media thread of its leg alone.</remarks>
internal sealed class BrowserStreams(PayloadTypes types, byte levelExtension, uint audioSsrc)
{
    /// <summary>The number of the audio level among Discord's header extensions.</summary>
    private const byte NativeLevel = 1;

    private const ushort OneByteExtensions = 0xBEDE;

    // Audio, video, retransmissions: as the room knows them, and as the browser sends them (0: not yet).
    private readonly uint[] _native = [audioSsrc, audioSsrc + (uint)MediaKind.Video, audioSsrc + (uint)MediaKind.Retransmission];
    private readonly uint[] _own = new uint[3];

    /// <summary>Takes note of a browser's packet, in the clear, and gives its audio level the number that it has in the room.</summary>
    /// <param name="header">Bytes before the payload.</param>
    public void Note(Span<byte> packet, int header)
    {
        if (types.ToRoom(Rtp.PayloadType(packet), out var kind) != 0)
            _own[(int)kind] = Rtp.Ssrc(packet);
        if (header > Rtp.HeaderLength)
            KeepLevel(packet[Rtp.HeaderLength..header]);
    }

    /// <summary>RTCP of the browser, as the room is to see it.</summary>
    /// <param name="sent">Under whose numbers it asks for what it lost.</param>
    public void ToRoom(Span<byte> rtcp, SrtpStreams sent) => Replace(rtcp, _own, _native, sent);

    /// <summary>RTCP for the browser.</summary>
    public void ToBrowser(Span<byte> rtcp) => Replace(rtcp, _native, _own, null);

    /// <summary>All other extensions become padding: their numbers are a matter of this one connection.</summary>
    private void KeepLevel(Span<byte> extension)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(extension) != OneByteExtensions)
            return;
        for (var at = 4; at < extension.Length;)
        {
            var number = extension[at] >> 4;
            var next = number == 0 ? at + 1 : Math.Min(at + 2 + (extension[at] & 0x0F), extension.Length);
            if (number == levelExtension)
                extension[at] = (byte)((NativeLevel << 4) | (extension[at] & 0x0F));
            else
                extension[at..next].Clear();
            at = next;
        }
    }

    /// <summary>Replaces SSRCs wherever RTCP has them: senders, and those reported on (RFC 3550, 4585, 5104; REMB); and the numbers of lost packets.</summary>
    private static void Replace(Span<byte> compound, ReadOnlySpan<uint> old, ReadOnlySpan<uint> by, SrtpStreams? sent)
    {
        while (compound.Length >= 8)
        {
            var length = 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(compound[2..]);
            if (length < 8 || length > compound.Length)
                return;
            var packet = compound[..length];
            compound = compound[length..];
            var count = packet[0] & 0x1F;
            // Where sources lie: the sender's; then, for most kinds, more of them at equal distances.
            var (first, step, more) = (packet[1], count) switch
            {
                (200, _) => (28, 24, count), // Sender report
                (201, _) => (8, 24, count), // Receiver report
                (203, _) => (8, 4, count - 1), // Good-bye
                (206, 4) => (12, 8, (length - 12) / 8), // Full intra requests
                (206, 15) => (20, 4, (length - 20) / 4), // Estimate of the bandwidth
                _ => (0, 0, 0),
            };
            Replace(packet, 4, old, by);
            if (packet[1] is 205 or 206)
                Replace(packet, 8, old, by);
            for (var at = first; more > 0; more--, at += step)
                Replace(packet, at, old, by);
            for (var at = 12; sent is not null && (packet[1], count) == (205, 1) && at < packet.Length; at += 4)
                sent.Renumber(BinaryPrimitives.ReadUInt32BigEndian(packet[8..]), packet[at..], back: true);
        }
    }

    private static void Replace(Span<byte> packet, int at, ReadOnlySpan<uint> old, ReadOnlySpan<uint> by)
    {
        if (at + 4 > packet.Length)
            return;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[at..]);
        var index = ssrc == 0 ? -1 : old.IndexOf(ssrc);
        if (index >= 0 && by[index] != 0)
            BinaryPrimitives.WriteUInt32BigEndian(packet[at..], by[index]);
    }
}
