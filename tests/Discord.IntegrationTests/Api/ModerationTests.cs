using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Deleting many messages at once, pins and reactions, at their limits.</summary>
public abstract class ModerationTests(Site site) : ChannelTests(site)
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task Two_to_a_hundred_messages_are_deleted_at_once(int count, bool taken)
    {
        var kept = await Host.PostAsync(Owner, Hall.ChannelId);
        var ids = await StoreAsync(Hall.ChannelId, count);

        var answer = await BulkDeleteAsync(ids);

        if (taken)
            answer.Is(204);
        else
            answer.Is(400, 50016);
        Assert.Equal(taken ? 1 : Math.Min(count + 1, 100), (await Host.HistoryAsync(Owner, Hall.ChannelId)).Count);
        (await Host.SendAsync("GET", $"{Messages}/{kept}", Owner)).Is(200);
    }

    [Fact]
    public async Task Messages_of_fourteen_days_can_be_deleted_at_once_and_older_ones_cannot()
    {
        var edge = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(14);
        var old = await StoreAsync(Hall.ChannelId, 1, id: _ => Snowflake.FirstAt(edge - TimeSpan.FromMinutes(5)));
        var young = await StoreAsync(Hall.ChannelId, 2, id: number => new Snowflake(Snowflake.FirstAt(edge + TimeSpan.FromMinutes(5)).Value + (ulong)number));

        (await BulkDeleteAsync([.. old, .. young])).Is(400, 50034);
        Assert.Equal(3, (await Host.HistoryAsync(Owner, Hall.ChannelId)).Count);
        (await BulkDeleteAsync(young)).Is(204);

        Assert.Equal(old, (await Host.HistoryAsync(Owner, Hall.ChannelId)).Select(message => TestHost.Id(message["id"])));
    }

    [Fact]
    public async Task Unknown_and_foreign_ids_are_passed_over_and_repeated_ones_count_once()
    {
        var elsewhere = await NewChannelAsync();
        var foreign = await Host.PostAsync(Owner, elsewhere);
        var (one, two) = (await Host.PostAsync(Owner, Hall.ChannelId), await Host.PostAsync(Owner, Hall.ChannelId));

        (await BulkDeleteAsync([one, one])).Is(400, 50016);
        (await BulkDeleteAsync([one, foreign, new Snowflake(foreign.Value + 1)])).Is(204);

        Assert.Equal([two], (await Host.HistoryAsync(Owner, Hall.ChannelId)).Select(message => TestHost.Id(message["id"])));
        (await Host.SendAsync("GET", $"/channels/{elsewhere}/messages/{foreign}", Owner)).Is(200);
        (await Host.SendAsync("POST", $"{Messages}/bulk-delete", Owner, new { })).IsInvalid("messages: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", $"{Messages}/bulk-delete", Owner, new { messages = new[] { "x", two.ToString() } })).IsInvalid("messages.0: NUMBER_TYPE_COERCE");
    }

    [Fact]
    public async Task Who_may_not_manage_messages_deletes_none_at_once()
    {
        var member = await NewMemberAsync();
        var ids = await StoreAsync(Hall.ChannelId, 2);
        var opened = await Host.SendAsync("POST", "/users/@me/channels", member, new { recipient_id = Owner.Id.ToString() });

        (await BulkDeleteAsync(ids, member)).Is(403, 50013);
        (await Host.SendAsync("POST", $"/channels/{opened.Json["id"]}/messages/bulk-delete", member, new { messages = ids.Select(id => id.ToString()) })).Is(403, 50003);

        foreach (var id in ids)
            (await Host.SendAsync("GET", $"{Messages}/{id}", Owner)).Is(200);
    }

    [Fact]
    public async Task A_channel_has_250_pins()
    {
        var channel = await NewChannelAsync();
        await StoreAsync(channel, 249, pinned: true);
        var (last, more) = (await Host.PostAsync(Owner, channel), await Host.PostAsync(Owner, channel));

        (await PinAsync(channel, last)).Is(204);
        (await PinAsync(channel, more)).Is(400, 30003);
        // Again changes nothing, and is no 251st.
        (await PinAsync(channel, last)).Is(204);
        Assert.False((bool)(await Host.SendAsync("GET", $"/channels/{channel}/messages/{more}", Owner)).Json["pinned"]!);
        (await Host.SendAsync("DELETE", $"/channels/{channel}/messages/pins/{last}", Owner)).Is(204);
        (await PinAsync(channel, more)).Is(204);

        var seen = new List<Snowflake>();
        for (JsonNode page, before = ""; ; before = page["items"]!.AsArray()[^1]!["pinned_at"]!)
        {
            page = (await Host.SendAsync("GET", $"/channels/{channel}/messages/pins?limit=50" + ((string)before! is "" ? "" : $"&before={Uri.EscapeDataString((string)before!)}"), Owner)).Is(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(item => TestHost.Id(item!["message"]!["id"])));
            if (!(bool)page["has_more"]!)
                break;
        }

        Assert.Equal(250, seen.Count);
        Assert.Equal(250, seen.Distinct().Count());
        Assert.Equal(more, seen[0]);
        Assert.Equal(50, (await Host.SendAsync("GET", $"/channels/{channel}/pins", Owner)).Is(200).Json.AsArray().Count);
    }

    [Theory]
    [InlineData("limit=0", "limit: NUMBER_TYPE_MIN")]
    [InlineData("limit=51", "limit: NUMBER_TYPE_MAX")]
    [InlineData("before=yesterday", "before: DATE_TIME_TYPE_PARSE")]
    public async Task A_page_of_pins_has_limits(string query, string error) => (await Host.SendAsync("GET", $"{Messages}/pins?{query}", Owner)).IsInvalid(error);

    [Fact]
    public async Task A_pin_is_noticed_in_the_channel_and_the_notice_is_no_message_to_pin()
    {
        var id = await Host.PostAsync(Owner, Hall.ChannelId);

        (await PinAsync(Hall.ChannelId, id)).Is(204);

        var notice = (await Host.HistoryAsync(Owner, Hall.ChannelId))[0];
        Assert.Equal((6, id), ((int)notice["type"]!, TestHost.Id(notice["message_reference"]!["message_id"])));
        (await PinAsync(Hall.ChannelId, TestHost.Id(notice["id"]))).Is(403, 50021);
        var member = await NewMemberAsync();
        (await Host.SendAsync("DELETE", $"{Messages}/pins/{id}", member)).Is(403, 50013);
        Assert.True((bool)(await Host.SendAsync("GET", $"{Messages}/{id}", Owner)).Json["pinned"]!);
    }

    [Fact]
    public async Task A_message_has_20_different_reactions()
    {
        var member = await NewMemberAsync();
        var channel = await NewChannelAsync();
        var message = (await StoreAsync(channel, 1, (unit, _, id) =>
        {
            for (var i = 0; i < 19; i++)
                MessageStore.AddReaction(unit, id, char.ConvertFromUtf32(0x1F600 + i), Owner.Id, new Snowflake(100 + (ulong)i));
            MessageStore.SetHasReactions(unit, channel, id, true);
        }))[0];

        (await ReactAsync(channel, message, 0x1F600 + 19, Owner)).Is(204);
        (await ReactAsync(channel, message, 0x1F600 + 20, Owner)).Is(400, 30010);
        // One that is there already is no 21st, whoever adds it.
        (await ReactAsync(channel, message, 0x1F600, member)).Is(204);
        (await ReactAsync(channel, message, 0x1F600, member)).Is(204);

        var shown = (await Host.SendAsync("GET", $"/channels/{channel}/messages/{message}", member)).Json["reactions"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => char.ConvertFromUtf32(0x1F600 + i)), shown.Select(reaction => (string?)reaction!["emoji"]!["name"]));
        Assert.Equal((2, true), ((int)shown[0]!["count"]!, (bool)shown[0]!["me"]!));
        Assert.Equal((1, false), ((int)shown[1]!["count"]!, (bool)shown[1]!["me"]!));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("party:123")]
    [InlineData("%20")]
    [InlineData("5")]
    public async Task What_is_no_emoji_is_no_reaction(string emoji)
    {
        var message = await Host.PostAsync(Owner, Hall.ChannelId);

        (await Host.SendAsync("PUT", $"{Messages}/{message}/reactions/{emoji}/@me", Owner)).Is(400, 10014);
    }

    [Fact]
    public async Task Reactions_are_taken_back_by_their_makers_and_by_moderators()
    {
        var (one, two) = (await NewMemberAsync(), await NewMemberAsync());
        var message = await Host.PostAsync(Owner, Hall.ChannelId);
        foreach (var person in new[] { one, two })
            (await ReactAsync(Hall.ChannelId, message, 0x1F44D, person)).Is(204);
        var path = $"{Messages}/{message}/reactions/%F0%9F%91%8D";

        (await Host.SendAsync("DELETE", $"{path}/{two.Id}", one)).Is(403, 50013);
        (await Host.SendAsync("DELETE", path, one)).Is(403, 50013);
        (await Host.SendAsync("DELETE", $"{path}/@me", Owner)).Is(400, 10014);
        Assert.Equal([one.Id, two.Id], Ids((await Host.SendAsync("GET", path, Owner)).Is(200).Json));
        Assert.Equal([two.Id], Ids((await Host.SendAsync("GET", $"{path}?after={one.Id}&limit=1", Owner)).Is(200).Json));
        (await Host.SendAsync("GET", $"{path}?limit=0", Owner)).IsInvalid("limit: NUMBER_TYPE_MIN");
        (await Host.SendAsync("GET", $"{path}?limit=101", Owner)).IsInvalid("limit: NUMBER_TYPE_MAX");

        (await Host.SendAsync("DELETE", $"{path}/@me", one)).Is(204);
        (await Host.SendAsync("DELETE", $"{path}/{two.Id}", Owner)).Is(204);
        Assert.Empty((await Host.SendAsync("GET", path, Owner)).Json.AsArray());
        Assert.Null((await Host.SendAsync("GET", $"{Messages}/{message}", Owner)).Json["reactions"]);
    }

    private Task<Answer> BulkDeleteAsync(IEnumerable<Snowflake> ids, Account? caller = null) =>
        Host.SendAsync("POST", $"{Messages}/bulk-delete", caller ?? Owner, new { messages = ids.Select(id => id.ToString()) });

    private Task<Answer> PinAsync(Snowflake channel, Snowflake message) => Host.SendAsync("PUT", $"/channels/{channel}/messages/pins/{message}", Owner);

    private Task<Answer> ReactAsync(Snowflake channel, Snowflake message, int emoji, Account caller) =>
        Host.SendAsync("PUT", $"/channels/{channel}/messages/{message}/reactions/{Uri.EscapeDataString(char.ConvertFromUtf32(emoji))}/@me", caller);
}

public sealed class SqliteModerationTests(SqliteSite site) : ModerationTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresModerationTests(PostgresSite site) : ModerationTests(site), IClassFixture<PostgresSite>;
