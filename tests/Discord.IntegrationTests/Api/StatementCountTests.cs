using System.Collections.Concurrent;
using Discord.IntegrationTests.Sites;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What a message costs the database, through the whole server.</summary>
public abstract class StatementCountTests(Site site) : ApiTests(site)
{
    private const string InsertMessage = "INSERT INTO messages";
    private const string InsertOutbox = "INSERT INTO outbox";
    private const string FindMessage = "SELECT messages WHERE channel_id = $1 AND id = $2";

    // The relay's own, once a second, and what people read by writing, once in five, and the clock of events: not for any message.
    private static readonly string[] s_background = ["INSERT INTO read_states", "INSERT INTO outbox_cursors", "DELETE FROM outbox ", "SELECT min(position) FROM outbox", "SELECT guild_id, event_id FROM scheduled_event_times"];

    [Fact]
    public async Task A_plain_message_costs_two_inserts_and_reads_nothing()
    {
        var (hall, _) = await WarmAsync();

        var statements = await CountAsync(() => Host.PostAsync(hall.Owner, hall.ChannelId));

        Assert.Equal([InsertMessage, InsertOutbox], statements);
    }

    [Fact]
    public async Task A_mention_costs_a_row_for_whom_it_names_and_one_for_a_role()
    {
        var (hall, member) = await WarmAsync();

        var byName = await CountAsync(() => Host.PostAsync(hall.Owner, hall.ChannelId, $"<@{member.Id}>"));
        var everyone = await CountAsync(() => Host.PostAsync(hall.Owner, hall.ChannelId, "@everyone"));

        Assert.Equal([InsertMessage, "INSERT INTO user_mentions", InsertOutbox], byName);
        // Whoever holds the role, and however many: the second statement forgets what is too old to count.
        Assert.Equal([InsertMessage, "INSERT INTO channel_mentions", "DELETE FROM channel_mentions", InsertOutbox], everyone);
    }

    [Fact]
    public async Task So_does_a_message_of_a_member_with_a_nonce()
    {
        var (hall, member) = await WarmAsync();

        var statements = await CountAsync(async () =>
            (await Host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", member, new { content = "hello", nonce = "n" })).Is(200));

        Assert.Equal([InsertMessage, InsertOutbox], statements);
    }

    [Fact]
    public async Task So_does_a_direct_message()
    {
        var (hall, member) = await WarmAsync();
        var opened = await Host.SendAsync("POST", "/users/@me/channels", member, new { recipient_id = hall.Owner.Id.ToString() });
        var channel = TestHost.Id(opened.Is(200).Json["id"]);
        await Host.PostAsync(hall.Owner, channel);

        var statements = await CountAsync(() => Host.PostAsync(member, channel));

        Assert.Equal([InsertMessage, InsertOutbox], statements);
    }

    [Fact]
    public async Task A_reply_reads_the_answered_message_by_its_key_and_nothing_else()
    {
        var (hall, member) = await WarmAsync();
        var answered = await Host.PostAsync(hall.Owner, hall.ChannelId);

        var statements = await CountAsync(async () =>
            (await Host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", member, new { content = "yes", message_reference = new { message_id = answered.ToString() } })).Is(200));

        // The one who is answered is mentioned.
        Assert.Equal([FindMessage, InsertMessage, "INSERT INTO user_mentions", InsertOutbox], statements);
    }

    [Fact]
    public async Task A_hundred_messages_at_once_cost_two_inserts_each()
    {
        var (hall, member) = await WarmAsync();

        var statements = await CountAsync(() => Task.WhenAll(Enumerable.Range(0, 100).Select(number => Host.PostAsync(number % 2 == 0 ? hall.Owner : member, hall.ChannelId))));

        Assert.Equal(100, statements.Count(statement => statement == InsertMessage));
        Assert.Equal(100, statements.Count(statement => statement == InsertOutbox));
        Assert.Equal(200, statements.Count);
    }

    [Fact]
    public async Task A_refused_message_costs_nothing()
    {
        var (hall, _) = await WarmAsync();

        var statements = await CountAsync(async () => (await Host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", hall.Owner, new { content = " " })).Is(400, 50006));

        Assert.Empty(statements);
    }

    // Tokens, people and the guild are in memory once each was used.
    private async Task<(Hall Hall, Account Member)> WarmAsync()
    {
        var owner = await Host.RegisterAsync();
        var hall = await Host.CreateGuildAsync(owner);
        var member = await Host.RegisterAsync();
        await Host.JoinAsync(hall, member);
        await Host.PostAsync(owner, hall.ChannelId);
        await Host.PostAsync(member, hall.ChannelId);
        return (hall, member);
    }

    private async Task<IReadOnlyList<string>> CountAsync(Func<Task> act)
    {
        var texts = new ConcurrentQueue<string>();
        Host.Database.Executed = texts.Enqueue;
        await act();
        Host.Database.Executed = null;
        return [.. texts.Where(text => !s_background.Any(own => text.StartsWith(own, StringComparison.Ordinal))).Select(Short)];
    }

    private static string Short(string sql)
    {
        if (!sql.StartsWith("SELECT ", StringComparison.Ordinal))
            return string.Join(' ', sql.Split(' ').Take(3));
        var from = sql.IndexOf(" FROM ", StringComparison.Ordinal);
        return "SELECT" + sql[(from + 5)..];
    }
}

public sealed class SqliteStatementCountTests(SqliteSite site) : StatementCountTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresStatementCountTests(PostgresSite site) : StatementCountTests(site), IClassFixture<PostgresSite>;
