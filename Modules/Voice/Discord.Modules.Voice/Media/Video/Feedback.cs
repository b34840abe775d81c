using System.Buffers.Binary;
using System.Numerics;

namespace Discord.Modules.Voice.Media;

/// <summary>What receivers say of pictures by RTCP, and what this server says to their senders (RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb).</summary>
internal static class Feedback
{
    /// <summary>Longest of what is written here.</summary>
    public const int MaxLength = HeaderLength + 4 * Losses.Max;

    /// <summary>Packets in a second of what one receiver says: a browser that loses every tenth packet of ten pictures says half of it.</summary>
    public const int MaxPerSecond = 1000;

    /// <summary>Packets in a second that one receiver is sent again, of all pictures: what is asked for over and over must not become more than what was sent.</summary>
    public const int MaxRepairsPerSecond = 500;

    private const byte SenderReport = 200;
    private const byte ReceiverReport = 201;
    private const byte Transport = 205;
    private const byte Payload = 206;
    private const int Nack = 1;
    private const int PictureLost = 1;
    private const int FullIntra = 4;
    private const int Application = 15;
    private const uint Remb = 0x5245_4D42;
    private const int HeaderLength = 12;
    private const int SenderReportLength = 28;

    /// <summary>Reads what somebody says of others' pictures, and of when they sent their own; what is not whole ends it.</summary>
    public static void Read(Shard shard, Leg from, ReadOnlySpan<byte> compound, long now)
    {
        if (!from.Remarks.TryTake(now))
        {
            from.Thread.Counters.Count(Drop.Limited);
            return;
        }

        while (compound.Length >= HeaderLength && compound[0] >> 6 == 2)
        {
            var length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(compound[2..]) + 1);
            if (length > compound.Length)
                return;
            var packet = compound[..length];
            compound = compound[length..];
            // A report on nothing, which a compound has to begin with.
            if (length < HeaderLength)
                continue;
            var about = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
            switch (packet[1], packet[0] & 0x1F)
            {
                case (SenderReport, _) when length >= SenderReportLength && BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == from.AudioSsrc:
                    from.Reports.OnReport(packet, now);
                    break;
                case (SenderReport, _) when length >= SenderReportLength && BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == from.VideoSsrc:
                    from.Feed?.OnReport(packet[..SenderReportLength], now);
                    break;
                case (Transport, Nack):
                    shard.FindFeed(about)?.Repeat(from, packet[HeaderLength..], now);
                    break;
                case (Payload, PictureLost):
                    shard.FindFeed(about)?.WantKeyframe(from, now);
                    break;
                case (Payload, FullIntra):
                    for (var entries = packet[HeaderLength..]; entries.Length >= 8; entries = entries[8..])
                        shard.FindFeed(BinaryPrimitives.ReadUInt32BigEndian(entries))?.WantKeyframe(from, now);
                    break;
                case (Payload, Application) when length >= HeaderLength + 8 && BinaryPrimitives.ReadUInt32BigEndian(packet[HeaderLength..]) == Remb:
                    var rate = BinaryPrimitives.ReadUInt32BigEndian(packet[(HeaderLength + 4)..]);
                    from.Estimate = (long)UInt128.Min((UInt128)(rate & 0x3FFFF) << (int)(rate >> 18 & 0x3F), int.MaxValue);
                    break;
            }
        }
    }

    /// <param name="lost">In their order.</param>
    public static int WriteNack(Span<byte> packet, uint from, uint about, ReadOnlySpan<ushort> lost)
    {
        var at = HeaderLength;
        for (var i = 0; i < lost.Length; at += 4)
        {
            var first = lost[i++];
            uint following = 0;
            for (; i < lost.Length && (ushort)(lost[i] - first - 1) < 16; i++)
                following |= 1u << (ushort)(lost[i] - first - 1);
            BinaryPrimitives.WriteUInt32BigEndian(packet[at..], (uint)first << 16 | following);
        }

        return WriteHeader(packet, Transport, Nack, at, from, about);
    }

    public static int WritePictureLost(Span<byte> packet, uint from, uint about) => WriteHeader(packet, Payload, PictureLost, HeaderLength, from, about);

    /// <summary>A receiver report with one block (RFC 3550, 6.4.2).</summary>
    public static int WriteReceiverReport(Span<byte> packet, uint from, uint about, in ReceiverState state)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], (uint)state.FractionLost << 24 | (uint)state.Lost & 0xFF_FFFF);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], (uint)state.Highest);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], state.Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], state.LastReport);
        BinaryPrimitives.WriteUInt32BigEndian(packet[28..], state.SinceReport);
        return WriteHeader(packet, ReceiverReport, 1, Rtcp.LongestReport, from, about);
    }

    /// <summary>A receiver report, and the rate that may be sent.</summary>
    /// <param name="bitsPerSecond">Rounded down to 18 significant bits.</param>
    public static int WriteReport(Span<byte> packet, uint from, uint about, in ReceiverState state, long bitsPerSecond)
    {
        var end = WriteReceiverReport(packet, from, about, state);
        var remb = packet[end..];
        var exponent = Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)bitsPerSecond) - 18);
        BinaryPrimitives.WriteUInt32BigEndian(remb[HeaderLength..], Remb);
        BinaryPrimitives.WriteUInt32BigEndian(remb[(HeaderLength + 4)..], 1u << 24 | (uint)exponent << 18 | (uint)(bitsPerSecond >> exponent));
        BinaryPrimitives.WriteUInt32BigEndian(remb[(HeaderLength + 8)..], about);
        return end + WriteHeader(remb, Payload, Application, HeaderLength + 12, from, 0);
    }

    private static int WriteHeader(Span<byte> packet, byte kind, int format, int length, uint from, uint about)
    {
        (packet[0], packet[1]) = ((byte)(0x80 | format), kind);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(length / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], from);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], about);
        return length;
    }
}

/// <summary>How a stream arrives here, as RFC 3550 counts.</summary>
/// <param name="FractionLost">Since the last report, in 256ths.</param>
/// <param name="Highest">Sequence number, and above it its wraps.</param>
/// <param name="Jitter">In units of the stream's clock.</param>
/// <param name="LastReport">The middle of the time in the sender's last report; 0: there was none.</param>
/// <param name="SinceReport">How long ago that came, in 65,536ths of a second.</param>
internal readonly record struct ReceiverState(byte FractionLost, int Lost, long Highest, uint Jitter, uint LastReport, uint SinceReport)
{
    /// <param name="reported">What was counted when it was reported last.</param>
    /// <param name="since">Ticks since the sender's last report.</param>
    public static ReceiverState Since((long Expected, long Received) reported, (long Expected, long Received) counted, long highest, uint jitter, uint lastReport, long since)
    {
        var lately = counted.Expected - reported.Expected;
        var lost = lately - (counted.Received - reported.Received);
        return new ReceiverState(
            (byte)(lost <= 0 ? 0 : Math.Min(255, 256 * lost / lately)),
            (int)Math.Clamp(counted.Expected - counted.Received, 0, 0x7F_FFFF),
            highest,
            jitter,
            lastReport,
            lastReport == 0 ? 0 : (uint)(since * 65_536 / TimeSpan.TicksPerSecond));
    }
}
