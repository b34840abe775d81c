using System.Buffers.Binary;

namespace Discord.Modules.Voice.Media;

/// <summary>What RTCP says of a leg's path (RFC 3550, 6.4).</summary>
internal static class Rtcp
{
    private const int SenderReport = 200;
    private const int ReceiverReport = 201;
    private const int HeaderLength = Rtp.RtcpHeaderLength;
    private const int SenderInfoLength = 20;
    private const int BlockLength = 24;

    /// <summary>Longest of those that this server writes: with one block.</summary>
    public const int LongestReport = HeaderLength + BlockLength;

    /// <summary>Reads the reports of a compound packet; what is not whole ends it.</summary>
    public static void Read(Leg leg, ReadOnlySpan<byte> packet, long now)
    {
        while (packet.Length >= HeaderLength && packet[0] >> 6 == 2)
        {
            var length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) + 1);
            if (length > packet.Length)
                return;
            var blocks = packet[1] switch
            {
                SenderReport when length >= HeaderLength + SenderInfoLength => packet[(HeaderLength + SenderInfoLength)..length],
                ReceiverReport when length >= HeaderLength => packet[HeaderLength..length],
                _ => [],
            };
            for (var count = packet[0] & 0x1F; count > 0 && blocks.Length >= BlockLength; count--, blocks = blocks[BlockLength..])
                leg.Counters.Reported(blocks[4], RoundTrip(blocks, now));
            packet = packet[length..];
        }
    }

    /// <summary>The middle 32 bits of an NTP time: what a report says back as "last SR".</summary>
    public static uint ShortTime(long now) => (uint)((UInt128)(ulong)(now + NtpEpoch) * 65_536 / TimeSpan.TicksPerSecond);

    /// <summary>The NTP time of a sender report: 64 bits.</summary>
    public static void WriteTime(Span<byte> to, long now) =>
        BinaryPrimitives.WriteUInt64BigEndian(to, (ulong)(((UInt128)(ulong)(now + NtpEpoch) << 32) / TimeSpan.TicksPerSecond));

    /// <summary>A sender report without blocks (RFC 3550, 6.4.1).</summary>
    /// <param name="timestamp">What the sender's RTP clock says at this moment.</param>
    public static int WriteSenderReport(Span<byte> packet, uint from, long now, uint timestamp, uint packets, uint octets)
    {
        const int length = HeaderLength + SenderInfoLength;
        (packet[0], packet[1]) = (0x80, SenderReport);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], length / 4 - 1);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], from);
        WriteTime(packet[8..], now);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], packets);
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], octets);
        return length;
    }

    private static long NtpEpoch => (DateTime.UnixEpoch - new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc)).Ticks;

    // Only for reports of this server's own clock.
    private static long RoundTrip(ReadOnlySpan<byte> block, long now)
    {
        var last = BinaryPrimitives.ReadUInt32BigEndian(block[16..]);
        var delay = BinaryPrimitives.ReadUInt32BigEndian(block[20..]);
        if (last == 0)
            return -1;
        var trip = (int)(ShortTime(now) - last - delay);
        return trip is < 0 or > 10 * 65_536 ? -1 : trip * TimeSpan.TicksPerSecond / 65_536;
    }
}
