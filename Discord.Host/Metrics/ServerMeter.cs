using System.Diagnostics.Metrics;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Host.Api;
using Discord.Host.Gateway;

namespace Discord.Host.Metrics;

/// <summary>What the parts of the server count, as instruments. Nothing is counted here: their fields are read when somebody asks.</summary>
internal sealed class ServerMeter
{
    private readonly Meter _meter;

    public ServerMeter(IMeterFactory meters, StageLatencies stages, ApiPipeline api, GatewaySessions sessions, GatewayDispatcher dispatcher, Relay relay, Database database, SnowflakeGenerator ids)
    {
        _meter = meters.Create("Discord.Server");
        database.Persisted = stages.Persisted;

        Counters("api.requests", "{request}", "Requests to the API by how they were answered; 429 is counted apart from 4xx.", "status", () => api.Answered);

        Gauge("gateway.connections", "{socket}", "Sockets that are open.", () => sessions.Connections.Count());
        Gauge("gateway.sessions", "{session}", "Sessions, also those that wait for RESUME.", () => sessions.Count);
        Counters("gateway.resumes", "{resume}", "RESUMEs by what became of them.", "result", () => [("resumed", sessions.Counters.Resumed), ("refused", sessions.Counters.Refused)]);
        Counter("gateway.slow_clients", "{client}", "Clients that were cut off because they did not read.", () => sessions.Counters.CutOff);
        Counter("gateway.deliveries", "{event}", "Events handed to sessions, counted once for each session.", () => dispatcher.Delivered);
        Gauge("gateway.events_waiting", "{event}", "Events that the gateway has not taken up yet.", () => dispatcher.Waiting);

        Gauges("outbox.waiting", "{event}", "Events that a consumer has still to handle.", "consumer", () => relay.Progress.Select(of => (of.Consumer, (double)of.Waiting)));
        Gauges("outbox.lag", "s", "How long ago the event was committed that a consumer works at.", "consumer", () => relay.Progress.Select(of => (of.Consumer, of.Lag.TotalSeconds)));
        Counters("outbox.skipped", "{event}", "Events that a consumer failed at three times and left out.", "consumer", () => relay.Progress.Select(of => (of.Consumer, of.Skipped)));

        Gauge("database.connected", "", "1, or 0 while the database cannot be reached.", () => database.IsConnected ? 1 : 0);
        Gauges("database.waiting", "{unit}", "Units of work that wait to be written.", "priority", () => database.Waiting is var (interactive, bulk) ? [("interactive", interactive), ("bulk", bulk)] : []);
        Counter("database.commits", "{commit}", "Commits.", () => database.Commits);
        Counter("database.statements", "{statement}", "Statements that were committed.", () => database.StatementsWritten);
        Counter("database.queries", "{query}", "Queries.", () => database.QueriesRead);

        Gauge("clock.drift", "s", "How far new ids are ahead of the clock.", () => ids.Drift.TotalSeconds);
    }

    private void Counter(string name, string unit, string description, Func<long> read) => _meter.CreateObservableCounter(name, read, unit, description);

    private void Gauge(string name, string unit, string description, Func<double> read) => _meter.CreateObservableGauge(name, read, unit, description);

    private void Counters(string name, string unit, string description, string label, Func<IEnumerable<(string Of, long Value)>> read) =>
        _meter.CreateObservableCounter(name, () => Labelled(label, read()), unit, description);

    private void Gauges(string name, string unit, string description, string label, Func<IEnumerable<(string Of, double Value)>> read) =>
        _meter.CreateObservableGauge(name, () => Labelled(label, read()), unit, description);

    private static IEnumerable<Measurement<T>> Labelled<T>(string label, IEnumerable<(string Of, T Value)> values) where T : struct =>
        values.Select(value => new Measurement<T>(value.Value, new KeyValuePair<string, object?>(label, value.Of)));
}
