using System.Buffers.Binary;

namespace Discord.Modules.Voice.Media;

/// <summary>Where things lie in packets of RTP and RTCP (RFC 3550), and what media they are.</summary>
internal static class Rtp
{
    public const int HeaderLength = 12;

    public const int RtcpHeaderLength = 8;

    /// <summary>Opus, in Discord's protocol.</summary>
    public const byte Opus = 120;

    private const int Extended = 0x10;
    private const int ExtensionPreamble = 4;
    private const ushort OneByteExtensions = 0xBEDE;
    private const int AudioLevel = 1;

    /// <summary>The second byte tells: packet types of RTCP are no payload types of RTP (RFC 5761).</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> packet) => packet[1] is >= 192 and < 224;

    public static ushort Sequence(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

    public static uint Timestamp(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);

    public static uint Ssrc(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);

    public static void WriteSsrc(Span<byte> packet, uint ssrc) => BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc);

    public static byte PayloadType(ReadOnlySpan<byte> packet) => (byte)(packet[1] & 0x7F);

    public static int SourceCount(ReadOnlySpan<byte> packet) => packet[0] & 0x0F;

    public static bool IsExtended(ReadOnlySpan<byte> packet) => (packet[0] & Extended) != 0;

    /// <summary>Bytes that the "rtpsize" modes leave in the clear: the fixed header, the CSRCs, and the four bytes that announce the extension; the fixed header of RTCP.</summary>
    public static int ClearLength(ReadOnlySpan<byte> packet) =>
        IsRtcp(packet) ? RtcpHeaderLength : HeaderLength + 4 * SourceCount(packet) + (IsExtended(packet) ? ExtensionPreamble : 0);

    /// <summary>Copies the clear part without CSRCs.</summary>
    /// <returns>Its length.</returns>
    public static int CopyClear(ReadOnlySpan<byte> packet, int clearLength, Span<byte> plain)
    {
        var sources = IsRtcp(packet) ? 0 : 4 * SourceCount(packet);
        if (sources == 0)
        {
            packet[..clearLength].CopyTo(plain);
            return clearLength;
        }

        packet[..HeaderLength].CopyTo(plain);
        plain[0] &= 0xF0;
        packet[(HeaderLength + sources)..clearLength].CopyTo(plain[HeaderLength..]);
        return clearLength - sources;
    }

    /// <summary>Takes the CSRCs out of a packet in the clear.</summary>
    /// <param name="length">Of the packet; ends shorter.</param>
    /// <returns>False: they are longer than the packet.</returns>
    public static bool TryDropSources(Span<byte> plain, ref int length)
    {
        var sources = 4 * SourceCount(plain);
        if (sources == 0)
            return true;
        if (length < HeaderLength + sources)
            return false;
        plain[(HeaderLength + sources)..length].CopyTo(plain[HeaderLength..]);
        plain[0] &= 0xF0;
        length -= sources;
        return true;
    }

    /// <summary>
    /// Takes the header extension out: its numbers are agreed between a sender and this server, and mean something else, or nothing, to a receiver.
    /// </summary>
    /// <param name="packet">Header and payload in the clear, without CSRCs. Ends shorter, and begins later.</param>
    /// <param name="level">RFC 6464: 0 loudest to 127 silent, in -dBov; -1: the packet does not say.</param>
    /// <returns>False: the extension is longer than the packet.</returns>
    public static bool TryStrip(ref Span<byte> packet, out int level)
    {
        level = -1;
        if (!IsExtended(packet))
            return true;
        if (packet.Length < HeaderLength + ExtensionPreamble)
            return false;
        var length = 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(HeaderLength + 2)..]);
        var body = packet[(HeaderLength + ExtensionPreamble)..];
        if (body.Length < length)
            return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[HeaderLength..]) == OneByteExtensions)
            level = FindLevel(body[..length]);
        // The header moves up to the payload: shorter than moving the payload.
        var skipped = ExtensionPreamble + length;
        packet[..HeaderLength].CopyTo(packet[skipped..]);
        packet = packet[skipped..];
        packet[0] &= unchecked((byte)~Extended);
        return true;
    }

    private static int FindLevel(ReadOnlySpan<byte> extensions)
    {
        for (var at = 0; at < extensions.Length;)
        {
            var id = extensions[at] >> 4;
            if (id == 0)
            {
                at++;
                continue;
            }

            var length = (extensions[at] & 0x0F) + 1;
            if (id == AudioLevel && at + 1 < extensions.Length)
                return extensions[at + 1] & 0x7F;
            if (id == 15)
                break;
            at += 1 + length;
        }

        return -1;
    }
}
