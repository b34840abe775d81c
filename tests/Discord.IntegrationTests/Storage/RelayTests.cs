using System.Collections.Concurrent;
using System.Threading.Channels;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.IntegrationTests.Sites;
using Discord.UnitTests.BuildingBlocks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.IntegrationTests.Storage;

/// <summary>What the relay promises: every consumer gets every record at least once, in order, whatever happens to the others or to the process.</summary>
public abstract class RelayTests(Site site)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_saveEvery = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Every_consumer_gets_what_it_wants_once_and_in_order_and_so_does_the_gateway()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var (all, even) = (new Recorder("all"), new Recorder("even", name => name == "EVEN"));
        var gateway = new RecordingDispatcher();
        await using var relay = await StartAsync(database, gateway, all, even);

        await Task.WhenAll(Enumerable.Range(1, 500).Select(number => database.CommitAsync(new WriteUnit().Publish(new Noted(number, number % 2 == 0 ? "EVEN" : "ODD")))));

        Assert.Equal(Enumerable.Range(1, 500), await all.TakeAsync(500));
        Assert.Equal(Enumerable.Range(1, 250).Select(half => half * 2), await even.TakeAsync(250));
        Assert.Equal(Enumerable.Range(1, 500), gateway.Numbers);
    }

    [Fact]
    public async Task A_record_is_the_event_as_the_outbox_has_it()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var consumer = new Recorder("all");
        await using var relay = await StartAsync(database, new RecordingDispatcher(), consumer);

        await database.CommitAsync(new WriteUnit().Publish(new Noted(7, "SEVEN")));
        await consumer.TakeAsync(1);

        var record = Assert.Single(consumer.Records);
        Assert.Equal((1, "SEVEN", """{"number":7}"""), (record.Position, record.Name, System.Text.Encoding.UTF8.GetString(record.Data)));
    }

    [Fact]
    public async Task After_a_clean_stop_nothing_comes_again()
    {
        var place = await site.NewPlaceAsync();
        await using (var database = await OpenAsync(place))
        {
            var consumer = new Recorder("all");
            await using var relay = await StartAsync(database, new RecordingDispatcher(), consumer);
            await PublishAsync(database, 1, 5);
            await consumer.TakeAsync(5);
        }

        await using var again = await OpenAsync(place);
        var later = new Recorder("all");
        await using var second = await StartAsync(again, new RecordingDispatcher(), later);
        await PublishAsync(again, 6, 2);

        Assert.Equal([6, 7], await later.TakeAsync(2));
    }

    [Fact]
    public async Task A_crash_before_anything_was_saved_repeats_from_the_first_record()
    {
        var place = await site.NewPlaceAsync();
        var consumer = new Recorder("all");
        await CrashAsync(place, consumer, async database =>
        {
            await PublishAsync(database, 1, 5);
            await consumer.TakeAsync(3);
        });

        await using var again = await OpenAsync(place);
        var later = new Recorder("all");
        await using var second = await StartAsync(again, new RecordingDispatcher(), later);
        await PublishAsync(again, 6, 1);

        Assert.Equal([1, 2, 3, 4, 5, 6], await later.TakeAsync(6));
    }

    [Fact]
    public async Task A_crash_repeats_from_the_cursor_that_was_saved()
    {
        var place = await site.NewPlaceAsync();
        // Entering the fourth says that the third is done.
        var consumer = new Recorder("all") { HoldAt = 4 };
        await CrashAsync(place, consumer, async database =>
        {
            await PublishAsync(database, 1, 5);
            await consumer.Held;
            await SaveAsync(database);
            await PublishAsync(database, 6, 1);
        });

        await using var again = await OpenAsync(place);
        var later = new Recorder("all");
        await using var second = await StartAsync(again, new RecordingDispatcher(), later);

        Assert.Equal([4, 5, 6], await later.TakeAsync(3));
    }

    [Fact]
    public async Task Rows_are_trimmed_behind_the_slowest_consumer_who_holds_up_nobody_else()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var (fast, slow) = (new Recorder("fast"), new Recorder("slow") { HoldAt = 4 });
        var gateway = new RecordingDispatcher();
        await using var relay = await StartAsync(database, gateway, fast, slow);

        await PublishAsync(database, 1, 10);
        Assert.Equal(Enumerable.Range(1, 10), await fast.TakeAsync(10));
        Assert.Equal(10, gateway.Numbers.Count);
        await slow.Held;
        await TrimAsync(database);
        Assert.Equal(Enumerable.Range(4, 7), await NumbersAsync(database));

        slow.Go();
        slow.HoldAt = 11;
        await PublishAsync(database, 11, 1);
        await slow.Held;
        await TrimAsync(database);
        Assert.Equal([11], await NumbersAsync(database));
        slow.Go();
    }

    [Fact]
    public async Task The_newest_row_stays_so_that_positions_go_on_after_a_restart()
    {
        var place = await site.NewPlaceAsync();
        await using (var database = await OpenAsync(place))
        {
            var nobody = new Recorder("nobody", _ => false);
            await using var relay = await StartAsync(database, new RecordingDispatcher(), nobody);
            await PublishAsync(database, 1, 20);
            await TrimAsync(database);
            Assert.Equal([20], await NumbersAsync(database));
        }

        await using var again = await OpenAsync(place);
        Assert.Equal(20, again.Position);
        await PublishAsync(again, 21, 1);
        Assert.Equal([(20, 20), (21, 21)], await again.OutboxAsync());
    }

    [Fact]
    public async Task Trimming_goes_in_slices_so_that_no_sender_waits_for_it()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        await using var relay = await StartAsync(database, new RecordingDispatcher(), new Recorder("nobody", _ => false));
        await Task.WhenAll(Enumerable.Range(1, 2500).Select(number => database.CommitAsync(new WriteUnit().Publish(new Noted(number)))));

        await TrimAsync(database, slices: 3);

        Assert.Equal([2500], await NumbersAsync(database));
    }

    [Fact]
    public async Task A_poisoned_record_is_tried_three_times_and_then_passed()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var consumer = new Recorder("all") { Fails = (number, _) => number == 2 };
        await using var relay = await StartAsync(database, new RecordingDispatcher(), TimeProvider.System, consumer);

        await PublishAsync(database, 1, 4);

        Assert.Equal([1, 3, 4], await consumer.TakeAsync(3));
        Assert.Equal(3, consumer.Attempts[2]);
        Assert.Equal(1, Assert.Single(relay.Progress).Skipped);
    }

    [Fact]
    public async Task How_far_each_consumer_is_can_be_read()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var (even, slow) = (new Recorder("even", name => name == "EVEN"), new Recorder("slow") { HoldAt = 1 });
        await using var relay = await StartAsync(database, new RecordingDispatcher(), even, slow);
        Assert.Equal([new("even", 0, TimeSpan.Zero, 0), new("slow", 0, TimeSpan.Zero, 0)], relay.Progress);

        await PublishAsync(database, 1, 1);
        await slow.Held;
        _time.Advance(TimeSpan.FromSeconds(5));
        await PublishAsync(database, 2, 1);
        Assert.Equal([new("even", 0, TimeSpan.Zero, 0), new("slow", 2, TimeSpan.FromSeconds(5), 0)], relay.Progress);

        // Entering the third says that the second is done.
        slow.Go();
        slow.HoldAt = 3;
        await PublishAsync(database, 3, 1);
        await slow.Held;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new("slow", 1, TimeSpan.FromSeconds(2), 0), relay.Progress.Last());
        slow.Go();
    }

    [Fact]
    public async Task A_record_that_fails_twice_is_handled_the_third_time_and_in_its_place()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var consumer = new Recorder("all") { Fails = (number, attempt) => number == 2 && attempt < 3 };
        await using var relay = await StartAsync(database, new RecordingDispatcher(), TimeProvider.System, consumer);

        await PublishAsync(database, 1, 4);

        Assert.Equal([1, 2, 3, 4], await consumer.TakeAsync(4));
    }

    [Fact]
    public async Task A_consumer_that_is_new_starts_with_what_is_new()
    {
        var place = await site.NewPlaceAsync();
        var old = new Recorder("old");
        await CrashAsync(place, old, async database =>
        {
            await PublishAsync(database, 1, 3);
            await old.TakeAsync(3);
        });

        await using var again = await OpenAsync(place);
        var (later, added) = (new Recorder("old"), new Recorder("added"));
        await using var second = await StartAsync(again, new RecordingDispatcher(), later, added);
        await PublishAsync(again, 4, 1);

        Assert.Equal([4], await added.TakeAsync(1));
        Assert.Equal([1, 2, 3, 4], await later.TakeAsync(4));
    }

    [Fact]
    public async Task What_waits_for_a_consumer_at_a_stop_is_still_handled()
    {
        await using var database = await OpenAsync(await site.NewPlaceAsync());
        var consumer = new Recorder("all") { HoldAt = 1 };
        var relay = await StartAsync(database, new RecordingDispatcher(), consumer);
        await PublishAsync(database, 1, 50);
        await consumer.Held;

        var stopping = relay.DisposeAsync();
        consumer.Go();
        await stopping;

        Assert.Equal(Enumerable.Range(1, 50), await consumer.TakeAsync(50));
        Assert.Equal(50, await database.FirstAsync("SELECT position FROM outbox_cursors WHERE consumer = $1", Trial.Long, "all"));
    }

    private static async Task<Database> OpenAsync(Place place) => await place.Open().StartAsync(Schema.Outbox, Trial.Tables);

    private static async Task PublishAsync(Database database, int first, int count)
    {
        for (var number = first; number < first + count; number++)
            await database.CommitAsync(new WriteUnit().Publish(new Noted(number)));
    }

    private static async Task<IEnumerable<int>> NumbersAsync(Database database) => (await database.OutboxAsync()).Select(row => row.Number);

    private static async Task ExecutedAsync(Database database, string start, int times, Action then)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        database.Executed = text =>
        {
            if (text.StartsWith(start, StringComparison.Ordinal) && --times == 0)
                all.TrySetResult();
        };
        then();
        await all.Task.WaitAsync(s_patience);
        database.Executed = null;
    }

    private Task SaveAsync(Database database) => ExecutedAsync(database, "INSERT INTO outbox_cursors", 1, () => _time.Advance(s_saveEvery));

    private Task TrimAsync(Database database, int slices = 1) => ExecutedAsync(database, "DELETE FROM outbox ", slices, () => _time.Advance(s_saveEvery));

    private Task<Relay> StartAsync(Database database, RecordingDispatcher gateway, params IOutboxConsumer[] consumers) => StartAsync(database, gateway, _time, consumers);

    private static async Task<Relay> StartAsync(Database database, RecordingDispatcher gateway, TimeProvider clock, params IOutboxConsumer[] consumers)
    {
        var services = new ServiceCollection();
        foreach (var consumer in consumers)
            services.AddSingleton(consumer);
        var relay = new Relay(database, gateway, services.BuildServiceProvider(), clock, NullLogger<Relay>.Instance);
        await relay.StartAsync();
        return relay;
    }

    /// <summary>Runs until the storage goes away under the relay: what was not saved by then never is.</summary>
    private async Task CrashAsync(Place place, Recorder consumer, Func<Database, Task> work)
    {
        var database = await OpenAsync(place);
        var relay = await StartAsync(database, new RecordingDispatcher(), consumer);
        await work(database);
        await database.DisposeAsync();
        consumer.Go();
        await relay.DisposeAsync();
    }

    private sealed class RecordingDispatcher : IGatewayDispatcher
    {
        private readonly ConcurrentQueue<int> _numbers = new();

        public IReadOnlyCollection<int> Numbers => _numbers;

        public void Dispatch(StreamItem item) => _numbers.Enqueue(((Noted)item.Event!).Number);

        public ValueTask WaitForRoomAsync(Discord.Protocol.Snowflake streamKey, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Recorder(string name, Func<string, bool>? wants = null) : IOutboxConsumer
    {
        private readonly Channel<OutboxRecord> _handled = Channel.CreateUnbounded<OutboxRecord>();
        private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _holdAt;

        public string Consumer => name;

        public ConcurrentQueue<OutboxRecord> Records { get; } = new();

        public ConcurrentDictionary<int, int> Attempts { get; } = new();

        public Func<int, int, bool>? Fails { get; init; }

        /// <summary>Waits with this record until <see cref="Go"/>.</summary>
        public int HoldAt
        {
            get => Volatile.Read(ref _holdAt);
            set
            {
                _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _holdAt, value);
            }
        }

        public Task Held => _held.Task.WaitAsync(s_patience);

        public void Go() => _go.TrySetResult();

        public bool Wants(string eventName) => wants?.Invoke(eventName) ?? true;

        public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
        {
            var number = Trial.NumberOf(record.Data);
            var attempt = Attempts.AddOrUpdate(number, 1, (_, before) => before + 1);
            if (number == HoldAt)
            {
                _held.TrySetResult();
                await _go.Task.WaitAsync(s_patience, cancellationToken);
            }

            if (Fails?.Invoke(number, attempt) == true)
                throw new InvalidOperationException("a poisoned record");
            Records.Enqueue(record);
            _handled.Writer.TryWrite(record);
        }

        /// <summary>The numbers of the next records that were handled.</summary>
        public async Task<IReadOnlyList<int>> TakeAsync(int count)
        {
            using var patience = new CancellationTokenSource(s_patience);
            var numbers = new List<int>(count);
            while (numbers.Count < count)
                numbers.Add(Trial.NumberOf((await _handled.Reader.ReadAsync(patience.Token)).Data));
            return numbers;
        }
    }
}

public sealed class SqliteRelayTests(SqliteSite site) : RelayTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresRelayTests(PostgresSite site) : RelayTests(site), IClassFixture<PostgresSite>;
