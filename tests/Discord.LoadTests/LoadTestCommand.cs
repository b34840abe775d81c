using System.ComponentModel;
using System.Globalization;

namespace Discord.LoadTests;

/// <summary>The command line.</summary>
internal static class LoadTestCommand
{
    private const string Usage = """
        Measures the built host against a bare hub, on this machine only, and judges the ratios.

          all        every scenario; needs the host built: dotnet build -c Release
          quick      the same with small numbers: shows that everything works, judges only what is lost, twice or out of order
          voice      the voice server's packet forwarding beside the same loop written in C; needs gcc and libssl-dev
                     --runs 3 --seconds 5 --mumble /usr/sbin/murmurd (drives Debian's mumble-server side by side)
          big-guild  a guild of a million members next to one of a hundred, by ratio      --members 1000000
          reference  the bare hub alone, for use with another load generator          --port 3010

          --host PATH    Discord.Host.dll                     (default: beside this program in artifacts/bin)
          --seed DIR     keep accounts and messages there between runs of this program (default: a temporary folder)
          --runs N       interleaved runs of each server      (default: 3; quick: 1)
          --sessions N   recipients                           (default: 1000; quick: 40)
          --history N    messages in the channel              (default: 100000; quick: 500)
          --minutes N    give up after                        (default: 90)

        Exit code: 0 all within budget, 1 something missed, 2 the measurement failed.
        """;

    private static async Task<int> Main(string[] args)
    {
        try
        {
            var options = Parse(args);
            switch (args.FirstOrDefault())
            {
                case "reference":
                    await ReferenceHub.RunAsync(Number(options, "port", 3010));
                    return 0;
                case "big-guild":
                    return await MeasureBigGuildAsync(options);
                case "voice":
                    return await MeasureVoiceAsync(options);
                case SfuHost.Command:
                    await SfuHost.RunAsync();
                    return 0;
                case "all" or "quick":
                    return await MeasureAsync(options, args[0] == "quick");
                default:
                    throw new UsageException("The first argument is a command.");
            }
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{e.Message}\n\n{Usage}");
            return 2;
        }
        catch (Exception e) when (e is LoadFailedException or IOException or Win32Exception or HttpRequestException or OperationCanceledException)
        {
            Console.Error.WriteLine($"The measurement failed: {e.Message}");
            return 2;
        }
    }

    private static async Task<int> MeasureAsync(Dictionary<string, string> options, bool quick)
    {
        var plan = quick ? LoadPlan.Quick : LoadPlan.Full;
        plan = plan with
        {
            Runs = Number(options, "runs", plan.Runs),
            Sessions = Number(options, "sessions", plan.Sessions),
            HistoryMessages = Number(options, "history", plan.HistoryMessages),
        };
        using var cancel = Limited(options);
        using var folder = new WorkFolder(options.GetValueOrDefault("seed"));
        var results = await new LoadRun(plan, FindHost(options), folder).MeasureAsync(cancel.Token);
        return Budgets.Print(results, plan, Console.Out) ? 0 : 1;
    }

    private static async Task<int> MeasureBigGuildAsync(Dictionary<string, string> options)
    {
        var members = Number(options, "members", BigGuildPlan.Full.Members);
        var plan = BigGuildPlan.Full with { Members = members, InUse = Math.Max(1000, members / 10), Sessions = Number(options, "sessions", BigGuildPlan.Full.Sessions) };
        if (members < 10 * plan.People) throw new UsageException($"--members is {10 * plan.People} or more.");
        using var cancel = Limited(options);
        using var folder = new WorkFolder(null);
        await using var guild = new BigGuild(plan, FindHost(options), folder);
        return await guild.RunAsync(Console.Out, cancel.Token) ? 0 : 1;
    }

    private static async Task<int> MeasureVoiceAsync(Dictionary<string, string> options)
    {
        using var cancel = Limited(options);
        using var folder = new WorkFolder(null);
        var load = new VoiceLoad(Number(options, "runs", 3), Number(options, "seconds", 5), options.GetValueOrDefault("mumble"), folder);
        return await load.RunAsync(Console.Out, cancel.Token) ? 0 : 1;
    }

    private static string FindHost(Dictionary<string, string> options)
    {
        var host = options.GetValueOrDefault("host") ?? Path.Combine(AppContext.BaseDirectory, "..", "..", "Discord.Host", "release", "Discord.Host.dll");
        return File.Exists(host) ? Path.GetFullPath(host)
            : throw new UsageException($"There is no host at {Path.GetFullPath(host)}: build it with 'dotnet build -c Release', or name it with --host.");
    }

    private static CancellationTokenSource Limited(Dictionary<string, string> options)
    {
        var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(Number(options, "minutes", 90)));
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true; // so that the servers are stopped and the folders removed
            cancel.Cancel();
        };
        return cancel;
    }

    private static Dictionary<string, string> Parse(string[] args)
    {
        string[] known = ["host", "seed", "runs", "sessions", "history", "minutes", "port", "members", "seconds", "mumble"];
        var options = new Dictionary<string, string>();
        for (var i = 1; i < args.Length; i += 2)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            if (!known.Contains(name) || i + 1 == args.Length)
            {
                throw new UsageException($"'{args[i]}' is not an option with a value.");
            }

            options[name] = args[i + 1];
        }

        return options;
    }

    private static int Number(Dictionary<string, string> options, string name, int fallback) =>
        !options.TryGetValue(name, out var text) ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new UsageException($"--{name} is a positive number.");

    private sealed class UsageException(string message) : Exception(message);
}

/// <summary>A server or the generator did not do what a measurement needs; figures from it would mean nothing.</summary>
internal sealed class LoadFailedException(string message) : Exception(message);

/// <summary>How much of everything. The budgets are stated for <see cref="Full"/>; smaller plans are not <c>Judged</c>.</summary>
internal sealed record LoadPlan(
    bool Judged, int Runs, int Sessions, int HistoryMessages, int Messages, int LightSessions, TimeSpan LightTime, int HistoryReads, TimeSpan Settle)
{
    public const int ConnectsAtOnce = 20;

    /// <summary>For one answer of the host.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public const int ManySenders = 8;
    public const int HistoryReaders = 8;
    public const int LightMessagesPerSecond = 5;
    public const int MessagesWhileAway = 50;

    public static readonly LoadPlan Full = new(
        Judged: true, Runs: 3, Sessions: 1000, HistoryMessages: 100_000, Messages: 200, LightSessions: 50, LightTime: TimeSpan.FromSeconds(60),
        HistoryReads: 8000, Settle: TimeSpan.FromSeconds(3));

    public static readonly LoadPlan Quick = new(
        Judged: false, Runs: 1, Sessions: 40, HistoryMessages: 500, Messages: 50, LightSessions: 10, LightTime: TimeSpan.FromSeconds(2),
        HistoryReads: 200, Settle: TimeSpan.FromMilliseconds(200));
}

/// <summary>The temporary folder of one invocation, and the seed in it or where the user wants it kept.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("discord-load-");

    public WorkFolder(string? seed)
    {
        seed ??= Path.Combine(_temporary.FullName, "seed");
        PopulationFile = Path.Combine(Path.GetFullPath(seed), "population.json");
        Data = Directory.CreateDirectory(Path.Combine(seed, "data")).FullName;
    }

    /// <summary>Who and what is in the seed's data.</summary>
    public string PopulationFile { get; }

    /// <summary>Gone with the invocation.</summary>
    public string Temporary => _temporary.FullName;

    /// <summary>The host's data folder of the seed: written while preparing, then only copied.</summary>
    public string Data { get; }

    /// <summary>A fresh copy of the seed's data, so that every run starts from the same.</summary>
    public string CopyData()
    {
        var copy = Path.Combine(_temporary.FullName, "data");
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        Directory.CreateDirectory(copy);
        foreach (var folder in Directory.GetDirectories(Data, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(folder.Replace(Data, copy, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(Data, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(Data, copy, StringComparison.Ordinal));
        return copy;
    }

    public void Dispose() => _temporary.Delete(recursive: true);
}
