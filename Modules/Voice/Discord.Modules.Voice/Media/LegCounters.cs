namespace Discord.Modules.Voice.Media;

/// <summary>How a leg's path is.</summary>
/// <param name="Received">Packets of audio that arrived.</param>
/// <param name="Lost">Of those it sent, how many did not.</param>
/// <param name="Jitter">Of their arrival (RFC 3550, 6.4.1).</param>
/// <param name="RemoteLoss">What it says that it lost of what was sent to it, in the last report: 0 to 1.</param>
/// <param name="RoundTrip">Null: not known; only those who send receiver reports tell.</param>
internal readonly record struct LegStatistics(long Received, long Lost, TimeSpan Jitter, double RemoteLoss, TimeSpan? RoundTrip);

/// <summary>Written by the media thread, read by any.</summary>
internal sealed class LegCounters
{
    /// <summary>Of RTP timestamps, in hertz.</summary>
    public const int AudioClock = 48_000;

    private long _received;
    private long _expected;
    private long _expectedBefore;
    private long _jitter;
    private uint _transit;
    private int _fractionLost;
    private long _roundTrip = -1;
    private bool _hasTransit;
    private bool _hasReport;

    // Where the last sample ended.
    private (long Received, long Expected) _sampled;

    // What follows is for the media thread.

    public (long Expected, long Received) Counted => (_expected, _received);

    /// <summary>The newest sequence number, and above it its wraps.</summary>
    public long Highest { get; private set; }

    /// <summary>In units of the audio clock.</summary>
    public uint Jitter => (uint)(_jitter >> 4);

    /// <summary>What the last packet's timestamp was behind this server's clock, in units of the audio clock.</summary>
    public uint Transit => _transit;

    /// <summary>Sequence numbers and timestamps begin anew.</summary>
    public void Restart() => (_expectedBefore, _hasTransit) = (_expected, false);

    /// <summary>Runs for each packet of audio.</summary>
    public void Took(in ReplayWindow window, uint timestamp, long now)
    {
        _received++;
        _expected = _expectedBefore + window.Newest - window.First + 1;
        Highest = window.Newest - 0x10000;
        // Everything in units of the audio clock; sixteen times the jitter, as RFC 3550, A.8 has it.
        var transit = MediaClock.In(AudioClock, now) - timestamp;
        if (_hasTransit)
            _jitter += Math.Min(Math.Abs((long)(int)(transit - _transit)), AudioClock) - ((_jitter + 8) >> 4);
        (_transit, _hasTransit) = (transit, true);
    }

    /// <param name="fractionLost">In 256ths.</param>
    /// <param name="roundTrip">Ticks; negative: unknown.</param>
    public void Reported(int fractionLost, long roundTrip)
    {
        _hasReport = true;
        _fractionLost = fractionLost;
        if (roundTrip >= 0)
            Volatile.Write(ref _roundTrip, roundTrip);
    }

    /// <summary>Tells how the path was since the last time. On the media thread, every second; a leg that says nothing has no path to tell of.</summary>
    public void Sample(MediaMeter meter)
    {
        var (received, expected) = (_received - _sampled.Received, _expected - _sampled.Expected);
        _sampled = (_received, _expected);
        // Those that came late alone were told of.
        if (received > 0 && expected > 0)
        {
            meter.Loss.Record(Math.Max(0, 1 - received / (double)expected));
            meter.Jitter.Record((_jitter >> 4) / (double)AudioClock);
        }

        if (!_hasReport)
            return;
        _hasReport = false;
        meter.ReportedLoss.Record(_fractionLost / 256.0);
        if (_roundTrip >= 0)
            meter.RoundTrip.Record(_roundTrip / (double)TimeSpan.TicksPerSecond);
    }

    public LegStatistics Read()
    {
        var received = Volatile.Read(ref _received);
        var roundTrip = Volatile.Read(ref _roundTrip);
        return new LegStatistics(
            received,
            Math.Max(0, Volatile.Read(ref _expected) - received),
            TimeSpan.FromSeconds((Volatile.Read(ref _jitter) >> 4) / (double)AudioClock),
            Volatile.Read(ref _fractionLost) / 256.0,
            roundTrip < 0 ? null : TimeSpan.FromTicks(roundTrip));
    }
}
