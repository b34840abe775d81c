using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.ReadStates;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>How far people have read, what mentions them, and the inbox.</summary>
public abstract class ReadStateTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task Mentions_by_name_by_role_and_of_everyone_count_until_they_are_read()
    {
        var member = await NewMemberAsync();
        var role = await RoleAsync(member);
        await SendAsync($"<@{member.Id}>");
        await SendAsync($"<@&{role}> <@{member.Id}>");
        await SendAsync("@everyone");
        var last = await SendAsync("nobody");

        Assert.Equal(3, await MentionsAsync(member));
        var ack = await AckAsync(member, last);

        Assert.Equal("""{"token":null}""", ack.Is(200).Body);
        Assert.Equal((last, 0), ((await StateAsync(member))!.LastMessageId, (await StateAsync(member))!.MentionCount));
        Assert.Null(await StateOfAsync(await NewMemberAsync(), Hall.ChannelId));
    }

    [Fact]
    public async Task The_roles_that_one_has_now_count_and_messages_that_are_gone_do_not()
    {
        var member = await NewMemberAsync();
        var role = await RoleAsync();
        var named = await SendAsync($"<@&{role}>");
        Assert.Equal(0, await MentionsAsync(member));

        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role}", Owner)).Is(204);
        Assert.Equal(1, await MentionsAsync(member));
        (await Host.SendAsync("DELETE", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role}", Owner)).Is(204);
        Assert.Equal(0, await MentionsAsync(member));
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role}", Owner)).Is(204);
        (await Host.SendAsync("DELETE", $"{Messages}/{named}", Owner)).Is(204);

        Assert.Equal(0, await MentionsAsync(member));
    }

    [Fact]
    public async Task Who_writes_has_read_and_a_crash_loses_nothing_of_it()
    {
        var member = await NewMemberAsync();
        await SendAsync($"<@{member.Id}>");
        var own = await Host.PostAsync(member, Hall.ChannelId);

        Assert.Equal((own, 0), ((await StateAsync(member))!.LastMessageId, (await StateAsync(member))!.MentionCount));

        await using var host = await Site.StartHostAsync(("RateLimits:Enabled", "false"));
        var owner = await host.RegisterAsync();
        var hall = await host.CreateGuildAsync(owner);
        var written = await host.PostAsync(owner, hall.ChannelId);
        // As after a crash: nothing was saved, and the start finds it in the messages.
        var found = ActivatorUtilities.CreateInstance<OwnReads>(host.Services);
        await ((Discord.BuildingBlocks.IStartup)found).StartAsync(CancellationToken.None);

        Assert.Equal([(hall.ChannelId, written)], found.Of(owner.Id));
        await found.SaveAsync();
        Assert.Empty(found.Of(owner.Id));
    }

    [Fact]
    public async Task What_was_marked_as_unread_stays_so_after_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Account owner;
        Hall hall;
        Snowflake first;
        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            owner = await host.RegisterAsync();
            hall = await host.CreateGuildAsync(owner);
            first = await host.PostAsync(owner, hall.ChannelId);
            await host.PostAsync(owner, hall.ChannelId);
            (await host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages/{first}/ack", owner, new { manual = true })).Is(200);
        }

        await using var again = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false"));
        var states = await again.Services.GetRequiredService<IMediator>().Send(new GetReadStates(owner.Id));

        Assert.Equal(first, states.Single(state => state.Id == hall.ChannelId).LastMessageId);
    }

    [Fact]
    public async Task Only_by_hand_does_one_go_back_and_a_wrong_number_is_kept_as_told()
    {
        var member = await NewMemberAsync();
        var first = await SendAsync($"<@{member.Id}>");
        var second = await SendAsync($"<@{member.Id}>");
        await AckAsync(member, second);

        await AckAsync(member, first);
        Assert.Equal(second, (await StateAsync(member))!.LastMessageId);
        (await AckAsync(member, first, new { manual = true, mention_count = 1 })).Is(200);
        Assert.Equal((first, 1), ((await StateAsync(member))!.LastMessageId, (await StateAsync(member))!.MentionCount));
        (await Host.SendAsync("DELETE", $"{Messages}/{second}", Owner)).Is(204);
        Assert.Equal(0, await MentionsAsync(member));

        (await AckAsync(member, first, new { manual = true, mention_count = 7 })).Is(200);
        Assert.Equal(7, await MentionsAsync(member));
        await SendAsync($"<@{member.Id}>");
        Assert.Equal(8, await MentionsAsync(member));
        (await AckAsync(member, first, new { manual = true, mention_count = -1, flags = "x" })).IsInvalid("flags: NUMBER_TYPE_COERCE", "mention_count: NUMBER_TYPE_MIN");
    }

    [Fact]
    public async Task In_a_direct_message_everything_counts_unless_it_is_muted()
    {
        var member = await NewMemberAsync();
        var channel = TestHost.Id((await Host.SendAsync("POST", "/users/@me/channels", member, new { recipient_id = Owner.Id.ToString() })).Is(200).Json["id"]);
        await Host.PostAsync(Owner, channel);
        await Host.PostAsync(Owner, channel);

        Assert.Equal(2, (await StateOfAsync(member, channel))!.MentionCount);
        (await SettingsAsync(member, "@me", new { channel_overrides = new Dictionary<string, object> { [channel.ToString()] = new { muted = true } } })).Is(200);
        Assert.Null(await StateOfAsync(member, channel));
        await Host.PostAsync(Owner, channel, $"<@{member.Id}>");
        Assert.Equal(1, (await StateOfAsync(member, channel))!.MentionCount);
        await Host.PostAsync(member, channel);
        Assert.Equal(0, (await StateOfAsync(member, channel))!.MentionCount);
    }

    [Fact]
    public async Task Suppressed_mentions_do_not_count()
    {
        var member = await NewMemberAsync();
        var role = await RoleAsync(member);
        await SendAsync($"<@&{role}>");
        await SendAsync("@everyone");
        await SendAsync($"<@{member.Id}>");

        (await SettingsAsync(member, Hall.Id.ToString(), new { suppress_everyone = true })).Is(200);
        Assert.Equal(2, await MentionsAsync(member));
        (await SettingsAsync(member, Hall.Id.ToString(), new { suppress_roles = true })).Is(200);
        Assert.Equal(1, await MentionsAsync(member));
        (await SettingsAsync(member, Hall.Id.ToString(), new { suppress_everyone = false, suppress_roles = false, muted = true })).Is(200);
        Assert.Equal(3, await MentionsAsync(member));
    }

    [Fact]
    public async Task What_those_write_whom_one_blocked_does_not_count()
    {
        var (member, other) = (await NewMemberAsync(), await NewMemberAsync());
        await Host.PostAsync(other, Hall.ChannelId, $"<@{member.Id}> @everyone");
        Assert.Equal(1, await MentionsAsync(member));

        (await Host.SendAsync("PUT", $"/users/@me/relationships/{other.Id}", member, new { type = 2 })).Is(204);

        Assert.Equal(0, await MentionsAsync(member));
        Assert.Empty((await InboxAsync(member)).AsArray());
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{other.Id}", member)).Is(204);
        Assert.Equal(1, await MentionsAsync(member));
    }

    [Fact]
    public async Task What_one_does_not_see_does_not_count_and_is_not_to_be_read()
    {
        var member = await NewMemberAsync();
        var hidden = await Host.CreateChannelAsync(Hall, new { name = "hidden", type = 0, permission_overwrites = new[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "1024" } } });
        var message = await Host.PostAsync(Owner, hidden, $"<@{member.Id}> @everyone");

        Assert.Null(await StateOfAsync(member, hidden));
        (await Host.SendAsync("POST", $"/channels/{hidden}/messages/{message}/ack", member, new { })).Is(403, 50001);
        (await Host.SendAsync("POST", $"/channels/{hidden}/pins/ack", member)).Is(403, 50001);
        (await Host.SendAsync("DELETE", $"/channels/{hidden}/messages/ack", member)).Is(403, 50001);
        Assert.Empty((await InboxAsync(member)).AsArray());
        (await Host.SendAsync("POST", "/read-states/ack-bulk", member, new { read_states = new[] { Mark(hidden, message) } })).Is(204);
        Assert.Null(await StateOfAsync(member, hidden));
    }

    [Fact]
    public async Task An_everyone_of_before_one_came_is_not_to_them()
    {
        await SendAsync("@everyone");
        var late = await NewMemberAsync();

        Assert.Null(await StateAsync(late));
        Assert.Empty((await InboxAsync(late)).AsArray());
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_hundred_places_are_read_at_once(int count, bool taken)
    {
        var member = await NewMemberAsync();
        var message = await SendAsync($"<@{member.Id}>");

        var answer = await Host.SendAsync("POST", "/read-states/ack-bulk", member, new { read_states = Enumerable.Repeat(Mark(Hall.ChannelId, message), count) });

        if (taken)
            answer.Is(204);
        else
            answer.IsInvalid("read_states: BASE_TYPE_MAX_LENGTH");
        Assert.Equal(taken ? 0 : 1, await MentionsAsync(member));
        (await Host.SendAsync("POST", "/read-states/ack-bulk", member, new { })).IsInvalid("read_states: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", "/read-states/ack-bulk", member, new { read_states = new[] { new { channel_id = "x" } } })).IsInvalid("read_states.0.channel_id: NUMBER_TYPE_COERCE", "read_states.0.message_id: BASE_TYPE_REQUIRED");
    }

    [Fact]
    public async Task A_whole_guild_is_read_at_once_and_a_state_can_be_forgotten()
    {
        var member = await NewMemberAsync();
        var other = await NewChannelAsync();
        var (one, two) = (await SendAsync("@everyone"), await Host.PostAsync(Owner, other, $"<@{member.Id}>"));

        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/ack", member)).Is(204);

        Assert.Equal((one, 0), ((await StateAsync(member))!.LastMessageId, (await StateAsync(member))!.MentionCount));
        Assert.Equal((two, 0), ((await StateOfAsync(member, other))!.LastMessageId, (await StateOfAsync(member, other))!.MentionCount));
        (await Host.SendAsync("DELETE", $"/channels/{other}/messages/ack", member)).Is(204);
        Assert.Equal((default, 1), ((await StateOfAsync(member, other))!.LastMessageId!.Value, (await StateOfAsync(member, other))!.MentionCount));
        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/ack", await Host.RegisterAsync())).Is(404, 10004);
    }

    [Fact]
    public async Task Pins_and_what_is_no_message_are_seen()
    {
        var member = await NewMemberAsync();
        var channel = await NewChannelAsync();
        (await Host.SendAsync("PUT", $"/channels/{channel}/messages/pins/{await Host.PostAsync(Owner, channel)}", Owner)).Is(204);

        (await Host.SendAsync("POST", $"/channels/{channel}/pins/ack", member)).Is(204);
        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/ack/1/{channel}", member)).Is(204);
        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/ack/6/{channel}", member)).IsInvalid("type: BASE_TYPE_CHOICES");
        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/ack/1/{channel}", await Host.RegisterAsync())).Is(404, 10004);

        Assert.NotEqual(default, (await StateOfAsync(member, channel))!.LastPinTimestamp!.Value);
        var seen = (await StatesAsync(member)).Single(state => state.ReadStateType == 1);
        Assert.Equal((Hall.Id, channel), (seen.Id, seen.LastAckedId));
    }

    [Fact]
    public async Task The_inbox_has_what_mentions_one_newest_first()
    {
        var member = await NewMemberAsync();
        var role = await RoleAsync(member);
        var byName = await SendAsync($"<@{member.Id}>");
        var byRole = await SendAsync($"<@&{role}>");
        var ofAll = await SendAsync("@everyone");
        await Host.PostAsync(member, Hall.ChannelId, $"<@{member.Id}> @everyone");

        Assert.Equal([ofAll, byRole, byName], Ids(await InboxAsync(member)));
        Assert.Equal([byRole, byName], Ids(await InboxAsync(member, "?everyone=false")));
        Assert.Equal([ofAll, byName], Ids(await InboxAsync(member, "?roles=false")));
        Assert.Equal([ofAll], Ids(await InboxAsync(member, "?limit=1")));
        Assert.Equal([byName], Ids(await InboxAsync(member, $"?before={byRole}&guild_id={Hall.Id}")));
        (await Host.SendAsync("GET", "/users/@me/mentions?limit=101", member)).IsInvalid("limit: NUMBER_TYPE_MAX");
        (await Host.SendAsync("GET", "/users/@me/mentions?limit=0", member)).IsInvalid("limit: NUMBER_TYPE_MIN");
        (await Host.SendAsync("GET", $"/users/@me/mentions?guild_id={Hall.ChannelId}", member)).Is(404, 10004);

        (await Host.SendAsync("DELETE", $"/users/@me/mentions/{ofAll}", member)).Is(204);
        (await Host.SendAsync("DELETE", $"/users/@me/mentions/{byName}", member)).Is(204);
        (await Host.SendAsync("DELETE", $"/users/@me/mentions/{byName}", member)).Is(404, 10008);

        Assert.Equal([byRole], Ids(await InboxAsync(member)));
        (await Host.SendAsync("DELETE", $"{Messages}/{byRole}", Owner)).Is(204);
        Assert.Empty(Ids(await InboxAsync(member)));
    }

    [Fact]
    public async Task Who_is_not_there_is_named_without_being_mentioned()
    {
        var (member, stranger) = (await NewMemberAsync(), await Host.RegisterAsync());
        var named = (await PostAsync(new { content = $"<@{stranger.Id}> <@{member.Id}> <@1>" })).Is(200).Json;

        await Host.JoinAsync(Hall, stranger);

        Assert.Equal([stranger.Id, member.Id], Ids(named["mentions"]!));
        Assert.Empty(Ids(await InboxAsync(stranger)));
        Assert.Single(Ids(await InboxAsync(member)));
    }

    [Fact]
    public async Task An_everyone_costs_as_many_rows_as_one_who_is_mentioned()
    {
        await NewMemberAsync();
        await SendAsync("warm");
        var texts = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Host.Database.Executed = texts.Enqueue;
        await SendAsync("@everyone");
        Host.Database.Executed = null;

        Assert.Single(texts, text => text.StartsWith("INSERT INTO channel_mentions", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, text => text.StartsWith("INSERT INTO user_mentions", StringComparison.Ordinal));
    }

    private static object Mark(Snowflake channel, Snowflake message) => new { channel_id = channel.ToString(), message_id = message.ToString() };

    private Task<Snowflake> SendAsync(string content) => Host.PostAsync(Owner, Hall.ChannelId, content);

    private Task<Answer> AckAsync(Account who, Snowflake message, object? body = null) => Host.SendAsync("POST", $"{Messages}/{message}/ack", who, body ?? new { token = (string?)null });

    private Task<Answer> SettingsAsync(Account who, string guild, object body) => Host.SendAsync("PATCH", $"/users/@me/guilds/{guild}/settings", who, body);

    private async Task<JsonNode> InboxAsync(Account who, string query = "") => (await Host.SendAsync("GET", "/users/@me/mentions" + query, who)).Is(200).Json;

    private async Task<Snowflake> RoleAsync(Account? holder = null)
    {
        var role = TestHost.Id((await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "role", mentionable = true })).Is(200).Json["id"]);
        if (holder is not null)
            (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{holder.Id}/roles/{role}", Owner)).Is(204);
        return role;
    }

    private Task<IReadOnlyList<ReadState>> StatesAsync(Account who) => Host.Services.GetRequiredService<IMediator>().Send(new GetReadStates(who.Id));

    private async Task<ReadState?> StateOfAsync(Account who, Snowflake channel) => (await StatesAsync(who)).SingleOrDefault(state => state.Id == channel);

    private Task<ReadState?> StateAsync(Account who) => StateOfAsync(who, Hall.ChannelId);

    private async Task<int> MentionsAsync(Account who) => (await StateAsync(who))?.MentionCount ?? 0;
}

public sealed class SqliteReadStateTests(SqliteSite site) : ReadStateTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresReadStateTests(PostgresSite site) : ReadStateTests(site), IClassFixture<PostgresSite>;
