using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Discord.LoadTests;

/// <summary>Rooms of one size, and what is spoken in them: 50 packets a second from each speaker, for each of the others.</summary>
internal sealed record VoiceRooms(int Rooms, int Members, int Speakers)
{
    /// <summary>Packets a second that one room is to send.</summary>
    public int PacketsOut => 50 * Speakers * (Members - 1);

    /// <summary>The list of members that servers read, "room speaks key": a line each, ended by an empty one. Keys are new each time.</summary>
    public string List() => string.Concat(
        from room in Enumerable.Range(0, Rooms)
        from member in Enumerable.Range(0, Members)
        select $"{room} {(member < Speakers ? 1 : 0)} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}\n") + "\n";
}

/// <summary>A forwarding server on a core of its own: it reads the members from its stdin, answers with ssrc and port behind each, and ends with its stdin.</summary>
internal sealed class ForwardingServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ForwardingServer(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>The members as the server completed them: what the load reads, the room apart.</summary>
    public required List<(int Room, string Member)> List { get; init; }

    public static async Task<ForwardingServer> StartAsync(string[] command, VoiceRooms rooms, CancellationToken stop)
    {
        // The last core: the first one has the interrupts.
        var process = Pinned.Start(Environment.ProcessorCount - 1, command);
        try
        {
            var told = TellAsync(process.StandardInput, rooms.List(), stop); // not awaited first: it may answer each line
            var list = new List<(int, string)>();
            while (await process.StandardOutput.ReadLineAsync(stop) is { Length: > 0 } line && line.Split(' ', 2) is [var room, var rest]) list.Add((int.Parse(room), rest));
            await told;
            if (list.Count != rooms.Rooms * rooms.Members) throw new LoadFailedException($"'{string.Join(' ', command)}' took {list.Count} of {rooms.Rooms * rooms.Members} members.");
            return new ForwardingServer(process) { List = list };
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Starts mumble-server with a database and a port of its own. All members are in its root channel.</summary>
    public static async Task<ForwardingServer> StartMumbleAsync(string program, string folder, VoiceRooms rooms, CancellationToken stop)
    {
        var (settings, port) = (Path.Combine(folder, "mumble.ini"), ServerProcess.FreePort());
        await File.WriteAllTextAsync(settings, $"""
            database={Path.Combine(folder, "mumble.sqlite")}
            host=127.0.0.1
            port={port}
            uname={Environment.UserName}
            users={rooms.Members}
            bandwidth=1000000
            autobanAttempts=0
            bonjour=false
            logfile=

            """, stop);
        var process = Pinned.Start(Environment.ProcessorCount - 1, "sh", "-c", $"exec '{program}' -fg -ini '{settings}' 2>/dev/null");
        var server = new ForwardingServer(process) { List = [.. Enumerable.Range(0, rooms.Members).Select(i => (0, $"{(i < rooms.Speakers ? 1 : 0)} {new string('0', 64)} {i + 1} {port}"))] };
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_patience && !process.HasExited; await Task.Delay(50, stop))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, stop);
                return server;
            }
            catch (SocketException)
            {
                // Not listening yet.
            }
        }

        await server.DisposeAsync();
        throw new LoadFailedException($"{program} did not start. Try it by hand: {program} -fg -ini {settings}");
    }

    /// <summary>What the server's whole process has allocated since its start, in bytes. Only a managed one knows.</summary>
    public async Task<long> AllocatedAsync(CancellationToken stop)
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync(stop);
        return long.Parse(await _process.StandardOutput.ReadLineAsync(stop) ?? throw new LoadFailedException("The server ended."));
    }

    private static async Task TellAsync(StreamWriter server, string list, CancellationToken stop)
    {
        await server.WriteAsync(list.AsMemory(), stop);
        await server.FlushAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(); // mumble-server knows nothing of this
        }

        _process.Dispose();
    }
}

/// <summary>The program that speaks and listens in all rooms, on the other core.</summary>
internal static class VoiceGenerator
{
    /// <summary>Runs it against servers with the same rooms, which it speaks to in turn, with a warm-up before the seconds that count.</summary>
    /// <param name="window">Called when these begin, and again when they are over.</param>
    /// <returns>For each server its figures by name, as voice/load.c prints them.</returns>
    public static async Task<List<Dictionary<string, double>>> RunAsync(string program, IReadOnlyList<ForwardingServer> servers, VoiceRooms rooms, double warmUp, double seconds, Func<Task> window, CancellationToken stop)
    {
        using var process = Pinned.Start(Math.Max(0, Environment.ProcessorCount - 2), [program, $"{warmUp}", $"{seconds}", .. servers.Select(server => $"{server.Id}")]);
        using var end = stop.Register(process.Kill);
        foreach (var (before, server) in servers.Index())
        {
            // The second server's rooms are behind those of the first.
            foreach (var line in server.List) await process.StandardInput.WriteLineAsync($"{line.Room + before * rooms.Rooms} {line.Member}");
        }

        process.StandardInput.Close();
        var figures = new List<Dictionary<string, double>>();
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (line is "measuring" or "measured") await window();
            else if (line is "side") figures.Add([]);
            else if (line.Split(' ') is [var name, var value]) figures[^1][name] = double.Parse(value);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        return process.ExitCode == 0 ? figures : throw new LoadFailedException("the generator of speech broke off.");
    }
}

/// <summary>Programs that stay on one core.</summary>
internal static class Pinned
{
    public static Process Start(int core, params string[] command)
    {
        var start = new ProcessStartInfo("taskset", ["-c", $"{core}", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0"; // as the host is built
        return Process.Start(start)!;
    }
}
