using System.Buffers.Binary;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// How a browser numbers what has other numbers in the room: payload types, header extensions, and its own SSRCs. Packets are changed in place.
/// </summary>
/// <remarks>One per connection, used by the media thread of its room alone.</remarks>
internal sealed class Dialect
{
    private const byte None = 0;
    private const int MaxExtension = 14;
    private const ushort OneByteExtensions = 0xBEDE;

    // By the browser's number the room's, and the other way round.
    private readonly byte[] _payloadsIn = new byte[128];
    private readonly byte[] _payloadsOut = new byte[128];
    private readonly byte[] _extensionsIn = new byte[MaxExtension + 1];
    private readonly byte[] _extensionsOut = new byte[MaxExtension + 1];

    // Audio, video, retransmitted video: as the room knows them, and as the browser sends them (0: not yet).
    private readonly uint[] _native;
    private readonly uint[] _own = new uint[3];

    public Dialect(BrowserOffer offer, uint audio, uint video, uint retransmission)
    {
        _native = [audio, video, retransmission];
        foreach (var (own, native) in offer.PayloadTypes)
            (_payloadsIn[own], _payloadsOut[native]) = (native, own);
        foreach (var (own, native) in offer.Extensions)
            (_extensionsIn[own], _extensionsOut[native]) = (native, own);
    }

    /// <summary>What a browser sent, as the room is to see it.</summary>
    /// <returns>Whether it is something that was agreed on.</returns>
    public bool ToNative(Span<byte> packet)
    {
        var payload = _payloadsIn[packet[1] & 0x7F];
        if (payload == None)
            return false;
        packet[1] = (byte)((packet[1] & 0x80) | payload);
        var stream = PayloadTypes.StreamOf(payload);
        _own[stream] = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], _native[stream]);
        if ((packet[0] & 0x10) != 0)
            Renumber(packet[12..], _extensionsIn);
        return true;
    }

    /// <summary>What the room sends, as this browser is to see it. Runs for each recipient: no allocation, no lock.</summary>
    /// <returns>Whether it can make sense of it.</returns>
    public bool ToBrowser(Span<byte> packet, int header)
    {
        var payload = _payloadsOut[packet[1] & 0x7F];
        if (payload == None)
            return false;
        packet[1] = (byte)((packet[1] & 0x80) | payload);
        if (header > 12)
            Renumber(packet[12..header], _extensionsOut);
        return true;
    }

    public void ControlToNative(Span<byte> packet) => Rtcp.Replace(packet, _own, _native);

    public void ControlToBrowser(Span<byte> packet) => Rtcp.Replace(packet, _native, _own);

    /// <summary>Elements that the other side does not know become padding: a number that means something else there would be worse.</summary>
    private static void Renumber(Span<byte> extension, ReadOnlySpan<byte> numbers)
    {
        var end = 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(extension[2..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(extension) != OneByteExtensions)
        {
            extension[4..end].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(extension, OneByteExtensions);
            return;
        }

        for (var at = 4; at < end;)
        {
            var number = extension[at] >> 4;
            if (number == 0)
            {
                at++;
                continue;
            }
            var next = at + 2 + (extension[at] & 0x0F);
            if (number > MaxExtension || next > end)
            {
                extension[at..end].Clear();
                return;
            }
            if (numbers[number] is var other && other == None)
                extension[at..next].Clear();
            else
                extension[at] = (byte)((other << 4) | (extension[at] & 0x0F));
            at = next;
        }
    }
}

/// <summary>Payload types in the room. Audio's is the one that every client of Discord's voice protocol uses; the others are those that desktop clients offer.</summary>
internal static class PayloadTypes
{
    public const byte Opus = 120;

    /// <summary>By the name that SDP has for the codec; the retransmission's is the next number.</summary>
    public static byte OfVideo(string codec) => codec.ToUpperInvariant() switch
    {
        "AV1" => 101,
        "H265" => 103,
        "H264" => 105,
        "VP8" => 107,
        "VP9" => 109,
        _ => 0,
    };

    /// <summary>0 audio, 1 video, 2 retransmitted video.</summary>
    public static int StreamOf(byte payload) => payload == Opus ? 0 : payload is > 100 and < 111 && payload % 2 == 0 ? 2 : 1;
}

/// <summary>Where RTCP has SSRCs.</summary>
internal static class Rtcp
{
    /// <summary>RTP and RTCP share a port (RFC 5761).</summary>
    public static bool Is(ReadOnlySpan<byte> packet) => packet.Length >= 8 && packet[1] is >= 192 and <= 223;

    /// <summary>Replaces some SSRCs by others wherever they stand: senders, and those reported on.</summary>
    public static void Replace(Span<byte> packet, ReadOnlySpan<uint> old, ReadOnlySpan<uint> by)
    {
        while (packet.Length >= 8)
        {
            var length = 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
            if (length < 8 || length > packet.Length)
                return;
            var one = packet[..length];
            packet = packet[length..];
            var count = one[0] & 0x1F;
            Replace(one, 4, old, by);
            switch (one[1])
            {
                case 200 or 201: // Sender and receiver reports: a block for each source.
                    for (var at = one[1] == 200 ? 28 : 8; count > 0; count--, at += 24)
                        Replace(one, at, old, by);
                    break;
                case 203: // Good-bye
                    for (var at = 8; count > 1; count--, at += 4)
                        Replace(one, at, old, by);
                    break;
                case 205 or 206: // Feedback: of whom, and behind it for some kinds more.
                    Replace(one, 8, old, by);
                    if (one[1] == 206 && count == 4) // Full intra request
                    {
                        for (var at = 12; at < length; at += 8)
                            Replace(one, at, old, by);
                    }
                    else if (one[1] == 206 && count == 15 && length >= 20) // Receiver's estimate of the bandwidth
                    {
                        for (var at = 20; at < length; at += 4)
                            Replace(one, at, old, by);
                    }
                    break;
            }
        }
    }

    private static void Replace(Span<byte> packet, int at, ReadOnlySpan<uint> old, ReadOnlySpan<uint> by)
    {
        if (at + 4 > packet.Length)
            return;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[at..]);
        var index = old.IndexOf(ssrc);
        if (index >= 0 && ssrc != 0 && by[index] != 0)
            BinaryPrimitives.WriteUInt32BigEndian(packet[at..], by[index]);
    }
}
