using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Discord.Modules.Voice.Media;

/// <summary>What an operator can read of the media threads. They count in fields of their own, which are added up when somebody asks; only the paths of legs are told, once a second.</summary>
internal sealed class MediaMeter : IDisposable
{
    private static readonly double[] s_shares = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

    private readonly Meter _meter;

    /// <param name="meters">Null: the meter is nobody's.</param>
    public MediaMeter(IMeterFactory? meters)
    {
        _meter = meters?.Create("Discord.Voice") ?? new Meter("Discord.Voice");
        Loss = OfLegs("loss", "1", "Audio that a leg sent and that did not arrive, a second of each leg that sent.", s_shares);
        ReportedLoss = OfLegs("reported_loss", "1", "What a leg says that it lost of what was sent to it (RTCP).", s_shares);
        Jitter = OfLegs("jitter", "s", "How unevenly a leg's audio arrives (RFC 3550), of each leg that sent within a second.", [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2]);
        RoundTrip = OfLegs("round_trip", "s", "To a leg and back, of those that send receiver reports (RTCP).", [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1]);
    }

    public Histogram<double> Loss { get; }

    public Histogram<double> ReportedLoss { get; }

    public Histogram<double> Jitter { get; }

    public Histogram<double> RoundTrip { get; }

    /// <param name="threads">Asked each time: there are none before the start, and none after the end.</param>
    public void Observe(Func<IReadOnlyList<MediaThread>> threads, Func<int> rooms, Func<int> legs)
    {
        _meter.CreateObservableGauge("voice.rooms", rooms, "{room}", "Rooms that somebody is in.");
        _meter.CreateObservableGauge("voice.legs", legs, "{leg}", "People in rooms; a shared screen has legs of its own.");
        Count("datagrams.received", "{datagram}", "Datagrams that arrived at the media ports.", thread => thread.Counters.Received);
        Count("packets.accepted", "{packet}", "Packets of media that decrypted and were new.", thread => thread.Counters.Accepted);
        Count("packets.forwarded", "{packet}", "Packets sent, counted once for each recipient.", thread => thread.Counters.Forwarded);
        Count("packets.unsent", "{packet}", "Datagrams that the system did not take.", thread => thread.Datagrams.Unsent);
        var reasons = Enum.GetValues<Drop>().Select(reason => (reason, Label("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())))).ToList();
        _meter.CreateObservableCounter("voice.packets.dropped",
            () => reasons.Select(drop => new Measurement<long>(threads().Sum(thread => thread.Counters.Dropped(drop.reason)), drop.Item2)), "{packet}", "Datagrams that were not passed on, by why.");
        _meter.CreateObservableCounter("voice.thread.cpu",
            () => threads().Select(thread => new Measurement<double>(thread.Counters.Worked / (double)TimeSpan.TicksPerSecond, Label("thread", thread.Index))), "s", "What a media thread used of a core.");

        void Count(string name, string unit, string description, Func<MediaThread, long> read) =>
            _meter.CreateObservableCounter($"voice.{name}", () => threads().Sum(read), unit, description);
    }

    public void Dispose() => _meter.Dispose();

    private Histogram<double> OfLegs(string name, string unit, string description, double[] bounds) =>
        _meter.CreateHistogram($"voice.leg.{name}", unit, description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);
}
