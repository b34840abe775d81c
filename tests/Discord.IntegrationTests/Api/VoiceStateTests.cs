using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Who is in voice: op 4, who is told, and where the voice server is.</summary>
public abstract class VoiceStateTests(Site site) : VoiceRoomTests(site)
{
    [Fact]
    public async Task A_join_is_told_as_a_state_and_then_to_the_session_alone_as_a_server()
    {
        await using var owner = await OpenAsync(Owner);
        await using var other = await OpenAsync(await NewMemberAsync());

        await owner.SpeakAsync(Hall.Id, Voice, mute: true);

        var state = (await owner.NextAsync("VOICE_STATE_UPDATE")).Data;
        Assert.Equal((Owner.Id, Voice, Hall.Id, owner.SessionId), (TestHost.Id(state["user_id"]), TestHost.Id(state["channel_id"]), TestHost.Id(state["guild_id"]), (string)state["session_id"]!));
        Assert.Equal(Owner.Id, TestHost.Id(state["member"]!["user"]!["id"]));
        Assert.Equal((true, false, false, false, false), ((bool)state["self_mute"]!, (bool)state["self_deaf"]!, (bool)state["mute"]!, (bool)state["deaf"]!, (bool)state["suppress"]!));
        var server = (await owner.NextAsync("VOICE_SERVER_UPDATE")).Data;
        Assert.Equal(32, ((string)server["token"]!).Length);
        Assert.Equal(Hall.Id, TestHost.Id(server["guild_id"]));
        var heard = await UntilMarkAsync(other);
        Assert.Equal(Owner.Id, TestHost.Id(Assert.Single(heard, heard => heard.Name == "VOICE_STATE_UPDATE").Data["user_id"]));
        Assert.DoesNotContain(heard, heard => heard.Name == "VOICE_SERVER_UPDATE");
    }

    [Fact]
    public async Task The_same_channel_again_changes_flags_and_gives_no_other_token_and_a_move_does()
    {
        await using var owner = await OpenAsync(Owner);
        var second = await NewVoiceAsync();
        var token = await JoinAsync(owner, Voice);

        await owner.SpeakAsync(Hall.Id, Voice, deaf: true);

        Assert.True((bool)(await owner.NextAsync("VOICE_STATE_UPDATE")).Data["self_deaf"]!);
        Assert.DoesNotContain(await UntilMarkAsync(owner), heard => heard.Name == "VOICE_SERVER_UPDATE");
        Assert.NotEqual(token, await JoinAsync(owner, second));
        await owner.SpeakAsync(Hall.Id, null);
        Assert.Null((await owner.NextAsync("VOICE_STATE_UPDATE")).Data["channel_id"]);
    }

    [Fact]
    public async Task A_move_between_channels_shows_to_each_what_they_see()
    {
        var (seesBoth, seesVoice, seesHidden) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        var hidden = await NewVoiceAsync(
            Deny(Hall.Id, 0, Permissions.ViewChannel), Allow(seesBoth.Id, 1, Permissions.ViewChannel), Allow(seesHidden.Id, 1, Permissions.ViewChannel));
        (await Host.SendAsync("PATCH", $"/channels/{Voice}", Owner, new { permission_overwrites = new[] { Deny(seesHidden.Id, 1, Permissions.ViewChannel) } })).Is(200);
        await using var owner = await OpenAsync(Owner);
        await using var both = await OpenAsync(seesBoth);
        await using var voice = await OpenAsync(seesVoice);
        await using var behind = await OpenAsync(seesHidden);

        await JoinAsync(owner, Voice);
        await JoinAsync(owner, hidden);
        await JoinAsync(owner, Voice);
        await owner.SpeakAsync(Hall.Id, null);

        Assert.Equal([Voice, hidden, Voice, null], States(await UntilMarkAsync(both)));
        Assert.Equal([Voice, null, Voice, null], States(await UntilMarkAsync(voice)));
        Assert.Equal([hidden, null], States(await UntilMarkAsync(behind)));
    }

    [Fact]
    public async Task A_full_channel_answers_nothing_but_to_those_who_move_members()
    {
        (await Host.SendAsync("PATCH", $"/channels/{Voice}", Owner, new { user_limit = 1 })).Is(200);
        var (one, two) = (await NewMemberAsync(), await NewMemberAsync());
        await using var first = await OpenAsync(one);
        await using var second = await OpenAsync(two);
        await using var owner = await OpenAsync(Owner);
        await JoinAsync(first, Voice);

        await second.SpeakAsync(Hall.Id, Voice);

        await JoinAsync(owner, Voice);
        Assert.DoesNotContain(await UntilMarkAsync(second), heard => heard.Name == "VOICE_SERVER_UPDATE" || (heard.Name == "VOICE_STATE_UPDATE" && TestHost.Id(heard.Data["user_id"]) == two.Id));
    }

    [Fact]
    public async Task Who_may_not_connect_or_names_no_voice_channel_of_the_guild_is_not_answered()
    {
        var member = await NewMemberAsync();
        var closed = await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.Connect));
        var foreign = await Host.CreateChannelAsync(await Host.CreateGuildAsync(Owner), new { name = "far", type = 2 });
        await using var session = await OpenAsync(member);

        foreach (var channel in new[] { closed, Hall.ChannelId, foreign, new Snowflake(1) })
            await session.SpeakAsync(Hall.Id, channel);
        await session.SpeakAsync(new Snowflake(1), Voice);

        Assert.Empty(States(await UntilMarkAsync(session)));
        // The session goes on, and so does its op 4.
        await JoinAsync(session, Voice);
    }

    [Fact]
    public async Task People_are_in_one_place_for_each_session_and_bots_in_one_for_each_guild()
    {
        var elsewhere = await Host.CreateGuildAsync(Owner);
        var far = await Host.CreateChannelAsync(elsewhere, new { name = "far", type = 2 });
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        await using var owner = await OpenAsync(Owner);
        await JoinAsync(owner, Voice);

        await owner.SpeakAsync(elsewhere.Id, far);

        Assert.Equal(far, TestHost.Id((await owner.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["guild_id"]) == elsewhere.Id)).Data["channel_id"]));
        Assert.Null((await owner.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["guild_id"]) == Hall.Id)).Data["channel_id"]);
        await using var robot = await OpenAsync(bot);
        await JoinAsync(robot, Voice);
        Assert.Equal([bot.Id], await PresentAsync());
    }

    [Fact]
    public async Task Another_session_of_the_user_takes_over_and_only_it_can_leave()
    {
        await using var first = await OpenAsync(Owner);
        await using var second = await OpenAsync(Owner);
        await JoinAsync(first, Voice);

        await second.SpeakAsync(Hall.Id, null);
        await JoinAsync(second, Voice);
        await first.SpeakAsync(Hall.Id, null);
        await first.DisposeAsync();

        Assert.Equal([Owner.Id], await PresentAsync());
        await second.DisposeAsync();
        await UntilAsync(async () => (await PresentAsync()).Count == 0);
    }

    [Fact]
    public async Task A_guild_is_told_with_the_voice_states_that_the_viewer_may_see()
    {
        var member = await NewMemberAsync();
        var hidden = await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.ViewChannel));
        var bot = await Host.AddBotAsync(Hall, Permissions.Administrator);
        await using var owner = await OpenAsync(Owner);
        await using var robot = await OpenAsync(bot);
        await JoinAsync(owner, hidden);
        await JoinAsync(robot, Voice);

        await using var late = await OpenAsync(member);

        var guild = late.Ready["guilds"]!.AsArray().Single(guild => TestHost.Id(guild!["id"]) == Hall.Id)!;
        var state = Assert.Single(guild["voice_states"]!.AsArray())!;
        Assert.Equal((bot.Id, Voice), (TestHost.Id(state["user_id"]), TestHost.Id(state["channel_id"])));
        Assert.Null(state["guild_id"]);
        // Who comes to see a channel is told who is there.
        (await Host.SendAsync("PATCH", $"/channels/{hidden}", Owner, new { permission_overwrites = Array.Empty<object>() })).Is(200);
        Assert.Equal(Owner.Id, TestHost.Id((await late.NextAsync("VOICE_STATE_UPDATE")).Data["user_id"]));
    }

    [Fact]
    public async Task A_guild_is_no_call_and_whoever_names_it_as_one_throws_nobody_out()
    {
        var member = await NewMemberAsync();
        await using var owner = await OpenAsync(Owner);
        await using var other = await OpenAsync(member);
        await JoinAsync(owner, Voice);
        await JoinAsync(other, Voice);
        var key = $"call:{Hall.Id}:{member.Id}";

        await other.SpeakAsync(null, Hall.Id);
        await other.SendAsync(18, new { type = "call", channel_id = Hall.Id.ToString() });
        foreach (var op in new[] { 19, 20, 21, 22 })
            await other.SendAsync(op, new { stream_key = key, paused = true });

        for (var told = 0; told < 5; told++)
            Assert.Equal(key, (string)(await other.NextAsync("STREAM_DELETE")).Data["stream_key"]!);
        Assert.DoesNotContain(null, States(await UntilMarkAsync(owner)));
        Assert.Equal(new[] { Owner.Id, member.Id }.Order(), await PresentAsync());
    }

    [Fact]
    public async Task Who_was_moved_to_where_they_do_not_see_finds_themselves_there_when_they_come_back()
    {
        var member = await NewMemberAsync();
        var hidden = await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.ViewChannel));
        await using var owner = await OpenAsync(Owner);
        await using var session = await OpenAsync(member);
        await JoinAsync(owner, hidden);
        await JoinAsync(session, Voice);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/{member.Id}", Owner, new { channel_id = hidden.ToString() })).Is(200);
        await session.NextAsync("VOICE_SERVER_UPDATE");

        await using var again = await OpenAsync(member);

        var guild = again.Ready["guilds"]!.AsArray().Single(guild => TestHost.Id(guild!["id"]) == Hall.Id)!;
        Assert.Equal(member.Id, TestHost.Id(Assert.Single(guild["voice_states"]!.AsArray())!["user_id"]));
    }

    [Theory]
    [InlineData("""{"guild_id":true,"channel_id":null}""")]
    [InlineData("""{"guild_id":null,"channel_id":"x"}""")]
    [InlineData("""{"guild_id":"1","channel_id":"2","self_mute":1}""")]
    [InlineData("[]")]
    public async Task A_malformed_op_4_closes_the_session(string d)
    {
        await using var owner = await OpenAsync(Owner);
        await owner.SendAsync(4, JsonNode.Parse(d)!);
        Assert.Equal(4002, await owner.ClosedAsync());
    }
}

public sealed class SqliteVoiceStateTests(SqliteSite site) : VoiceStateTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresVoiceStateTests(PostgresSite site) : VoiceStateTests(site), IClassFixture<PostgresSite>;
