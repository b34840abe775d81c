using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Discord.LoadTests;

/// <summary>What a guild of a million members costs, next to one of a hundred: on one host, turn by turn, with the same people online in both.</summary>
/// <remarks>Nobody can hold a socket for each of a hundred thousand members here: those in use are looked at, which is what brings them into memory.</remarks>
internal sealed class BigGuild(BigGuildPlan plan, string host, WorkFolder folder) : IAsyncDisposable
{
    private const double MaxRatio = 3;
    private const double MaxBytesPerMember = 300;
    private const double MaxReadyKib = 300;
    private const int IdsAtOnce = 100;

    private readonly Dictionary<(string Guild, string What), List<double>> _values = [];
    private readonly List<GatewayClient> _sessions = [];
    private ServerProcess? _server;
    private RestClient? _rest;
    private string[] _tokens = [];
    private Hall _small = null!;
    private Hall _big = null!;
    private double _bytesPerMember;
    private int _asked;

    private sealed record Hall(string Name, string Id, string ChannelId, string Invite);

    /// <summary>Measures and prints.</summary>
    /// <returns>Whether everything was within its budget.</returns>
    public async Task<bool> RunAsync(TextWriter output, CancellationToken stop)
    {
        await PrepareAsync(stop);
        await MeasureMemoryAsync(stop);
        await UseAsync(stop);
        await OpenSessionsAsync(stop);
        for (var round = 0; round <= plan.Rounds; round++)
        {
            foreach (var session in _sessions) await session.HeartbeatIfDueAsync(Environment.TickCount64);
            foreach (var hall in (Hall[])[_small, _big])
            {
                // The first round compiles the host's code and fills its caches.
                await MeasureAsync(hall, isCounted: round > 0, stop);
            }
        }

        return Print(output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.CloseAsync();
            session.Dispose();
        }

        _rest?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task PrepareAsync(CancellationToken stop)
    {
        Console.Error.WriteLine($"making {plan.People} accounts and {plan.Members} members ...");
        await StartAsync(stop);
        _tokens = new string[plan.People + 1];
        await Parallel.ForAsync(0, _tokens.Length, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stop }, async (i, token) => _tokens[i] = await Population.RegisterAsync(_rest!, token));
        _small = await FoundAsync("100", stop);
        _big = await FoundAsync($"{plan.Members:#,##0}", stop);
        foreach (var token in _tokens[1..^1])
        {
            foreach (var hall in (Hall[])[_small, _big]) await JoinAsync(hall, token, stop);
        }

        await _server!.DisposeAsync();
        // The last place is for the one who comes and goes.
        var seeding = Process.Start(new ProcessStartInfo("dotnet", [host, "user", "seed", "--guild", _big.Id, "--count", $"{plan.Members - plan.People - 1}", "--data", folder.Data]) { RedirectStandardOutput = true })!;
        await seeding.WaitForExitAsync(stop);
        if (seeding.ExitCode != 0) throw new LoadFailedException("The members could not be made.");
        await StartAsync(stop);
    }

    private async Task StartAsync(CancellationToken stop)
    {
        _rest?.Dispose();
        _server = await ServerProcess.StartHostAsync(host, folder.Data, stop, ("Guilds__MembersInMemory", $"{plan.InUse}"));
        _rest = new RestClient(_server.Api);
    }

    private async Task<Hall> FoundAsync(string name, CancellationToken stop)
    {
        var owner = _tokens[0];
        var id = (await _rest!.SendAsync(HttpMethod.Post, "guilds", owner, new JsonObject { ["name"] = name + " members" }, stop))["id"]!.GetValue<string>();
        var channels = await _rest.SendAsync(HttpMethod.Get, $"guilds/{id}/channels", owner, null, stop);
        var channel = channels.AsArray().First(c => c!["type"]!.GetValue<int>() == 0)!["id"]!.GetValue<string>();
        var invite = await _rest.SendAsync(HttpMethod.Post, $"channels/{channel}/invites", owner, new JsonObject { ["max_age"] = 0, ["max_uses"] = 0 }, stop);
        await _rest.SendAsync(HttpMethod.Patch, $"guilds/{id}", owner, new JsonObject { ["system_channel_id"] = null }, stop);
        return new Hall(name, id, channel, invite["code"]!.GetValue<string>());
    }

    private Task<JsonNode> JoinAsync(Hall hall, string token, CancellationToken stop) => _rest!.SendAsync(HttpMethod.Post, $"invites/{hall.Invite}", token, [], stop);

    /// <summary>What the host keeps for members when their guild is used and none of them is looked at.</summary>
    private async Task MeasureMemoryAsync(CancellationToken stop)
    {
        await TouchAsync(_small);
        await Task.Delay(plan.Settle, stop);
        var before = _server!.AnonymousKib;
        await TouchAsync(_big);
        await Task.Delay(plan.Settle, stop);
        _bytesPerMember = Math.Max(0, _server.AnonymousKib - before) * 1024 / plan.Members;

        async Task TouchAsync(Hall hall)
        {
            foreach (var path in (string[])["", "/roles/member-counts", "/members/search?query=load&limit=10", "/members?limit=10"])
                await _rest!.SendRawAsync(HttpMethod.Get, $"guilds/{hall.Id}{path}", _tokens[0], null, stop);
        }
    }

    /// <summary>Looks at as many members as are to be in use.</summary>
    private async Task UseAsync(CancellationToken stop)
    {
        Console.Error.WriteLine($"looking at {plan.InUse} members ...");
        using var reader = await ConnectAsync(_tokens[0], stop);
        var (after, looked) = ("0", 0);
        while (looked < plan.InUse)
        {
            var page = await _rest!.SendAsync(HttpMethod.Get, $"guilds/{_big.Id}/members?limit=1000&after={after}", _tokens[0], null, stop);
            var ids = page.AsArray().Select(member => member!["user"]!["id"]!.GetValue<string>()).ToArray();
            if (ids.Length == 0) break;
            foreach (var chunk in ids.Chunk(IdsAtOnce))
            {
                var answered = reader.NextAsync("GUILD_MEMBERS_CHUNK");
                await reader.SendAsync($$$"""{"op":8,"d":{"guild_id":"{{{_big.Id}}}","user_ids":["{{{string.Join("\",\"", chunk)}}}"]}}""");
                await answered.WaitAsync(LoadPlan.Patience, stop);
                // 120 messages a minute are a client's share; this one reads on with another session.
                if (++_asked % 100 == 0) await reader.ReconnectAsync(stop);
            }

            (after, looked) = (ids[^1], looked + ids.Length);
        }

        await reader.CloseAsync();
    }

    private async Task OpenSessionsAsync(CancellationToken stop)
    {
        Console.Error.WriteLine($"opening {plan.Sessions} sessions of {plan.People - 1} people ...");
        var waiting = Enumerable.Range(0, plan.Sessions).Select(i => _tokens[1 + i % (plan.People - 1)]);
        await Parallel.ForEachAsync(waiting, new ParallelOptions { MaxDegreeOfParallelism = LoadPlan.ConnectsAtOnce, CancellationToken = stop }, async (token, cancel) =>
        {
            var session = await ConnectAsync(token, cancel);
            lock (_sessions) _sessions.Add(session);
        });
    }

    private async Task MeasureAsync(Hall hall, bool isCounted, CancellationToken stop)
    {
        // Somebody joins and is there.
        var newcomer = _tokens[^1];
        var began = Stopwatch.GetTimestamp();
        await JoinAsync(hall, newcomer, stop);
        using var session = await ConnectAsync(newcomer, stop);
        Note("join to READY, ms", began);
        Add("READY, KiB", session.ReadyBytes / 1024.0);

        await AskAsync("op 8, members by the start of their name, ms", "GUILD_MEMBERS_CHUNK", $$$"""{"op":8,"d":{"guild_id":"{{{hall.Id}}}","query":"load","limit":100}}""");
        await AskAsync("member list, a window of 100, ms", "GUILD_MEMBER_LIST_UPDATE", $$$"""{"op":14,"d":{"guild_id":"{{{hall.Id}}}","channels":{"{{{hall.ChannelId}}}":[[0,99]]} } }""");

        // Everybody loses sight of the channels, and gets it back.
        foreach (var (permissions, e) in ((string, string)[])[("0", "CHANNEL_DELETE"), ("1024", "CHANNEL_CREATE")])
        {
            var told = Task.WhenAll(_sessions.Select(open => open.NextAsync(e)));
            began = Stopwatch.GetTimestamp();
            await _rest!.SendAsync(HttpMethod.Patch, $"guilds/{hall.Id}/roles/{hall.Id}", _tokens[0], new JsonObject { ["permissions"] = permissions }, stop);
            await told.WaitAsync(LoadPlan.Patience, stop);
            Note("role change seen by all sessions, ms", began);
        }

        await session.CloseAsync();
        await _rest!.SendRawAsync(HttpMethod.Delete, $"users/@me/guilds/{hall.Id}", newcomer, null, stop);

        async Task AskAsync(string what, string answer, string question)
        {
            // Several in a row: one alone is mostly the wake-up of a thread.
            for (var i = 0; i < plan.Asks; i++)
            {
                var answered = session.NextAsync(answer);
                var asked = Stopwatch.GetTimestamp();
                await session.SendAsync(question);
                await answered.WaitAsync(LoadPlan.Patience, stop);
                Note(what, asked);
            }
        }

        void Note(string what, long since) => Add(what, Stopwatch.GetElapsedTime(since).TotalMilliseconds);

        void Add(string what, double value)
        {
            if (!isCounted) return;
            if (!_values.TryGetValue((hall.Name, what), out var values)) _values[(hall.Name, what)] = values = [];
            values.Add(value);
        }
    }

    private async Task<GatewayClient> ConnectAsync(string token, CancellationToken stop)
    {
        var session = new GatewayClient(_server!.Port, token, zlib: false);
        return await session.ConnectAsync(resume: false, stop) ? session : throw new LoadFailedException("A session was refused.");
    }

    private bool Print(TextWriter output)
    {
        output.WriteLine($"{plan.Members:#,##0} members stored, {plan.InUse:#,##0} in use, {plan.Sessions:#,##0} open sessions, medians of {plan.Rounds} rounds, {Environment.ProcessorCount} cores");
        output.WriteLine($"{"",-52} {_small.Name + " members",14} {_big.Name + " members",18} {"ratio",8}  {"budget",-12}");
        var kept = true;
        foreach (var what in _values.Keys.Select(key => key.What).Distinct())
        {
            var (small, big) = (Median(_small, what), Median(_big, what));
            if (what.StartsWith("READY", StringComparison.Ordinal))
                kept &= Line(what, small, big, null, big <= MaxReadyKib, $"<= {MaxReadyKib} KiB");
            else
                kept &= Line(what, small, big, big / small, big / small <= MaxRatio, $"<= {MaxRatio}x");
        }

        return Line("memory for a member nobody looks at, bytes", null, _bytesPerMember, null, _bytesPerMember <= MaxBytesPerMember, $"<= {MaxBytesPerMember}") && kept;

        bool Line(string what, double? small, double big, double? ratio, bool ok, string budget)
        {
            output.WriteLine($"{what,-52} {small,14:0.##} {big,18:0.##} {(ratio is { } r ? $"{r:0.00}x" : ""),8}  {budget,-12} {(ok ? "ok" : "over")}");
            return ok;
        }
    }

    private double Median(Hall hall, string what)
    {
        double[] sorted = [.. _values[(hall.Name, what)].Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <param name="Members">Of the big guild.</param>
/// <param name="InUse">Of them in memory.</param>
/// <param name="People">Members of both guilds who can log in.</param>
/// <param name="Asks">Op 8 and op 14 in each round.</param>
internal sealed record BigGuildPlan(int Members, int InUse, int People, int Sessions, int Rounds, int Asks, TimeSpan Settle)
{
    public static readonly BigGuildPlan Full = new(Members: 1_000_000, InUse: 100_000, People: 100, Sessions: 1000, Rounds: 7, Asks: 10, Settle: TimeSpan.FromSeconds(3));
}
