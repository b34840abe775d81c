using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Npgsql;
using Xunit;

namespace Discord.IntegrationTests.Storage;

/// <summary>PostgreSQL goes away and comes back: what was stored is heard of once, and nothing is stored twice.</summary>
[Collection(PostgresServer.Collection)]
public sealed class PostgresFailureTests(PostgresSite site) : IClassFixture<PostgresSite>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Connections_that_broke_while_nobody_used_them_are_not_noticed()
    {
        var place = await site.NewPlaceAsync();
        await using var database = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        await database.CommitAsync(new WriteUnit().Part(1, 1).Publish(new Noted(1)));
        await TerminateAsync(place.Connection!);

        await database.CommitAsync(new WriteUnit().Part(2, 2).Publish(new Noted(2)));
        await TerminateAsync(place.Connection!);

        Assert.Equal(2, await database.CountAsync("parts"));
        Assert.Equal([(1, 1), (2, 2)], await database.OutboxAsync());
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_stored_once_and_told_once()
    {
        var place = await site.NewPlaceAsync();
        await using var proxy = new CuttingProxy(PortOf(place));
        await using var database = await Through(proxy, place).StartAsync(Schema.Outbox, Trial.Tables);
        var told = new List<int>();
        database.Committed = items => told.AddRange(items.Select(item => ((Noted)item.Event!).Number));

        proxy.SwallowNextAnswer();
        await database.CommitAsync(new WriteUnit().Part(1, 1).Publish(new Noted(1))).WaitAsync(s_patience);
        await database.CommitAsync(new WriteUnit().Part(2, 2).Publish(new Noted(2))).WaitAsync(s_patience);

        Assert.Equal([1, 2], told);
        Assert.Equal([(1, 1), (2, 2)], await database.OutboxAsync());
        Assert.Equal(2, await database.CountAsync("parts"));
    }

    [Fact]
    public async Task What_was_stored_without_anybody_knowing_is_heard_of_before_what_comes_next()
    {
        var place = await site.NewPlaceAsync();
        await using var proxy = new CuttingProxy(PortOf(place));
        await using var database = await Through(proxy, place).StartAsync(Schema.Outbox, Trial.Tables);
        var told = new List<int>();
        database.Committed = items => told.AddRange(items.Select(item => ((Noted)item.Event!).Number));

        proxy.SwallowNextAnswer();
        proxy.IsOpen = false;
        await Assert.ThrowsAnyAsync<Exception>(() => database.CommitAsync(new WriteUnit().Publish(new Noted(1))).WaitAsync(s_patience));
        await Assert.ThrowsAnyAsync<Exception>(() => database.CommitAsync(new WriteUnit().Publish(new Noted(2))).WaitAsync(s_patience));
        Assert.Empty(told);
        proxy.IsOpen = true;
        await database.CommitAsync(new WriteUnit().Publish(new Noted(3))).WaitAsync(s_patience);

        Assert.Equal([1, 3], told);
        Assert.Equal([(1, 1), (2, 3)], await database.OutboxAsync());
        Assert.Equal(2, database.Position);
    }

    [Fact]
    public async Task Without_an_event_nothing_tells_so_the_sender_hears_that_it_failed_and_the_next_one_succeeds()
    {
        var place = await site.NewPlaceAsync();
        await using var proxy = new CuttingProxy(PortOf(place));
        await using var database = await Through(proxy, place).StartAsync(Schema.Outbox, Trial.Tables);

        proxy.SwallowNextAnswer();
        await Assert.ThrowsAnyAsync<Exception>(() => database.CommitAsync(new WriteUnit().Part(1, 1)).WaitAsync(s_patience));
        await database.CommitAsync(new WriteUnit().Part(2, 2)).WaitAsync(s_patience);

        Assert.Equal(2, await database.CountAsync("parts"));
    }

    [Fact]
    public async Task A_server_that_lost_its_place_to_another_writes_nothing_more()
    {
        var place = await site.NewPlaceAsync();
        await using var proxy = new CuttingProxy(PortOf(place));
        await using var first = await Through(proxy, place).StartAsync(Schema.Outbox, Trial.Tables);
        await first.CommitAsync(new WriteUnit().Publish(new Noted(1)));
        proxy.IsOpen = false;
        await TerminateAsync(place.Connection!);
        await using var second = await place.Open().StartAsync(Schema.Outbox, Trial.Tables);
        proxy.IsOpen = true;

        await Assert.ThrowsAnyAsync<Exception>(() => first.CommitAsync(new WriteUnit().Publish(new Noted(2))).WaitAsync(s_patience));
        await second.CommitAsync(new WriteUnit().Publish(new Noted(3)));

        Assert.Equal([(1, 1), (2, 3)], await second.OutboxAsync());
    }

    [Fact]
    public async Task The_server_goes_on_when_PostgreSQL_comes_back()
    {
        var place = await site.NewPlaceAsync();
        await using var host = await TestHost.StartAsync(place);
        var hall = await host.CreateGuildAsync(await host.RegisterAsync());
        var before = await host.PostAsync(hall.Owner, hall.ChannelId);

        await TerminateAsync(place.Connection!);
        var after = await host.PostAsync(hall.Owner, hall.ChannelId);

        Assert.Equal([after, before], (await host.HistoryAsync(hall.Owner, hall.ChannelId)).Select(message => TestHost.Id(message["id"])));
    }

    [Fact]
    public async Task Health_says_that_the_database_is_away_and_that_it_is_back_though_nobody_writes()
    {
        var place = await site.NewPlaceAsync();
        await using var proxy = new CuttingProxy(PortOf(place));
        await using var host = await TestHost.StartAsync(place with { Connection = Through(proxy, place.Connection!) });
        var hall = await host.CreateGuildAsync(await host.RegisterAsync());
        await HealthIsAsync(host, "ok");

        proxy.IsOpen = false;
        await TerminateAsync(place.Connection!);
        (await host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", hall.Owner, new { content = "lost" })).Is(500);
        await HealthIsAsync(host, "degraded");
        (await host.SendRawAsync("GET", "/readyz")).Is(200);

        proxy.IsOpen = true;
        await HealthIsAsync(host, "ok");
    }

    // The relay tries again once a second.
    private static async Task HealthIsAsync(TestHost host, string status)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        await TestHost.UntilAsync(async () =>
        {
            await timer.WaitForNextTickAsync();
            var health = (await host.SendRawAsync("GET", "/healthz")).Is(200).Json;
            Assert.Equal((string)health["status"]! == "ok", (bool)health["database_connected"]!);
            return (string)health["status"]! == status ? status : null;
        });
    }

    private static int PortOf(Place place) => new NpgsqlConnectionStringBuilder(place.Connection).Port;

    private static PostgresDatabase Through(CuttingProxy proxy, Place place) => new(Through(proxy, place.Connection!));

    private static string Through(CuttingProxy proxy, string connection) => new NpgsqlConnectionStringBuilder(connection) { Port = proxy.Port }.ToString();

    private static async Task TerminateAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        await connection.OpenAsync();
        // Waits until they are gone.
        await using var command = new NpgsqlCommand("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        await command.ExecuteNonQueryAsync();
    }
}
