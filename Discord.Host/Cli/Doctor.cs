using System.Net.Sockets;
using System.Runtime.InteropServices;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Voice;
using Microsoft.Extensions.Configuration;

namespace Discord.Host.Cli;

/// <summary>Looks for what keeps a server from running well, and says each thing in a line of words.</summary>
internal static class Doctor
{
    private const long LowDiskBytes = 1L << 30;

    public static Task<int> RunAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json").AddEnvironmentVariables().AddInMemoryCollection(settings).Build();
        var findings = new List<(bool IsGood, string Words)>();
        CheckData(configuration, findings);
        findings.AddRange(Settings.Unknown(configuration).Select(key => (false, $"{key} is no setting of this server: nothing comes of it.")));
        CheckListeners(configuration, findings);
        CheckClock(findings);
        CheckLibraries(findings);
        CheckDatabase(configuration, findings);
        foreach (var (isGood, words) in findings)
            Console.WriteLine($"{(isGood ? "ok  " : "BAD ")} {words}");
        return Task.FromResult(findings.TrueForAll(finding => finding.IsGood) ? 0 : 1);
    }

    private static void CheckData(IConfiguration configuration, List<(bool, string)> findings)
    {
        var folder = ChatServer.DataFolder(configuration);
        try
        {
            PrivateFolder.Create(folder);
            var probe = Path.Combine(folder, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "x");
            File.Delete(probe);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            findings.Add((free >= LowDiskBytes, $"The data folder {folder} can be written; {free >> 20} MiB are free{(free < LowDiskBytes ? ": less than 1 GiB, messages may soon be refused" : "")}."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add((false, $"The data folder {folder} cannot be written: {e.Message} Choose another with --data."));
        }
    }

    private static void CheckListeners(IConfiguration configuration, List<(bool, string)> findings)
    {
        try
        {
            var listeners = Listeners.Of(configuration);
            findings.AddRange(listeners.Select(address => Listeners.WhyNot(address) is { } why ? (false, why) : (true, $"{address} is free to listen on.")));
            Settings.Complete(configuration);
            findings.AddRange(VoiceModule.Examine(configuration.GetSection("Voice"), listeners));
            if (listeners.Any(address => address.Scheme == "https"))
                findings.Add(TlsCertificate.Examine(configuration, ChatServer.DataFolder(configuration), TimeProvider.System.GetUtcNow()));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            findings.Add((false, e.Message));
        }
    }

    private static void CheckClock(List<(bool, string)> findings)
    {
        var now = TimeProvider.System.GetUtcNow();
        findings.Add((now.Year >= 2025, now.Year >= 2025 ? $"The clock says {now:yyyy-MM-dd HH:mm:ss} UTC." : $"The clock says {now:yyyy-MM-dd}: ids are made from it, so set it first."));
    }

    private static void CheckLibraries(List<(bool, string)> findings) => findings.Add(NativeLibrary.TryLoad("libsodium.so.23", out _)
        ? (true, "libsodium is there: passwords are hashed with argon2id.")
        : (false, "libsodium is missing: passwords are hashed with PBKDF2 instead of argon2id. On Debian: apt-get install libsodium23"));

    private static void CheckDatabase(IConfiguration configuration, List<(bool, string)> findings)
    {
        if (configuration["Database:Engine"] is null or "sqlite")
        {
            findings.Add((true, "Messages are kept in SQLite, in the data folder."));
            return;
        }

        try
        {
            using var connection = new Npgsql.NpgsqlConnection(configuration["Database:Postgres"]);
            connection.Open();
            findings.Add((true, $"PostgreSQL {connection.PostgreSqlVersion} answers."));
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or ArgumentException or SocketException)
        {
            findings.Add((false, $"PostgreSQL does not answer: {e.Message} See Database:Postgres."));
        }
    }
}
