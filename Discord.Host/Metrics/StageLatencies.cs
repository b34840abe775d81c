using System.Diagnostics.Metrics;

namespace Discord.Host.Metrics;

/// <summary>How long an event takes from its queue to the disk, from there to the gateway, and on to the sockets. Once for each event, whoever gets it.</summary>
internal sealed class StageLatencies
{
    private static readonly InstrumentAdvice<double> s_buckets = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] };

    private readonly TimeProvider _clock;
    private readonly Histogram<double> _persist;
    private readonly Histogram<double> _relay;
    private readonly Histogram<double> _push;

    public StageLatencies(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create("Discord.Stages");
        Histogram<double> Stage(string name, string description) => meter.CreateHistogram(name, "s", description, tags: null, s_buckets);
        _persist = Stage("persist.duration", "From the queue of the database until durable, for what somebody waits for.");
        _relay = Stage("relay.duration", "From durable until the gateway takes an event up.");
        _push = Stage("push.duration", "From there until every session that gets the event has it and its socket was written to.");
    }

    /// <summary>Ticks of the clock now: what the stages are measured from.</summary>
    public long Now => _clock.GetTimestamp();

    public void Persisted(TimeSpan took) => _persist.Record(took.TotalSeconds);

    /// <returns>Now.</returns>
    public long Relayed(long since)
    {
        var now = Now;
        _relay.Record(_clock.GetElapsedTime(since, now).TotalSeconds);
        return now;
    }

    public void Pushed(long since) => _push.Record(_clock.GetElapsedTime(since).TotalSeconds);
}
