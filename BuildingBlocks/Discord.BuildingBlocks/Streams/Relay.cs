using System.Threading.Channels;
using Discord.BuildingBlocks.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Discord.BuildingBlocks.Streams;

/// <summary>A stored event, as a consumer gets it: live or, after a restart, from its row.</summary>
/// <param name="Position">Rises with every commit.</param>
/// <param name="Name">Discord's event name, or an internal one in capitals.</param>
/// <param name="Data">The event's "d" as JSON.</param>
public sealed record OutboxRecord(long Position, string Name, byte[] Data);

/// <summary>How far a consumer is.</summary>
/// <param name="Waiting">Events that it has still to handle.</param>
/// <param name="Lag">How long ago the event came that it works at; zero: at none.</param>
/// <param name="Skipped">Events that it failed at and left out, since the start.</param>
public sealed record ConsumerProgress(string Consumer, long Waiting, TimeSpan Lag, long Skipped);

/// <summary>A module's reaction to events. Each has a cursor of its own and gets every record at least once, in order.</summary>
/// <remarks>Must be idempotent: after a crash the last records come again. Slowness holds up this consumer alone, never the gateway.</remarks>
public interface IOutboxConsumer
{
    /// <summary>The cursor's key; never change it.</summary>
    string Consumer { get; }

    bool Wants(string eventName);

    ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken);
}

/// <summary>Takes what was committed to the gateway at once and to every consumer on its own queue; trims the outbox behind the slowest.</summary>
public sealed partial class Relay(Database database, IGatewayDispatcher dispatcher, IServiceProvider services, TimeProvider clock, ILogger<Relay> logger) : IAsyncDisposable
{
    private const int TrimSlice = 1000;
    private const string SaveCursor = "INSERT INTO outbox_cursors (consumer, position) VALUES ($1, $2) ON CONFLICT (consumer) DO UPDATE SET position = excluded.position";
    private static readonly TimeSpan s_saveEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private List<Runner> _runners = [];
    private Task _saving = Task.CompletedTask;
    private long _taken;
    private int _disposed;

    /// <summary>Of each consumer, now.</summary>
    public IEnumerable<ConsumerProgress> Progress => _runners.Select(runner => runner.Read());

    /// <summary>Starts the consumers where they stopped and takes over every later commit. Call before the first write is accepted.</summary>
    public async Task StartAsync()
    {
        var cursors = (await database.QueryAsync("SELECT consumer, position FROM outbox_cursors", row => (row.GetString(0), row.GetInt64(1)))).ToDictionary();
        var unit = new WriteUnit();
        foreach (var consumer in services.GetServices<IOutboxConsumer>())
        {
            // Stored before the first event, so that a crash before the first save loses none.
            if (!cursors.TryGetValue(consumer.Consumer, out var position))
                unit.Add(SaveCursor, consumer.Consumer, position = database.Position);
            var runner = new Runner(consumer, position, clock);
            foreach (var record in await MissedAsync(runner.Done))
                runner.Offer(record);
            _runners.Add(runner);
        }

        await database.CommitAsync(unit);
        database.Projections = [.. services.GetServices<ICommitProjection>()];
        database.Committed = Take;
        foreach (var runner in _runners)
            runner.Running = RunAsync(runner);
        _saving = SaveLoopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The host stops in an order of its own; the container comes by again later.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        foreach (var runner in _runners)
            runner.Queue.Writer.TryComplete();
        await Task.WhenAll(_runners.Select(runner => runner.Running));
        await _stopping.CancelAsync();
        await _saving;
        await SaveAsync();
        _runners = [];
        _stopping.Dispose();
    }

    // Runs on the writer, in commit order: hand over, never work.
    private void Take(IReadOnlyList<StreamItem> items)
    {
        foreach (var item in items)
        {
            dispatcher.Dispatch(item);
            if (item.Event is null)
                continue;
            foreach (var runner in _runners)
                runner.Offer(new OutboxRecord(item.Position, item.Event.Name, item.Data!));
            Volatile.Write(ref _taken, item.Position);
        }
    }

    private async Task<List<OutboxRecord>> MissedAsync(long after) =>
        await database.QueryAsync("SELECT position, name, data FROM outbox WHERE position > $1 ORDER BY position",
            row => new OutboxRecord(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)), after);

    private async Task RunAsync(Runner runner)
    {
        await foreach (var (record, since) in runner.Queue.Reader.ReadAllAsync())
        {
            runner.Began(since);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await runner.Consumer.HandleAsync(record, _stopping.Token);
                    break;
                }
                catch (Exception e) when (attempt < 3)
                {
                    LogRetry(logger, e, runner.Consumer.Consumer, record.Name, record.Position);
                    await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), clock);
                }
                catch (Exception e)
                {
                    // The row stays behind the cursor only in the log: one poisoned event must not stop the consumer for ever.
                    LogSkipped(logger, e, runner.Consumer.Consumer, record.Name, record.Position);
                    runner.Skipped();
                    break;
                }
            }

            runner.Handled(record.Position);
        }
    }

    private async Task SaveLoopAsync()
    {
        using var timer = new PeriodicTimer(s_saveEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                await SaveAsync();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SaveAsync()
    {
        var unit = new WriteUnit();
        var changed = false;
        foreach (var runner in _runners)
        {
            var done = runner.Progress(Volatile.Read(ref _taken));
            if (done == runner.Saved)
                continue;
            changed = true;
            runner.Saved = done;
            unit.Add(SaveCursor, runner.Consumer.Consumer, done);
        }

        // An empty unit connects a database anew that went away, also where nobody writes.
        if (!changed && database.IsConnected)
            return;
        try
        {
            await database.CommitAsync(unit, WritePriority.Bulk);
            await TrimAsync(_runners.Min(runner => runner.Saved));
        }
        catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
        {
            LogSaveFailed(logger, e);
        }
    }

    private async Task TrimAsync(long upTo)
    {
        // The newest row stays: the next start reads its position from it.
        upTo = Math.Min(upTo, database.Position - 1);
        var oldest = await database.FirstAsync("SELECT min(position) FROM outbox", row => row.IsDBNull(0) ? long.MaxValue : row.GetInt64(0));
        while (oldest <= upTo && !_stopping.IsCancellationRequested)
        {
            var end = Math.Min(oldest + TrimSlice, upTo);
            await database.CommitAsync(new WriteUnit().Add("DELETE FROM outbox WHERE position <= $1", end), WritePriority.Bulk);
            oldest = end + 1;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outbox consumer {Consumer} failed at {EventName} (position {Position}); it is tried again")]
    private static partial void LogRetry(ILogger logger, Exception e, string consumer, string eventName, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "Outbox consumer {Consumer} skips {EventName} (position {Position}) after three failures")]
    private static partial void LogSkipped(ILogger logger, Exception e, string consumer, string eventName, long position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox cursors could not be saved; the next second tries again")]
    private static partial void LogSaveFailed(ILogger logger, Exception e);

    private sealed class Runner(IOutboxConsumer consumer, long done, TimeProvider clock)
    {
        private long _offered;
        private long _done = done;
        private long _offers;
        private long _handled;
        private long _skipped;

        // When what is being handled was offered; MaxValue: nothing is.
        private long _since = long.MaxValue;

        public IOutboxConsumer Consumer => consumer;

        public Channel<(OutboxRecord Record, long Since)> Queue { get; } = Channel.CreateUnbounded<(OutboxRecord Record, long Since)>(new UnboundedChannelOptions { SingleReader = true });

        public Task Running { get; set; } = Task.CompletedTask;

        public long Done => Volatile.Read(ref _done);

        public long Saved { get; set; } = done;

        public void Offer(OutboxRecord record)
        {
            if (!consumer.Wants(record.Name))
                return;
            Volatile.Write(ref _offered, record.Position);
            Volatile.Write(ref _offers, _offers + 1);
            Queue.Writer.TryWrite((record, clock.GetTimestamp()));
        }

        public void Began(long since) => Volatile.Write(ref _since, since);

        public void Skipped() => Volatile.Write(ref _skipped, _skipped + 1);

        public void Handled(long position)
        {
            Volatile.Write(ref _since, long.MaxValue);
            Volatile.Write(ref _handled, _handled + 1);
            Volatile.Write(ref _done, position);
        }

        public ConsumerProgress Read()
        {
            // What was handled first: what is offered meanwhile waits.
            var (handled, since) = (Volatile.Read(ref _handled), Volatile.Read(ref _since));
            return new ConsumerProgress(consumer.Consumer, Volatile.Read(ref _offers) - handled, since == long.MaxValue ? TimeSpan.Zero : clock.GetElapsedTime(since), Volatile.Read(ref _skipped));
        }

        /// <summary>Everything up to here needs no second look: what was not wanted counts as done.</summary>
        public long Progress(long newest)
        {
            // Read in this order: an offer made after "newest" was read cannot be counted as passed.
            var offered = Volatile.Read(ref _offered);
            return Done >= offered ? Math.Max(newest, Done) : Done;
        }
    }
}
