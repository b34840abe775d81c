using System.Data.Common;
using System.Diagnostics;
using Discord.BuildingBlocks.Streams;
using Discord.Protocol;

namespace Discord.BuildingBlocks.Storage;

/// <summary>
/// The relational engine under the stores: one ordered, group-committing writer and many readers.
/// Stores are written once, in the dialect both engines share; what differs is here.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    // A commit that carries more than this holds its first sender up for too long.
    private protected const int MaxUnitsPerCommit = 512;

    private readonly Lock _gate = new();
    private readonly Queue<WriteUnit> _interactive = new();
    private readonly Queue<WriteUnit> _bulk = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private Task _writer = Task.CompletedTask;
    private bool _stopped;
    private long _position;

    // What was being written when the connection broke: stored or not, nobody knows until the engine answers again.
    private IReadOnlyList<WriteUnit> _unsure = [];

    /// <summary>Called for each committed unit's entries, in commit order, before the committers are told.</summary>
    public Action<IReadOnlyList<StreamItem>>? Committed { get; set; }

    /// <summary>What is stored beside each published event.</summary>
    public IReadOnlyList<ICommitProjection> Projections { get; set; } = [];

    /// <summary>Statements executed by the writer since the start, the transaction's own BEGIN and COMMIT not counted.</summary>
    public long StatementsWritten { get; private protected set; }

    /// <summary>Commits since the start.</summary>
    public long Commits { get; private set; }

    /// <summary>Queries since the start: a plain message makes none.</summary>
    public long QueriesRead => Volatile.Read(ref _queries);

    /// <summary>Told of each unit that somebody waited for how long it took until it was durable. On the writer.</summary>
    public Action<TimeSpan>? Persisted { get; set; }

    /// <summary>Units that wait to be written.</summary>
    public (int Interactive, int Bulk) Waiting
    {
        get
        {
            lock (_gate)
                return (_interactive.Count, _bulk.Count);
        }
    }

    /// <summary>Told the text of each statement once it is committed, and of each query before it runs: what tests count by.</summary>
    internal Action<string>? Executed { get; set; }

    private long _queries;

    /// <summary>"sqlite" or "postgres".</summary>
    public abstract string Engine { get; }

    /// <summary>False when the engine is another process and the connection to it broke.</summary>
    public virtual bool IsConnected => true;

    /// <summary>The newest outbox position.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Applies migrations and starts the writer.</summary>
    public async Task StartAsync(IEnumerable<Migrations> migrations, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        await ApplyAsync(migrations, cancellationToken);
        _position = await StoredPositionAsync();
        _writer = Task.Factory.StartNew(WriteLoopAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Queues a unit; its place in the order is taken before this returns.</summary>
    /// <returns>Completes when the unit is durable; fails with what made it fail, and then nothing of it was stored.</returns>
    /// <exception cref="UniqueViolationException">A unique key is taken.</exception>
    public Task CommitAsync(WriteUnit unit, WritePriority priority = WritePriority.Interactive)
    {
        foreach (var projection in Projections)
        {
            foreach (var item in unit.Items)
            {
                if (item.Event is { } e)
                    projection.Project(e, unit);
            }
        }

        lock (_gate)
        {
            if (_stopped)
                return Task.FromException(new InvalidOperationException("The database is stopping."));
            unit.QueuedAt = priority == WritePriority.Bulk ? null : Stopwatch.GetTimestamp();
            (priority == WritePriority.Bulk ? _bulk : _interactive).Enqueue(unit);
        }

        _waiting.Release();
        return unit.Completion.Task;
    }

    /// <summary>All rows of a query, each mapped by <paramref name="map"/>.</summary>
    public abstract ValueTask<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> map, params object?[] arguments);

    /// <summary>The first row, or default.</summary>
    public async ValueTask<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> map, params object?[] arguments)
    {
        var rows = await QueryAsync(sql, map, arguments);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <summary>Waits for what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            _stopped = true;
        }

        await _stopping.CancelAsync();
        _waiting.Release();
        await _writer;
        await CloseAsync();
        _stopping.Dispose();
        _waiting.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task OpenAsync(CancellationToken cancellationToken);

    private protected abstract Task CloseAsync();

    /// <summary>Connects anew.</summary>
    private protected virtual Task ReconnectAsync() => Task.CompletedTask;

    /// <summary>Replaces {blob}, {clustered} and {key} in a migration by the engine's words.</summary>
    private protected abstract string Dialect(string migration);

    /// <summary>Runs one script in one transaction.</summary>
    private protected abstract Task ExecuteScriptAsync(string sql);

    /// <summary>Writes all statements of the units in one transaction. Throws without a trace when one fails.</summary>
    private protected abstract ValueTask WriteAsync(IReadOnlyList<WriteUnit> units);

    private protected abstract Exception Translate(Exception exception);

    /// <summary>Call before each query.</summary>
    private protected void CountQuery(string sql)
    {
        Interlocked.Increment(ref _queries);
        Executed?.Invoke(sql);
    }

    /// <summary>The store's form of an argument: ids as signed 64-bit, flags as 0 or 1.</summary>
    private protected static object Argument(object? value) => value switch
    {
        null => DBNull.Value,
        Snowflake id => id.Stored,
        bool flag => flag ? 1L : 0L,
        int number => (long)number,
        Enum number => Convert.ToInt64(number, null),
        Timestamp time => time.UnixMilliseconds,
        long or double or string or byte[] => value,
        // Refused here, and not by the engine's driver in the middle of a batch.
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be stored."),
    };

    private async Task WriteLoopAsync()
    {
        var batch = new List<WriteUnit>(MaxUnitsPerCommit);
        while (true)
        {
            await _waiting.WaitAsync();
            Take(batch);
            if (batch.Count == 0)
            {
                if (_stopping.IsCancellationRequested)
                    return;
                continue;
            }

            await CommitBatchAsync(batch);
            batch.Clear();
            if (_stopping.IsCancellationRequested)
                _waiting.Release();
        }
    }

    private void Take(List<WriteUnit> batch)
    {
        lock (_gate)
        {
            while (batch.Count < MaxUnitsPerCommit && _interactive.TryDequeue(out var unit))
                batch.Add(unit);
            if (_bulk.TryDequeue(out var bulk))
                batch.Add(bulk);
        }
    }

    private async ValueTask CommitBatchAsync(List<WriteUnit> batch)
    {
        var error = IsConnected ? null : await RecoverAsync();
        if (error is null)
        {
            error = await TryWriteAsync(batch);
            if (error is not null && !IsConnected)
                error = await FindOutAsync(batch, error);
            if (error is not null && batch.Count > 1 && IsConnected)
            {
                // One bad unit fails one sender: the others are written one by one, in their order.
                foreach (var unit in batch)
                    await CommitBatchAsync([unit]);
                return;
            }
        }

        foreach (var unit in batch)
            Complete(unit, error);
    }

    // The connection broke while a batch was written. Its last position tells whether it was stored; if not, it is written again.
    private async ValueTask<Exception?> FindOutAsync(List<WriteUnit> batch, Exception? error)
    {
        var last = LastPosition(batch);
        if (await RecoverAsync() is null)
        {
            if (last == 0 || _position >= last)
                return last == 0 ? error : null;
            error = await TryWriteAsync(batch);
        }

        if (error is not null && !IsConnected)
            _unsure = [.. batch];
        return error;
    }

    private async ValueTask<Exception?> RecoverAsync()
    {
        try
        {
            await ReconnectAsync();
            Volatile.Write(ref _position, await StoredPositionAsync());
        }
        catch (Exception e)
        {
            return Translate(e);
        }

        // Their senders were told that it failed, as nobody knew better. What was stored must still be heard of, before what comes next.
        if (LastPosition(_unsure) is > 0 and var last && _position >= last)
        {
            foreach (var unit in _unsure)
                Complete(unit, null);
        }

        _unsure = [];
        return null;
    }

    // 0: nothing of it went to the outbox, so nothing tells whether it was stored.
    private static long LastPosition(IReadOnlyList<WriteUnit> units) => units.SelectMany(unit => unit.Items).Max(item => (long?)item.Position) ?? 0;

    private ValueTask<long> StoredPositionAsync() => FirstAsync("SELECT max(position) FROM outbox", row => row.IsDBNull(0) ? 0 : row.GetInt64(0));

    private async ValueTask<Exception?> TryWriteAsync(List<WriteUnit> units)
    {
        var position = _position;
        var statements = 0;
        foreach (var unit in units)
        {
            foreach (var statement in unit.Statements)
            {
                statements++;
                if (statement.Outbox is { } item)
                    statement.Arguments[0] = item.Position = ++position;
            }
        }

        try
        {
            if (statements > 0)
            {
                await WriteAsync(units);
                Commits++;
                StatementsWritten += statements;
                Report(units);
            }

            Volatile.Write(ref _position, position);
            return null;
        }
        catch (Exception e)
        {
            // The edge of a loop that must survive: whatever a unit brings, it fails its own sender, not the writer.
            return Translate(e);
        }
    }

    private void Report(List<WriteUnit> units)
    {
        if (Executed is not { } executed)
            return;
        foreach (var statement in units.SelectMany(unit => unit.Statements))
            executed(statement.Sql);
    }

    private void Complete(WriteUnit unit, Exception? error)
    {
        if (error is not null)
        {
            unit.Completion.TrySetException(error);
            return;
        }

        try
        {
            if (unit.QueuedAt is { } queued)
                Persisted?.Invoke(Stopwatch.GetElapsedTime(queued));
            unit.Applied?.Invoke();
            if (unit.Items.Count > 0)
                Committed?.Invoke(unit.Items);
            unit.Completion.TrySetResult();
        }
        catch (Exception e)
        {
            // Stored, and a bug kept it from being told: the committer hears of it, and the writer goes on.
            unit.Completion.TrySetException(e);
        }
    }

    private async Task ApplyAsync(IEnumerable<Migrations> migrations, CancellationToken cancellationToken)
    {
        await ExecuteScriptAsync("CREATE TABLE IF NOT EXISTS schema_migrations (module TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (module, number))");
        var done = (await QueryAsync("SELECT module, number FROM schema_migrations", row => (row.GetString(0), row.GetInt64(1)))).ToHashSet();
        foreach (var set in migrations)
        {
            foreach (var script in set.Scripts.Where(script => !done.Contains((set.Module, script.Number))))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await ExecuteScriptAsync($"{Dialect(script.Sql)};\nINSERT INTO schema_migrations (module, number, name) VALUES ('{set.Module}', {script.Number}, '{script.Name}')");
            }
        }
    }
}
