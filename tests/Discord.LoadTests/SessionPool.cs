using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Discord.LoadTests;

/// <summary>Sessions of as many members, kept alive by one heartbeat loop.</summary>
internal sealed class SessionPool : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly GatewayClient[] _sessions;
    private readonly Task _heartbeats;

    public SessionPool(int port, IEnumerable<string> tokens, bool zlib = false)
    {
        _sessions = [.. tokens.Select(token => new GatewayClient(port, token, zlib))];
        _heartbeats = HeartbeatAsync();
    }

    public int SequenceGaps => _sessions.Sum(s => s.SequenceGaps);

    /// <summary>Connects all of them, <see cref="LoadPlan.ConnectsAtOnce"/> at a time.</summary>
    /// <returns>Seconds until the last was answered, and how many were refused.</returns>
    public async Task<(double Seconds, int Refused)> ConnectAsync(bool resume, CancellationToken stop)
    {
        var refused = 0;
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(_sessions, new ParallelOptions { MaxDegreeOfParallelism = LoadPlan.ConnectsAtOnce, CancellationToken = stop }, async (session, token) =>
        {
            if (!await session.ConnectAsync(resume, token)) Interlocked.Increment(ref refused);
        });
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, refused);
    }

    public Task DropAsync() => Task.WhenAll(_sessions.Select(s => s.DropAsync()));

    /// <summary>From here on, arriving frames are held against the probe.</summary>
    public void Watch(Probe probe)
    {
        foreach (var session in _sessions)
        {
            session.Arrivals.Clear();
            session.Probe = probe;
        }
    }

    /// <summary>Posts messages in a closed loop (<paramref name="perSecond"/> is 0) or at a rate.</summary>
    /// <returns>When the first was sent, in stopwatch ticks, and the id of each message.</returns>
    public static async Task<(long Began, ulong[] Ids)> PostAsync(RestClient rest, Population population, Probe probe, int messages, int senders, double perSecond, CancellationToken stop)
    {
        var ids = new ulong[messages];
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(population.Tokens.Take(senders).Select(async token =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < messages)
            {
                if (perSecond > 0 && TimeSpan.FromSeconds(number / perSecond) - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early) await Task.Delay(early, stop);
                var body = JsonContent.Create(new JsonObject { ["content"] = probe.Content(number) });
                ids[number] = IdOf(await rest.SendRawAsync(HttpMethod.Post, population.MessagesPath, token, body, stop));
            }
        }));
        return (began, ids);
    }

    /// <summary>Waits until every session has all messages, or nothing has come for five seconds; then judges.</summary>
    public async Task<Delivered> CollectAsync(Probe probe, long began, ulong[] ids, CancellationToken stop)
    {
        var patience = TimeSpan.FromSeconds(5);
        var (arrived, since) = (-1, Stopwatch.GetTimestamp());
        while (probe.Arrived < ids.Length * _sessions.Length && Stopwatch.GetElapsedTime(since) < patience)
        {
            if (probe.Arrived != arrived) (arrived, since) = (probe.Arrived, Stopwatch.GetTimestamp());
            await Task.Delay(10, stop);
        }

        return Delivered.Judge(_sessions, ids, began);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _heartbeats;
        await Task.WhenAll(_sessions.Select(s => s.CloseAsync()));
        foreach (var session in _sessions) session.Dispose();
        _stop.Dispose();
    }

    private async Task HeartbeatAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var session in _sessions) await session.HeartbeatIfDueAsync(Environment.TickCount64);
            await Task.Delay(200, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ulong IdOf(byte[] message)
    {
        using var document = JsonDocument.Parse(message);
        return ulong.Parse(document.RootElement.GetProperty("id").GetString()!);
    }
}
