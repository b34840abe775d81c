using System.Diagnostics;

namespace Discord.LoadTests;

/// <summary>
/// The SFU beside its twin in C: the same rooms, the same packets, the same core, turn by turn. Only the ratios and what the machine was free to do
/// mean anything, so of absolute figures the best of the runs is judged: other work on the machine can only take away.
/// </summary>
/// <param name="mumble">Path of Debian's mumble-server, to be driven side by side; null: it is not.</param>
internal sealed class VoiceLoad(int runs, double seconds, string? mumble, WorkFolder folder)
{
    private const string Twin = "C twin";
    private const string Sfu = "SFU";
    private const string Mumble = "mumble";

    /// <summary>Long enough for the runtime to have compiled the SFU's loop in full, and for every address to be known.</summary>
    private const double WarmUpSeconds = 3;

    private static readonly VoiceRooms s_guild = new(Rooms: 1, Members: 25, Speakers: 5);
    private static readonly VoiceRooms s_twenty = s_guild with { Rooms = 20 };
    private static readonly VoiceRooms s_probe = s_guild with { Rooms = 60 };
    private static readonly VoiceRooms s_hall = new(Rooms: 1, Members: 1003, Speakers: 3);

    private static readonly VoiceRooms s_party = new(Rooms: 1, Members: 250, Speakers: 6);

    private static readonly Budget[] s_budgets =
    [
        new("saturated: packets for a CPU second", r => r.Median(Twin, "saturated per cpu second"), r => r.Median(Sfu, "saturated per cpu second"), 0.95, Holds.RatioAtLeast),
        new("twice what the core can do: median age, ms", r => r.Least(Twin, "saturated p50 ms"), r => r.Least(Sfu, "saturated p50 ms"), 60, Holds.ValueAtMost, "ms"),
        new("20 rooms of 25 with 5 speakers: delivered, %", r => r.Most(Twin, "twenty delivered"), r => r.Most(Sfu, "twenty delivered"), 100, Holds.ValueAtLeast, "%"),
        new("1,000 listeners and 3 speakers: delivered, %", r => r.Most(Twin, "hall delivered"), r => r.Most(Sfu, "hall delivered"), 100, Holds.ValueAtLeast, "%"),
        new("60 % load: p50 ms", r => r.Least(Twin, "sixty p50 ms"), r => r.Least(Sfu, "sixty p50 ms"), 1, Holds.ValueAtMost, "ms"),
        new("60 % load: p99 ms", r => r.Least(Twin, "sixty p99 ms"), r => r.Least(Sfu, "sixty p99 ms"), 5, Holds.ValueAtMost, "ms"),
        new("bytes allocated for a packet, whole process", _ => null, r => r.Median(Sfu, "allocated"), 0.01, Holds.ValueAtMost),
        new("packets to the wrong, twice, or not readable", r => r.Sum(Twin, "wrong"), r => r.Sum(Sfu, "wrong"), 0, Holds.Never),
    ];

    private static readonly Budget[] s_mumbleBudgets =
    [
        new("one room of 250 with 6 speakers: CPU ns a packet", r => r.Median(Mumble, "party ns"), r => r.Median(Sfu, "party ns"), 1, Holds.RatioAtMost),
        new("delivered, %", r => r.Most(Mumble, "party delivered"), r => r.Most(Sfu, "party delivered"), 100, Holds.ValueAtLeast, "%"),
        new("p99 ms", r => r.Least(Mumble, "party p99 ms"), r => r.Least(Sfu, "party p99 ms"), 5, Holds.RatioAtMost),
    ];

    private readonly Results _results = new();
    private readonly string[] _sfu = ["dotnet", typeof(VoiceLoad).Assembly.Location, SfuHost.Command];
    private string[] _twin = [];
    private string _load = "";
    private string _mumbleLoad = "";

    /// <summary>Measures and prints.</summary>
    /// <returns>Whether everything was within its budget.</returns>
    public async Task<bool> RunAsync(TextWriter output, CancellationToken stop)
    {
        _twin = [await CompileAsync("twin", ["twin.c"], stop)];
        _load = await CompileAsync("load", ["load.c", "discord.c"], stop);
        if (mumble is not null) _mumbleLoad = await CompileAsync("mumble-load", ["load.c", "mumble.c"], stop);

        // What this core can do decides how much "twice" and "60 %" are. By CPU time: the core may be busy otherwise too.
        var capacity = await MeasureAsync([Twin], "probe", s_probe, stop);
        var saturated = s_guild with { Rooms = Math.Max(2, (int)Math.Round(2 * capacity / s_guild.PacketsOut)) };
        var sixty = s_guild with { Rooms = Math.Max(1, (int)(0.6 * capacity / s_guild.PacketsOut)) };
        for (var run = 1; run <= runs; run++)
        {
            // Of this the ratio counts, and a shared core is faster and slower by the second: both are there at once and get turns of 200 ms.
            await MeasureAsync([Twin, Sfu], "saturated", saturated, stop);
            foreach (var (name, rooms) in new[] { ("twenty", s_twenty), ("hall", s_hall), ("sixty", sixty) })
            {
                foreach (var side in run % 2 == 0 ? (string[])[Twin, Sfu] : [Sfu, Twin]) await MeasureAsync([side], name, rooms, stop);
            }

            foreach (var side in mumble is null ? [] : (string[])[Mumble, Sfu]) await MeasureAsync([side], "party", s_party, stop);
        }

        output.WriteLine($"{runs} interleaved runs of {seconds} s on one core; rooms of 25 with 5 speakers: {saturated.Rooms} for twice the capacity, {sixty.Rooms} for 60 %. Ages are from the");
        output.WriteLine("speaker's send to the arrival at the listener's socket, by the kernel's time stamps: the server's own share and two traversals of the kernel.");
        if (_results.Least(Sfu, "waited") is > 2 and var waited)
            output.WriteLine($"The machine was not free: the SFU waited for its core {waited:0} % of the time and more in every run. Then only the first line means much.");
        var kept = Budgets.Print(_results, s_budgets, Twin, Sfu, judged: true, output);
        return mumble is null ? kept : Budgets.Print(_results, s_mumbleBudgets, Mumble, Sfu, judged: true, output) && kept;
    }

    /// <returns>Packets that the first of the servers forwards with one second of a core.</returns>
    private async Task<double> MeasureAsync(string[] sides, string name, VoiceRooms rooms, CancellationToken stop)
    {
        var servers = new List<ForwardingServer>();
        try
        {
            foreach (var side in sides) servers.Add(await (side == Mumble ? ForwardingServer.StartMumbleAsync(mumble!, folder.Temporary, rooms, stop) : ForwardingServer.StartAsync(side == Sfu ? _sfu : _twin, rooms, stop)));
            var (own, allocated) = (Array.IndexOf(sides, Sfu), new List<long>());
            var figures = await VoiceGenerator.RunAsync(sides[0] == Mumble ? _mumbleLoad : _load, servers, rooms, WarmUpSeconds, seconds * sides.Length, async () => allocated.Add(own < 0 ? 0 : await servers[own].AllocatedAsync(stop)), stop);
            foreach (var (side, f) in sides.Zip(figures)) Note(side, name, f, sides.Length);
            if (name == "saturated") _results.Add(Sfu, "allocated", (allocated[1] - allocated[0]) / figures[own]["forwarded"]);
            return PerCpuSecond(figures[0]);
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private void Note(string side, string name, Dictionary<string, double> f, int turns)
    {
        if (f["overflowed"] > 0) throw new LoadFailedException($"{f["overflowed"]} packets were lost in the listeners' own buffers.");
        var (delivered, ns) = (100 * f["delivered"] / f["expected"], 1e9 / PerCpuSecond(f));
        _results.Add(side, $"{name} per cpu second", PerCpuSecond(f));
        _results.Add(side, $"{name} ns", ns);
        _results.Add(side, $"{name} delivered", delivered);
        _results.Add(side, $"{name} p50 ms", f["age-p50-ms"]);
        _results.Add(side, $"{name} p99 ms", f["age-p99-ms"]);
        _results.Add(side, "wrong", f["wrong"]);
        if (turns == 1) _results.Add(side, "waited", f["server-waited-ms"] / f["seconds"] / 10);

        var share = f["seconds"] * 10; // of a core, in percent, for milliseconds
        Console.Error.WriteLine(
            $"{name,-9} {side,-6} {f["forwarded"] / f["seconds"] * turns,9:#,##0}/s out, {delivered,6:0.00} % delivered, {ns,5:0} ns a packet, age {f["age-p50-ms"]:0.00} {f["age-p95-ms"]:0.00} {f["age-p99-ms"]:0.00} {f["age-p999-ms"]:0.00} ms, "
            + $"core {f["server-cpu-ms"] / share:0} % (waited {f["server-waited-ms"] / share:0.0} %), load {f["load-cpu-ms"] / share:0} % ({f["load-waited-ms"] / share:0.0} %, {f["skipped"]:0} packets not spoken), stolen {f["stolen"]:0.0} %, {f["verified"]:#,##0} read");
    }

    private static double PerCpuSecond(Dictionary<string, double> f) => f["forwarded"] / f["server-cpu-ms"] * 1000;

    private async Task<string> CompileAsync(string name, string[] sources, CancellationToken stop)
    {
        var program = Path.Combine(folder.Temporary, name);
        try
        {
            using var gcc = Process.Start("gcc", ["-std=gnu17", "-O3", "-march=native", "-Wall", "-Wextra", "-o", program, .. sources.Select(source => Path.Combine(AppContext.BaseDirectory, "voice", source)), "-lssl", "-lcrypto", "-lpthread"]);
            await gcc.WaitForExitAsync(stop);
            return gcc.ExitCode == 0 ? program : throw new LoadFailedException($"gcc could not compile the {name}. It needs OpenSSL's headers: apt-get install libssl-dev.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new LoadFailedException("there is no gcc here: the twin and the load are written in C. apt-get install gcc libc6-dev libssl-dev.");
        }
    }
}
