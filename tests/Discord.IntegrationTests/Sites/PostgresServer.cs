using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace Discord.IntegrationTests.Sites;

/// <summary>
/// One PostgreSQL server for the whole run: a folder of its own in temp, a free loopback port, fsync as it is by default. Classes of this
/// collection run one after another; the SQLite ones run beside them.
/// </summary>
[CollectionDefinition(Collection)]
public sealed class PostgresServer : IAsyncLifetime, ICollectionFixture<PostgresServer>
{
    public const string Collection = "PostgreSQL";

    private const string Bin = "/usr/lib/postgresql/15/bin";

    // The shell holds the server's only input: when this process ends, in whatever way, the input ends, and with it the server and its folder.
    private const string Run = """
        set -e
        exec 3<&0
        chmod 700 "$1"
        "$2/initdb" --pgdata="$1/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$1/initdb.log" 2>&1 || { cat "$1/initdb.log" >&2; exit 1; }
        "$2/postgres" -D "$1/data" -h 127.0.0.1 -p "$3" -k "$1" -c max_connections=200 -c shared_buffers=64MB -c logging_collector=off </dev/null &
        server=$!
        { read -r _ || true; kill -QUIT $server 2>/dev/null || true; } <&3 &
        wait $server || true
        rm -rf "$1"
        """;

    private readonly List<string> _said = [];
    private Process? _shell;
    private string _folder = "";
    private int _port;
    private int _databases;

    /// <summary>A new, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    public async Task InitializeAsync()
    {
        if (!File.Exists($"{Bin}/initdb"))
            throw new InvalidOperationException($"These tests need PostgreSQL 15, and {Bin}/initdb is not there. On Debian: apt-get install postgresql");
        _folder = Directory.CreateTempSubdirectory("chat-postgres-").FullName;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        string[] words = ["sh", "-c", Run, "sh", _folder, Bin, _port.ToString(CultureInfo.InvariantCulture)];
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root; Debian's package brings a user for it.
            await RunAsync("chown", "postgres:postgres", _folder);
            words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. words];
        }

        start.FileName = words[0];
        foreach (var word in words[1..])
            start.ArgumentList.Add(word);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _shell = new Process { StartInfo = start, EnableRaisingEvents = true };
        _shell.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"PostgreSQL ended before it was ready:\n{Said()}"));
        _shell.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
                _said.Add(line.Data ?? "");
            if (line.Data?.Contains("database system is ready to accept connections", StringComparison.Ordinal) == true)
                ready.TrySetResult();
        };
        _shell.Start();
        _shell.BeginErrorReadLine();
        _shell.BeginOutputReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync();
            _shell.Dispose();
        }

        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} failed. The Debian package brings the user postgres: apt-get install postgresql");
    }

    private string Said()
    {
        lock (_said)
            return string.Join('\n', _said);
    }

    private string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = "postgres", Database = database }.ToString();
}
