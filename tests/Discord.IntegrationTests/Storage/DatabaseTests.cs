using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Storage;

/// <summary>What every engine promises about commits, positions and schema changes.</summary>
public abstract class DatabaseTests(Site site)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Units_commit_in_the_order_in_which_they_were_queued()
    {
        await using var database = await NewAsync();
        var seen = new List<int>();
        database.Committed = items => seen.AddRange(items.Select(item => ((Noted)item.Event!).Number));

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => database.CommitAsync(new WriteUnit().Publish(new Noted(number)))));

        Assert.Equal(Enumerable.Range(0, 1000), seen);
        Assert.Equal(Enumerable.Range(0, 1000).Select(number => (number + 1L, number)), await database.OutboxAsync());
        Assert.Equal(1000, database.Position);
    }

    [Fact]
    public async Task What_waits_for_the_writer_is_committed_together()
    {
        await using var database = await NewAsync();
        var writer = await HeldWriter.HoldAsync(database);
        var commits = database.Commits;

        var waiting = Enumerable.Range(0, 1000).Select(number => database.CommitAsync(new WriteUnit().Part(number, 0).Publish(new Noted(number)))).ToList();
        writer.Release();
        await Task.WhenAll(waiting);

        // 512 units at most in one.
        Assert.Equal(2, database.Commits - commits);
        Assert.Equal(1000, await database.CountAsync("parts"));
        Assert.Equal(Enumerable.Range(-1, 1001), writer.Numbers);
    }

    [Fact]
    public async Task A_thousand_units_from_many_threads_are_each_stored_whole_or_not_at_all()
    {
        await using var database = await NewAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Task.Run(async () =>
        {
            // Every seventh fails at its last statement, after two that would have been good.
            var unit = new WriteUnit().Part(number, 0).Publish(new Noted(number)).Part(number, number % 7 == 3 ? 0 : 1);
            return await Record.ExceptionAsync(() => database.CommitAsync(unit));
        })));

        var stored = await database.QueryAsync("SELECT unit, count(*) FROM parts GROUP BY unit ORDER BY unit", row => ((int)row.GetInt64(0), row.GetInt64(1)));
        Assert.Equal(Enumerable.Range(0, 1000).Where(number => number % 7 != 3).Select(number => (number, 2L)), stored);
        Assert.Equal(stored.Select(unit => unit.Item1), (await database.OutboxAsync()).Select(row => row.Number).Order());
        for (var number = 0; number < outcomes.Length; number++)
            Assert.Equal(number % 7 == 3 ? typeof(UniqueViolationException) : null, outcomes[number]?.GetType());
    }

    [Fact]
    public async Task One_bad_unit_of_a_batch_fails_alone_and_takes_no_position()
    {
        await using var database = await NewAsync();
        var writer = await HeldWriter.HoldAsync(database);

        var units = Enumerable.Range(0, 10).Select(number => database.CommitAsync(new WriteUnit().Part(number == 5 ? 4 : number, 0).Publish(new Noted(number)))).ToList();
        writer.Release();
        var outcomes = await Task.WhenAll(units.Select(unit => Record.ExceptionAsync(() => unit)));

        Assert.IsType<UniqueViolationException>(Assert.Single(outcomes, outcome => outcome is not null));
        Assert.Same(outcomes[5], outcomes.First(outcome => outcome is not null));
        int[] others = [-1, 0, 1, 2, 3, 4, 6, 7, 8, 9];
        Assert.Equal(others, writer.Numbers);
        Assert.Equal(others.Select((number, i) => (i + 1L, number)), await database.OutboxAsync());
        Assert.Equal(Enumerable.Range(1, 10).Select(position => (long)position), writer.Committed.Select(item => item.Position));
    }

    [Fact]
    public async Task A_failed_unit_leaves_no_gap_for_the_next_one()
    {
        await using var database = await NewAsync();
        await database.CommitAsync(new WriteUnit().Part(1, 1).Publish(new Noted(0)));

        await Assert.ThrowsAsync<UniqueViolationException>(() => database.CommitAsync(new WriteUnit().Publish(new Noted(1)).Publish(new Noted(2)).Part(1, 1)));
        await database.CommitAsync(new WriteUnit().Publish(new Noted(3)));

        Assert.Equal([(1, 0), (2, 3)], await database.OutboxAsync());
        Assert.Equal(2, database.Position);
    }

    [Theory]
    [InlineData("INSERT INTO kept (id, name) VALUES (1, 'b')", "kept")]
    [InlineData("INSERT INTO kept (id, name) VALUES (2, 'a')", "name")]
    public async Task A_taken_key_is_named(string sql, string named)
    {
        await using var database = await NewAsync();
        await database.CommitAsync(new WriteUnit().Add("INSERT INTO kept (id, name) VALUES (1, 'a')"));

        var taken = await Assert.ThrowsAsync<UniqueViolationException>(() => database.CommitAsync(new WriteUnit().Add(sql)));

        Assert.Contains(named, taken.Constraint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_broken_rule_is_no_taken_key()
    {
        await using var database = await NewAsync();

        var broken = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => database.CommitAsync(new WriteUnit().Add("INSERT INTO parts (unit, part) VALUES (1, NULL)")));

        Assert.IsNotType<UniqueViolationException>(broken);
    }

    [Theory]
    [InlineData("INSERT INTO nowhere VALUES (1)")]
    [InlineData("this is no statement")]
    public async Task A_statement_that_makes_no_sense_fails_its_sender_and_nobody_else(string sql)
    {
        await using var database = await NewAsync();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => database.CommitAsync(new WriteUnit().Add(sql)));

        await database.CommitAsync(new WriteUnit().Part(1, 1)).WaitAsync(s_patience);
        Assert.Equal(1, await database.CountAsync("parts"));
    }

    [Fact]
    public async Task An_argument_that_no_engine_can_store_fails_its_sender_and_nobody_else()
    {
        await using var database = await NewAsync();
        var writer = await HeldWriter.HoldAsync(database);

        var bad = database.CommitAsync(new WriteUnit().Part(1, 1).Add("INSERT INTO kept (id, text) VALUES ($1, $2)", 1, new UriBuilder()));
        var good = database.CommitAsync(new WriteUnit().Part(2, 2));
        writer.Release();

        Assert.NotNull(await Record.ExceptionAsync(() => bad.WaitAsync(s_patience)));
        await good.WaitAsync(s_patience);
        await database.CommitAsync(new WriteUnit().Part(3, 3)).WaitAsync(s_patience);
        Assert.Equal([2L, 3L], await database.QueryAsync("SELECT unit FROM parts ORDER BY unit", Trial.Long));
    }

    [Fact]
    public async Task Committers_are_told_after_the_streams_were()
    {
        await using var database = await NewAsync();
        var told = 0;
        database.Committed = items => Volatile.Write(ref told, items.Count);

        await database.CommitAsync(new WriteUnit().Publish(new Noted(1)).Publish(new Noted(2)));

        Assert.Equal(2, Volatile.Read(ref told));
    }

    [Fact]
    public async Task What_follows_a_commit_in_memory_is_done_before_anybody_hears_of_it()
    {
        await using var database = await NewAsync();
        var steps = new List<string>();
        database.Committed = _ => steps.Add("told");

        await database.CommitAsync(new WriteUnit().Publish(new Noted(1)).Then(() => steps.Add("first")).Then(() => steps.Add("second")));

        Assert.Equal(["first", "second", "told"], steps);
    }

    [Fact]
    public async Task What_follows_a_commit_is_not_done_when_it_failed()
    {
        await using var database = await NewAsync();
        await database.CommitAsync(new WriteUnit().Part(1, 1));
        var done = false;

        await Assert.ThrowsAsync<UniqueViolationException>(() => database.CommitAsync(new WriteUnit().Part(1, 1).Then(() => done = true)));

        Assert.False(done);
    }

    [Fact]
    public async Task A_mistake_after_a_commit_is_told_to_its_committer_and_the_writer_goes_on()
    {
        await using var database = await NewAsync();
        var mistake = new InvalidTimeZoneException();

        Assert.Same(mistake, await Record.ExceptionAsync(() => database.CommitAsync(new WriteUnit().Part(1, 1).Then(() => throw mistake)).WaitAsync(s_patience)));

        await database.CommitAsync(new WriteUnit().Part(2, 2)).WaitAsync(s_patience);
        Assert.Equal(2, await database.CountAsync("parts"));
    }

    [Fact]
    public async Task A_failed_unit_is_not_published()
    {
        await using var database = await NewAsync();
        await database.CommitAsync(new WriteUnit().Part(1, 1));
        var told = new List<int>();
        database.Committed = items => told.AddRange(items.Select(item => ((Noted)item.Event!).Number));

        await Assert.ThrowsAsync<UniqueViolationException>(() => database.CommitAsync(new WriteUnit().Publish(new Noted(1)).Part(1, 1)));
        await database.CommitAsync(new WriteUnit().Publish(new Noted(2)));

        Assert.Equal([2], told);
    }

    [Fact]
    public async Task A_watcher_keeps_its_place_in_the_stream_and_costs_no_commit()
    {
        await using var database = await NewAsync();
        var writer = await HeldWriter.HoldAsync(database);
        var commits = database.Commits;
        var watcher = new object();

        Task[] units =
        [
            database.CommitAsync(new WriteUnit().Publish(new Noted(1))),
            database.CommitAsync(new WriteUnit().Watch(new Snowflake(1), null!, watcher)),
            database.CommitAsync(new WriteUnit().Publish(new Noted(2))),
        ];
        writer.Release();
        await Task.WhenAll(units);
        await database.CommitAsync(new WriteUnit().Watch(new Snowflake(1), null!, watcher));

        Assert.Equal([-1, 1, null, 2, null], writer.Committed.Select(item => (item.Event as Noted)?.Number));
        Assert.Equal([1L, 2L, 0L, 3L, 0L], writer.Committed.Select(item => item.Position));
        Assert.Same(watcher, writer.Committed[2].Watcher);
        Assert.Equal(1, database.Commits - commits);
    }

    [Fact]
    public async Task Bulk_units_go_one_at_a_time_behind_those_that_somebody_waits_for()
    {
        await using var database = await NewAsync();
        var writer = await HeldWriter.HoldAsync(database);
        var commits = database.Commits;

        var units = new List<Task>();
        for (var number = 0; number < 3; number++)
            units.Add(database.CommitAsync(new WriteUnit().Publish(new Noted(100 + number)), WritePriority.Bulk));
        for (var number = 0; number < 3; number++)
            units.Add(database.CommitAsync(new WriteUnit().Publish(new Noted(number))));
        writer.Release();
        await Task.WhenAll(units);

        Assert.Equal([-1, 0, 1, 2, 100, 101, 102], writer.Numbers);
        Assert.Equal(3, database.Commits - commits);
    }

    [Fact]
    public async Task What_was_committed_is_there_after_reopening_and_positions_go_on()
    {
        var place = await site.NewPlaceAsync();
        await using (var first = await place.Open().StartAsync(Schema.Outbox, Trial.Tables))
        {
            for (var number = 0; number < 5; number++)
                await first.CommitAsync(new WriteUnit().Part(number, 0).Publish(new Noted(number)));
        }

        await using var second = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        Assert.Equal(5, second.Position);
        await second.CommitAsync(new WriteUnit().Publish(new Noted(5)));

        Assert.Equal(5, await second.CountAsync("parts"));
        Assert.Equal(Enumerable.Range(0, 6).Select(number => (number + 1L, number)), await second.OutboxAsync());
    }

    [Fact]
    public async Task Closing_writes_what_was_queued_and_refuses_what_comes_later()
    {
        var place = await site.NewPlaceAsync();
        var first = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        var writer = await HeldWriter.HoldAsync(first);
        var queued = Enumerable.Range(0, 2000).Select(number => first.CommitAsync(new WriteUnit().Part(number, 0))).ToList();

        var closing = first.DisposeAsync();
        var late = first.CommitAsync(new WriteUnit().Part(9999, 0));
        writer.Release();
        await closing;

        await Task.WhenAll(queued);
        await Assert.ThrowsAsync<InvalidOperationException>(() => late);
        await using var second = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        Assert.Equal(2000, await second.CountAsync("parts"));
    }

    [Fact]
    public async Task Schema_changes_are_applied_once_each()
    {
        var place = await site.NewPlaceAsync();
        await using (var first = await place.Open().StartAsync(Schema.Outbox, Trial.Tables))
            await first.CommitAsync(new WriteUnit().Part(1, 1));
        await using (var second = place.Open())
        {
            // A second CREATE TABLE would fail: nothing may be applied again.
            await second.StartAsync(Schema.Outbox, Trial.Tables);
            Assert.Equal(0, second.StatementsWritten);
        }

        var more = Trial.Tables with { Scripts = [.. Trial.Tables.Scripts, new(3, "more", "ALTER TABLE parts ADD COLUMN note TEXT; INSERT INTO parts (unit, part, note) VALUES (2, 2, 'new')")] };
        await using var third = await place.Open().StartAsync(Schema.Outbox, more);

        Assert.Equal([(1L, null), (2L, "new")], await third.QueryAsync("SELECT unit, note FROM parts ORDER BY unit", row => (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1))));
        Assert.Equal([("Outbox", 1L, "outbox"), ("Trial", 1L, "parts"), ("Trial", 2L, "values"), ("Trial", 3L, "more")],
            await third.QueryAsync("SELECT module, number, name FROM schema_migrations ORDER BY module, number", row => (row.GetString(0), row.GetInt64(1), row.GetString(2))));
    }

    [Fact]
    public async Task The_products_schema_opens_twice()
    {
        var place = await site.NewPlaceAsync();
        await using (var first = place.Open())
            await first.StartAsync(Schema.Everything, CancellationToken.None);
        await using var second = place.Open();
        await second.StartAsync(Schema.Everything, CancellationToken.None);

        Assert.Equal(Schema.Everything.Sum(set => set.Scripts.Count), await second.CountAsync("schema_migrations"));
    }

    [Fact]
    public async Task A_schema_change_that_fails_leaves_nothing_behind_and_can_be_corrected()
    {
        var place = await site.NewPlaceAsync();
        var broken = new Migrations("Trial", [new(1, "parts", "CREATE TABLE parts (unit BIGINT NOT NULL); INSERT INTO nowhere VALUES (1)")]);
        await using (var first = place.Open())
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => first.StartAsync([Schema.Outbox, broken], CancellationToken.None));

        await using var second = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        await second.CommitAsync(new WriteUnit().Part(1, 1));

        Assert.Equal(1, await second.CountAsync("parts"));
    }

    [Fact]
    public async Task A_second_server_is_refused_while_the_first_goes_on()
    {
        var place = await site.NewPlaceAsync();
        await using (var first = await place.Open().StartAsync(Schema.Outbox, Trial.Tables))
        {
            await using (var second = place.Open())
            {
                var refused = await Record.ExceptionAsync(() => second.StartAsync([Schema.Outbox, Trial.Tables], CancellationToken.None));
                Assert.True(refused is IOException or InvalidOperationException, $"{refused}");
            }

            await first.CommitAsync(new WriteUnit().Part(1, 1).Publish(new Noted(1)));
        }

        await using var third = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        Assert.Equal([(1, 1)], await third.OutboxAsync());
    }

    [Fact]
    public async Task Every_kind_of_argument_comes_back_as_it_was_stored()
    {
        await using var database = await NewAsync();
        const string Text = "naïve 'quotes' \"and\" ; -- 日本 👩‍👩‍👧 $1 {blob}";
        byte[] bytes = [0, 1, 127, 128, 255];
        (long, object?, string?, byte[]?)[] rows =
        [
            (1, new Snowflake(long.MaxValue), Text, bytes),
            (2, true, "", []),
            (3, false, null, null),
            (4, MessageType.Reply, "x", null),
            (5, new Timestamp(1_700_000_000_123), "x", null),
            (6, int.MinValue, "x", null),
            (7, long.MinValue, "x", null),
            (8, null, "x", null),
        ];
        var unit = new WriteUnit();
        foreach (var (id, number, text, blob) in rows)
            unit.Add("INSERT INTO kept (id, number, text, bytes) VALUES ($1, $2, $3, $4)", id, number, text, blob);
        await database.CommitAsync(unit);

        var read = await database.QueryAsync("SELECT id, number, text, bytes FROM kept ORDER BY id", row =>
            (row.GetInt64(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : Convert.ToHexString(row.GetFieldValue<byte[]>(3))));
        Assert.Equal(
            [
                (1, long.MaxValue, Text, "00017F80FF"), (2, 1, "", ""), (3, 0, null, null), (4, 19, "x", null), (5, 1_700_000_000_123, "x", null), (6, int.MinValue, "x", null),
                (7, long.MinValue, "x", null), (8, null, "x", null),
            ],
            read);
    }

    [Fact]
    public async Task Whoever_was_told_reads_what_was_committed_and_readers_see_whole_units()
    {
        await using var database = await NewAsync();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                Assert.Equal(0, await database.CountAsync("parts") % 3);
        })).ToList();

        for (var number = 0; number < 100; number++)
        {
            await database.CommitAsync(new WriteUnit().Part(number, 0).Part(number, 1).Part(number, 2));
            Assert.Equal((number + 1) * 3, await database.CountAsync("parts"));
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Statements_commits_and_queries_are_counted()
    {
        await using var database = await NewAsync();
        var texts = new List<string>();
        database.Executed = texts.Add;
        var (statements, commits, queries) = (database.StatementsWritten, database.Commits, database.QueriesRead);

        await database.CommitAsync(new WriteUnit().Part(1, 1).Publish(new Noted(1)));
        await database.CountAsync("parts");
        await Assert.ThrowsAsync<UniqueViolationException>(() => database.CommitAsync(new WriteUnit().Part(1, 1)));

        Assert.Equal((2, 1, 1), (database.StatementsWritten - statements, database.Commits - commits, database.QueriesRead - queries));
        Assert.Equal(["INSERT INTO parts", "INSERT INTO outbox", "SELECT count(*)"], texts.Select(text => string.Join(' ', text.Split(' ').Take(text.StartsWith("SELECT", StringComparison.Ordinal) ? 2 : 3))));
    }

    private async Task<Database> NewAsync() => await (await site.NewPlaceAsync()).Open().StartAsync(Schema.Outbox, Trial.Tables);
}

public sealed class SqliteDatabaseTests(SqliteSite site) : DatabaseTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresDatabaseTests(PostgresSite site) : DatabaseTests(site), IClassFixture<PostgresSite>;
