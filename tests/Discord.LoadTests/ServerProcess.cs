using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Discord.LoadTests;

/// <summary>A server under measurement, in a process of its own on a free loopback port.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>Bounds a start: a host opens a database of a hundred thousand messages in well under that.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>USER_HZ is 100 on every Linux that .NET runs on. Source: proc(5), stat, utime.</summary>
    private const double MillisecondsPerTick = 10;

    private const int LinesKept = 30;
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public Uri Api => new($"http://127.0.0.1:{Port}/api/v10/");

    /// <summary>From the process's start to its first answer to a request, in milliseconds.</summary>
    public double StartMilliseconds { get; private set; }

    /// <summary>Resident memory in KiB.</summary>
    public double ResidentKib => ReadStatus("VmRSS:");

    /// <summary>The same without the files that are mapped into it: the database's pages belong to the system.</summary>
    public double AnonymousKib => ReadStatus("RssAnon:");

    /// <summary>User and system time since the start, in milliseconds, in steps of ten.</summary>
    public double CpuMilliseconds
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11]) + long.Parse(fields[12])) * MillisecondsPerTick;
        }
    }

    public static Task<ServerProcess> StartReferenceAsync(CancellationToken stop) =>
        StartAsync(port => [typeof(ReferenceHub).Assembly.Location, "reference", "--port", $"{port}"], stop);

    public static Task<ServerProcess> StartHostAsync(string assembly, string data, CancellationToken stop, params (string Name, string Value)[] environment) =>
        StartAsync(port => [assembly, "serve", "--urls", $"http://127.0.0.1:{port}", "--data", data], stop, environment);

    private static async Task<ServerProcess> StartAsync(Func<int, string[]> arguments, CancellationToken stop, params (string Name, string Value)[] environment)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", arguments(port)) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RateLimits__Enabled"] = "false";
        start.Environment["Users__RegistrationsPerHour"] = "0";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var began = Stopwatch.GetTimestamp();
        var server = new ServerProcess(Process.Start(start)!, port);
        try
        {
            await server.WaitUntilReadyAsync(began, stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReadyAsync(long began, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (Stopwatch.GetElapsedTime(began) < s_patience && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{Port}/readyz", stop);
                if (answer.IsSuccessStatusCode)
                {
                    StartMilliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(2, stop);
        }

        throw new LoadFailedException($"'{string.Join(' ', _process.StartInfo.ArgumentList)}' did not become ready. Its last words:\n{string.Join('\n', _lines)}");
    }

    /// <summary>Asks it to stop, as a service manager does, and kills it if it will not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Terminate);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        if (_lines.Count > LinesKept) _lines.TryDequeue(out _);
    }

    private double ReadStatus(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    /// <summary>On loopback, for TCP.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
