using System.Buffers.Binary;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// What RTCP says of a leg's sound (RFC 3550, 6.4). Browsers that hear it are told by this server's clock when it was said: what they tell back gives the round
/// trip, and they play it with its picture. A browser that sends it is told how it arrives. Clients of Discord's own protocol are told nothing: their libraries
/// take whatever comes for sound.
/// </summary>
/// <remarks>Belongs to the leg's media thread.</remarks>
internal sealed class AudioReports(Leg leg)
{
    /// <summary>While nothing new is known; at once a second otherwise, at most.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private (long Expected, long Received) _reported;
    private long _toldAt;
    private uint _packets;
    private uint _octets;
    private uint? _shift;
    private uint _lastReport;
    private long _lastReportAt;
    private bool _isNew;

    /// <summary>Runs for each packet of audio that is passed on.</summary>
    public void Count(int payloadLength)
    {
        _packets++;
        _octets += (uint)payloadLength;
    }

    /// <summary>The sender tells when it sent. More exact than when packets arrive: of its pictures it tells by the same clock.</summary>
    public void OnReport(ReadOnlySpan<byte> report, long now)
    {
        (_lastReport, _lastReportAt, _isNew) = (BinaryPrimitives.ReadUInt32BigEndian(report[10..]), now, true);
        _shift = MediaClock.In(LegCounters.AudioClock, now) - BinaryPrimitives.ReadUInt32BigEndian(report[16..]);
    }

    /// <summary>Once a second.</summary>
    public void Check(long now)
    {
        var counted = leg.Counters.Counted;
        if (counted.Received == _reported.Received || (!_isNew && now - _toldAt < Every.Ticks))
            return;
        (_toldAt, _isNew) = (now, false);
        Span<byte> report = stackalloc byte[Rtcp.LongestReport];
        if (now - leg.HeardAt < Every.Ticks)
        {
            var timestamp = MediaClock.In(LegCounters.AudioClock, now) - (_shift ?? leg.Counters.Transit);
            leg.Shard.Report(leg, report[..Rtcp.WriteSenderReport(report, leg.AudioSsrc, now, timestamp, _packets, _octets)], now);
        }

        if (leg.IsBound && leg.CanReceive)
        {
            var state = ReceiverState.Since(_reported, counted, leg.Counters.Highest, leg.Counters.Jitter, _lastReport, now - _lastReportAt);
            leg.SendPlain(leg.Thread.Datagrams, leg.Cipher!, report[..Feedback.WriteReceiverReport(report, leg.ServerSsrc, leg.AudioSsrc, state)]);
        }

        _reported = counted;
    }
}
