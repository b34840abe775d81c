using System.Diagnostics;
using System.Text.Json;

namespace Discord.LoadTests;

/// <summary>Every measured value of both servers: by name, one for each run.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string Side, string Name), List<double>> _values = [];

    public void Add(string side, string name, double value)
    {
        if (!_values.TryGetValue((side, name), out var values)) _values[(side, name)] = values = [];
        values.Add(value);
    }

    /// <summary>The median of the runs; null if it was not measured.</summary>
    public double? Median(string side, string name)
    {
        if (!_values.TryGetValue((side, name), out var values)) return null;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The smallest of the runs; null if it was not measured.</summary>
    public double? Least(string side, string name) => _values.TryGetValue((side, name), out var values) ? values.Min() : null;

    /// <summary>The greatest of the runs; null if it was not measured.</summary>
    public double? Most(string side, string name) => _values.TryGetValue((side, name), out var values) ? values.Max() : null;

    /// <summary>The sum of the runs: for what must never happen.</summary>
    public double Sum(string side, string name) => _values[(side, name)].Sum();
}

/// <summary>Starts reference and host in turn, from the same data each time, and takes every measurement.</summary>
internal sealed class LoadRun(LoadPlan plan, string host, WorkFolder folder)
{
    public const string Reference = "reference";
    public const string Host = "host";
    private const int WarmUpSessions = 20;
    private const int WarmUpMessages = 20;

    private readonly Results _results = new();

    public async Task<Results> MeasureAsync(CancellationToken stop)
    {
        Console.Error.WriteLine("preparing accounts and history ...");
        var population = await Population.PrepareAsync(folder.PopulationFile, plan, () => ServerProcess.StartHostAsync(host, folder.Data, stop), stop);
        if (plan.Judged)
        {
            // This program's own code is compiled in the first minute: nobody is to be measured by it then.
            await new LoadRun(LoadPlan.Quick, host, folder).MeasureAsync(Reference, () => ServerProcess.StartReferenceAsync(stop), Population.OfReference(plan.Sessions), stop);
        }

        for (var run = 1; run <= plan.Runs; run++)
        {
            Console.Error.WriteLine($"run {run} of {plan.Runs}: reference");
            await MeasureAsync(Reference, () => ServerProcess.StartReferenceAsync(stop), Population.OfReference(plan.Sessions), stop);
            Console.Error.WriteLine($"run {run} of {plan.Runs}: host");
            var data = folder.CopyData();
            await MeasureAsync(Host, () => ServerProcess.StartHostAsync(host, data, stop), population, stop);
            await MeasureZlibAsync(() => ServerProcess.StartHostAsync(host, data, stop), population, stop);
        }

        return _results;
    }

    private async Task MeasureAsync(string side, Func<Task<ServerProcess>> start, Population population, CancellationToken stop)
    {
        await using var server = await start();
        using var rest = new RestClient(server.Api);
        _results.Add(side, "start ms", server.StartMilliseconds);
        await Task.Delay(plan.Settle, stop);
        _results.Add(side, "idle MB", server.ResidentKib / 1000);

        await using (var pool = await ConnectAsync(side, "", server, population, zlib: false, stop))
        {
            await FanOutAsync(side, "1", server, rest, population, pool, senders: 1, stop);
            await FanOutAsync(side, "8", server, rest, population, pool, LoadPlan.ManySenders, stop);
            await ResumeAsync(side, rest, population, pool, stop);
            _results.Add(side, "sequence gaps", pool.SequenceGaps);
        }

        await LightAsync(side, server, rest, population, stop);
        await HistoryAsync(side, rest, population, stop);
    }

    private async Task MeasureZlibAsync(Func<Task<ServerProcess>> start, Population population, CancellationToken stop)
    {
        await using var server = await start();
        using var rest = new RestClient(server.Api);
        await using var pool = await ConnectAsync(Host, "zlib ", server, population, zlib: true, stop);
        await FanOutAsync(Host, "zlib 1", server, rest, population, pool, senders: 1, stop);
        await FanOutAsync(Host, "zlib 8", server, rest, population, pool, LoadPlan.ManySenders, stop);
    }

    /// <summary>Connects all sessions, and takes the time to the last READY and the memory that they hold.</summary>
    private async Task<SessionPool> ConnectAsync(string side, string prefix, ServerProcess server, Population population, bool zlib, CancellationToken stop)
    {
        // The first few pay for compiling the server's code; what is asked is what each further one costs.
        await using (var first = new SessionPool(server.Port, population.Tokens[1..(Math.Min(WarmUpSessions, plan.Sessions) + 1)], zlib))
        {
            await first.ConnectAsync(resume: false, stop);
        }

        await Task.Delay(plan.Settle, stop);
        var before = server.ResidentKib;
        var pool = new SessionPool(server.Port, population.Tokens[1..(plan.Sessions + 1)], zlib);
        var (seconds, refused) = await pool.ConnectAsync(resume: false, stop);
        if (refused > 0)
        {
            await pool.DisposeAsync();
            throw new LoadFailedException($"{refused} of {plan.Sessions} sessions never got READY from the {side}.");
        }

        _results.Add(side, prefix + "ready ms", seconds * 1000);
        await Task.Delay(plan.Settle, stop);
        _results.Add(side, prefix + "session KiB", (server.ResidentKib - before) / plan.Sessions);
        return pool;
    }

    private async Task FanOutAsync(string side, string name, ServerProcess server, RestClient rest, Population population, SessionPool pool, int senders, CancellationToken stop)
    {
        await MeasureDeliveryAsync(WarmUpMessages, perSecond: 0);
        var cpu = server.CpuMilliseconds;
        var delivered = await MeasureDeliveryAsync(plan.Messages * (senders > 1 ? 2 : 1), perSecond: 0);
        _results.Add(side, $"fan-out {name} cpu us", (server.CpuMilliseconds - cpu) * 1000 / Math.Max(1, delivered.Count));
        _results.Add(side, $"fan-out {name} per second", delivered.PerSecond);
        _results.Add(side, $"fan-out {name} p99 ms", delivered.P99Milliseconds);
        _results.Add(side, $"fan-out {name} wrong", delivered.Lost + delivered.Twice + delivered.OutOfOrder);

        async Task<Delivered> MeasureDeliveryAsync(int messages, double perSecond)
        {
            var probe = new Probe();
            pool.Watch(probe);
            var (began, ids) = await SessionPool.PostAsync(rest, population, probe, messages, senders, perSecond, stop);
            return await pool.CollectAsync(probe, began, ids, stop);
        }
    }

    /// <summary>All sessions drop at once, messages are posted meanwhile, all come back.</summary>
    private async Task ResumeAsync(string side, RestClient rest, Population population, SessionPool pool, CancellationToken stop)
    {
        var probe = new Probe();
        pool.Watch(probe);
        await pool.DropAsync();
        var (began, ids) = await SessionPool.PostAsync(rest, population, probe, LoadPlan.MessagesWhileAway, LoadPlan.ManySenders, perSecond: 0, stop);
        var (_, refused) = await pool.ConnectAsync(resume: true, stop);
        var delivered = await pool.CollectAsync(probe, began, ids, stop);
        _results.Add(side, "resume refused", refused);
        _results.Add(side, "resume lost", delivered.Lost);
        _results.Add(side, "resume twice", delivered.Twice);
        _results.Add(side, "resume out of order", delivered.OutOfOrder);
    }

    private async Task LightAsync(string side, ServerProcess server, RestClient rest, Population population, CancellationToken stop)
    {
        await using var pool = new SessionPool(server.Port, population.Tokens[1..(plan.LightSessions + 1)]);
        await pool.ConnectAsync(resume: false, stop);
        var probe = new Probe();
        pool.Watch(probe);
        var messages = (int)(LoadPlan.LightMessagesPerSecond * plan.LightTime.TotalSeconds);
        var (began, ids) = await SessionPool.PostAsync(rest, population, probe, messages, senders: 4, LoadPlan.LightMessagesPerSecond, stop);
        var delivered = await pool.CollectAsync(probe, began, ids, stop);
        _results.Add(side, "light p99 ms", delivered.P99Milliseconds);
        _results.Add(side, "light wrong", delivered.Lost + delivered.Twice + delivered.OutOfOrder);
    }

    private async Task HistoryAsync(string side, RestClient rest, Population population, CancellationToken stop)
    {
        var path = $"{population.MessagesPath}?limit=50";
        using (var page = JsonDocument.Parse(await rest.SendRawAsync(HttpMethod.Get, path, population.Tokens[0], null, stop)))
        {
            if (page.RootElement.GetArrayLength() != 50) throw new LoadFailedException($"The {side}'s latest page has {page.RootElement.GetArrayLength()} messages, not 50.");
        }

        await ReadAsync(plan.HistoryReads / 10);
        var began = Stopwatch.GetTimestamp();
        await ReadAsync(plan.HistoryReads);
        _results.Add(side, "history per second", plan.HistoryReads / Stopwatch.GetElapsedTime(began).TotalSeconds);

        Task ReadAsync(int reads) =>
            Parallel.ForAsync(0, reads, new ParallelOptions { MaxDegreeOfParallelism = LoadPlan.HistoryReaders, CancellationToken = stop }, async (i, token) =>
                await rest.SendRawAsync(HttpMethod.Get, path, population.Tokens[i % LoadPlan.HistoryReaders], null, token));
    }
}
