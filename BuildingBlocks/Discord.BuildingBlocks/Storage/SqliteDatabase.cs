using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Discord.BuildingBlocks.Storage;

/// <summary>The embedded default: one file, one writer, a pool of readers.</summary>
/// <remarks>
/// WAL with <c>synchronous=FULL</c>: a commit that returned survives a power cut. The WAL is checkpointed beside the writer, in large
/// steps (packages.md: 28k to 57k rows/s from 1,000 to 32,000 pages), so that no sender waits for it.
/// </remarks>
public sealed class SqliteDatabase(string file, TimeProvider clock) : Database
{
    private const long CheckpointBytes = 32 << 20;

    private readonly ConcurrentBag<Connection> _readers = [];
    private Connection? _writer;
    private ITimer? _checkpoints;
    private FileStream? _lock;

    public override string Engine => "sqlite";

    public override ValueTask<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> map, params object?[] arguments)
    {
        CountQuery(sql);
        if (!_readers.TryTake(out var connection))
            connection = Open(SqliteOpenMode.ReadWrite);
        var rows = new List<T>();
        try
        {
            var command = connection.Prepare(sql, arguments);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(map(reader));
        }
        finally
        {
            _readers.Add(connection);
        }

        return ValueTask.FromResult(rows);
    }

    private protected override Task OpenAsync(CancellationToken cancellationToken)
    {
        // Two servers on one file would each hand out the next position and decide from their own memory: the second is refused here.
        _lock = TakeLock();
        _writer = Open(SqliteOpenMode.ReadWriteCreate);
        _writer.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-16000");
        _checkpoints = clock.CreateTimer(_ => Checkpoint(), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        return Task.CompletedTask;
    }

    private FileStream TakeLock()
    {
        try
        {
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file + ".lock"))
        {
            throw new InvalidOperationException($"A server is running on the folder {Path.GetDirectoryName(file)}. Stop it first, or choose another folder with --data.", e);
        }
    }

    private protected override async Task CloseAsync()
    {
        if (_checkpoints is not null)
            await _checkpoints.DisposeAsync();
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        _writer?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        _writer?.Dispose();
        SqliteConnection.ClearAllPools();
        if (_lock is not null)
            await _lock.DisposeAsync();
    }

    private protected override string Dialect(string migration) => migration
        .Replace("{blob}", "BLOB", StringComparison.Ordinal)
        .Replace("{clustered}", "WITHOUT ROWID", StringComparison.Ordinal);

    private protected override Task ExecuteScriptAsync(string sql)
    {
        _writer!.Run("BEGIN IMMEDIATE");
        try
        {
            _writer.Execute(sql);
            _writer.Run("COMMIT");
        }
        catch
        {
            RollBack(_writer);
            throw;
        }

        return Task.CompletedTask;
    }

    private protected override ValueTask WriteAsync(IReadOnlyList<WriteUnit> units)
    {
        var writer = _writer!;
        writer.Run("BEGIN IMMEDIATE");
        try
        {
            foreach (var unit in units)
            {
                foreach (var statement in unit.Statements)
                    writer.Prepare(statement.Sql, statement.Arguments).ExecuteNonQuery();
            }

            writer.Run("COMMIT");
        }
        catch
        {
            RollBack(writer);
            throw;
        }

        return ValueTask.CompletedTask;
    }

    private static void RollBack(Connection writer)
    {
        try
        {
            writer.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // On a full disk SQLite has rolled back by itself; what went wrong before is what counts.
        }
    }

    private protected override Exception Translate(Exception exception) =>
        exception is SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } unique ? new UniqueViolationException(unique.Message, unique) : exception;

    private Connection Open(SqliteOpenMode mode)
    {
        var connection = new Connection(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString()));
        connection.Execute("PRAGMA busy_timeout=30000; PRAGMA mmap_size=268435456");
        return connection;
    }

    private void Checkpoint()
    {
        var wal = new FileInfo(file + "-wal");
        if (!wal.Exists || wal.Length < CheckpointBytes)
            return;
        if (!_readers.TryTake(out var connection))
            connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
        finally
        {
            _readers.Add(connection);
        }
    }

    /// <summary>A connection with its prepared statements. Used by one thread at a time.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly Dictionary<string, SqliteCommand> _prepared = [];

        public Connection(SqliteConnection connection)
        {
            _connection = connection;
            connection.Open();
        }

        public void Execute(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        public void Run(string sql) => Prepare(sql, []).ExecuteNonQuery();

        public SqliteCommand Prepare(string sql, object?[] arguments)
        {
            if (!_prepared.TryGetValue(sql, out var command))
            {
                command = _connection.CreateCommand();
                command.CommandText = sql;
                for (var i = 1; i <= arguments.Length; i++)
                    command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
                if (IsReusable(sql))
                    _prepared.Add(sql, command);
            }

            for (var i = 0; i < arguments.Length; i++)
                command.Parameters[i].Value = Argument(arguments[i]);
            return command;
        }

        // A list of ids in the text makes it a statement of its own each time: keeping those would only grow.
        private static bool IsReusable(string sql) => !sql.Contains(" IN (", StringComparison.Ordinal);

        public void Dispose()
        {
            foreach (var command in _prepared.Values)
                command.Dispose();
            _connection.Dispose();
        }
    }
}
