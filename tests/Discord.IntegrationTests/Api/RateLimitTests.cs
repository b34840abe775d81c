using System.Globalization;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>The limits as clients meet them. Their windows are real time: a run that falls across the end of one is made again.</summary>
public abstract class RateLimitTests(Site site) : IAsyncLifetime
{
    private const int Runs = 20;

    private TestHost _host = null!;
    private Account _caller = null!;
    private Hall _hall = null!;

    public async Task InitializeAsync()
    {
        _host = await site.StartHostAsync();
        _caller = await _host.RegisterAsync();
        _hall = await _host.CreateGuildAsync(_caller);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Five_messages_in_five_seconds_count_down_and_the_sixth_is_429()
    {
        var (_, run) = await InOneWindowAsync();

        Assert.Equal([200, 200, 200, 200, 200, 429], run.Select(answer => answer.Status));
        Assert.Equal(["4", "3", "2", "1", "0", "0"], run.Select(answer => answer.Header("X-RateLimit-Remaining")));
        Assert.All(run, answer => Assert.Equal("5", answer.Header("X-RateLimit-Limit")));
        Assert.All(run, answer => Assert.InRange(Number(answer, "X-RateLimit-Reset-After"), 0.001, 5));
        Assert.All(run, answer => Assert.InRange(Number(answer, "X-RateLimit-Reset") - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, -5, 5.1));
        Assert.All(run.Take(5), answer => Assert.True(answer.Header("Retry-After") is null && answer.Header("X-RateLimit-Scope") is null));

        var refused = run[5];
        Assert.Equal(["message", "retry_after", "global", "code"], refused.Json.AsObject().Select(field => field.Key));
        Assert.Equal("You are being rate limited.", (string?)refused.Json["message"]);
        Assert.False((bool)refused.Json["global"]!);
        var wait = (double)refused.Json["retry_after"]!;
        Assert.InRange(wait, 0.001, 5);
        Assert.Equal(Math.Ceiling(wait).ToString(CultureInfo.InvariantCulture), refused.Header("Retry-After"));
        Assert.Equal("user", refused.Header("X-RateLimit-Scope"));
        Assert.Null(refused.Header("X-RateLimit-Global"));
    }

    [Fact]
    public async Task A_refused_message_is_not_posted()
    {
        var (channel, _) = await InOneWindowAsync();

        Assert.Equal(["4", "3", "2", "1", "0"], (await _host.HistoryAsync(_caller, channel)).Select(message => (string?)message["content"]));
    }

    [Fact]
    public async Task Another_channel_and_another_person_have_windows_of_their_own()
    {
        var other = await _host.RegisterAsync();
        await _host.JoinAsync(_hall, other);
        var second = await _host.CreateChannelAsync(_hall, new { name = "second", type = 0 });
        var (first, _) = await InOneWindowAsync();

        var elsewhere = await _host.SendAsync("POST", $"/channels/{second}/messages", _caller, new { content = "x" });
        var somebody = await _host.SendAsync("POST", $"/channels/{first}/messages", other, new { content = "x" });

        Assert.Equal((200, "4"), (elsewhere.Status, elsewhere.Header("X-RateLimit-Remaining")));
        Assert.Equal((200, "4"), (somebody.Status, somebody.Header("X-RateLimit-Remaining")));
        Assert.Equal(elsewhere.Header("X-RateLimit-Bucket"), somebody.Header("X-RateLimit-Bucket"));
        Assert.DoesNotContain(second.ToString(), elsewhere.Header("X-RateLimit-Bucket")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_with_a_bucket_in_common_say_so_and_others_do_not()
    {
        var pin = await _host.SendAsync("PUT", $"/channels/{_hall.ChannelId}/messages/pins/1", _caller);
        var older = await _host.SendAsync("PUT", $"/channels/{_hall.ChannelId}/pins/1", _caller);
        var read = await _host.SendAsync("GET", $"/channels/{_hall.ChannelId}/pins", _caller);

        Assert.Equal(pin.Header("X-RateLimit-Bucket"), older.Header("X-RateLimit-Bucket"));
        Assert.NotEqual(pin.Header("X-RateLimit-Bucket"), read.Header("X-RateLimit-Bucket"));
    }

    [Fact]
    public async Task Fifty_requests_in_a_second_are_all_that_onecaller_has()
    {
        // Somebody who has asked nothing yet.
        var caller = await _host.RegisterAsync();
        string[] paths = ["/users/@me", "/users/@me/guilds", "/users/@me/settings", "/users/@me/channels"];
        // In memory first: the run should be over within the second.
        foreach (var path in paths)
            await _host.SendAsync("GET", path, caller);
        for (var attempt = 1; ; attempt++)
        {
            // Four buckets of fifty: none of them is what ends this.
            var run = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _host.SendAsync("GET", paths[i % paths.Length], caller)));
            if (Array.Find(run, answer => answer.Status == 429 && answer.Header("X-RateLimit-Global") is not null) is { } refused)
            {
                Assert.Equal("true", refused.Header("X-RateLimit-Global"));
                Assert.Equal("global", refused.Header("X-RateLimit-Scope"));
                Assert.True((bool)refused.Json["global"]!);
                Assert.InRange((double)refused.Json["retry_after"]!, 0, 1);
                Assert.Equal("1", refused.Header("Retry-After"));
                // The first look at each path may have been in the same second.
                Assert.True(run.Count(answer => answer.Status == 200) >= 50 - paths.Length);
                break;
            }

            Assert.True(attempt < Runs, "A hundred requests at once never met the limit of fifty a second.");
        }

        // It is this caller's limit and nobody else's.
        (await _host.SendAsync("GET", "/users/@me", await _host.RegisterAsync())).Is(200);
    }

    // Six messages whose answers name the same end of the window, from its first on.
    private async Task<(Snowflake Channel, IReadOnlyList<Answer> Run)> InOneWindowAsync()
    {
        for (var attempt = 0; attempt < Runs; attempt++)
        {
            var channel = await _host.CreateChannelAsync(_hall, new { name = "run", type = 0 });
            var run = new List<Answer>();
            for (var i = 0; i < 6; i++)
                run.Add(await _host.SendAsync("POST", $"/channels/{channel}/messages", _caller, new { content = i.ToString(CultureInfo.InvariantCulture) }));
            if (run.Select(answer => answer.Header("X-RateLimit-Reset")).Distinct().Count() == 1)
                return (channel, run);
        }

        throw new InvalidOperationException("Six messages never fitted into five seconds.");
    }

    private static double Number(Answer answer, string header) => double.Parse(answer.Header(header)!, CultureInfo.InvariantCulture);
}

public sealed class SqliteRateLimitTests(SqliteSite site) : RateLimitTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresRateLimitTests(PostgresSite site) : RateLimitTests(site), IClassFixture<PostgresSite>;
