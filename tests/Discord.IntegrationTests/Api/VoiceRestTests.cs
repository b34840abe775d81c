using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Voice states over REST: who is where, who speaks on a stage; and what else shows who is in voice.</summary>
public abstract class VoiceRestTests(Site site) : VoiceRoomTests(site)
{
    private Snowflake _stage;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _stage = await Host.CreateChannelAsync(Hall, new { name = "stage", type = 13 });
    }

    [Fact]
    public async Task Where_somebody_is_is_known_to_those_who_see_the_channel()
    {
        var member = await NewMemberAsync();
        (await ReadAsync(Owner, "@me")).Is(404, 10065);
        (await ReadAsync(member, Owner.Id.ToString())).Is(404, 10065);
        await using var session = await OpenAsync(Owner);
        await JoinAsync(session, Voice);

        var state = (await ReadAsync(Owner, "@me")).Is(200).Json;
        Assert.Equal((Voice, Hall.Id, Owner.Id, session.SessionId), (TestHost.Id(state["channel_id"]), TestHost.Id(state["guild_id"]), TestHost.Id(state["user_id"]), (string)state["session_id"]!));
        Assert.Equal((Owner.Id, false), (TestHost.Id(state["member"]!["user"]!["id"]), (bool)state["self_stream"]!));
        Assert.Equal(state.ToJsonString(), (await ReadAsync(member, Owner.Id.ToString())).Is(200).Json.ToJsonString());
        await JoinAsync(session, await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.ViewChannel)));
        (await ReadAsync(member, Owner.Id.ToString())).Is(404, 10065);
        (await ReadAsync(await Host.RegisterAsync(), Owner.Id.ToString())).Is(404, 10004);
        (await ReadAsync(await Host.RegisterAsync(), "@me")).Is(404, 10004);
    }

    [Fact]
    public async Task The_audience_asks_is_invited_accepts_and_goes_back()
    {
        var member = await NewMemberAsync();
        await using var session = await OpenAsync(member);
        await JoinAsync(session, _stage);
        Assert.Equal((true, null), await StateAsync(member));
        var now = TimeProvider.System.GetUtcNow();

        (await ChangeAsync(member, "@me", new { channel_id = _stage.ToString(), suppress = false })).Is(403, 50013);
        (await ChangeAsync(member, "@me", new { channel_id = _stage.ToString(), request_to_speak_timestamp = now })).Is(204);
        var (suppressed, asked) = await StateAsync(member);
        Assert.True(suppressed);
        Assert.InRange(asked!.Value.Time, now.AddSeconds(-1), now.AddMinutes(1));
        (await ChangeAsync(member, "@me", new { request_to_speak_timestamp = now.AddDays(1) })).Is(204);
        Assert.Equal(Timestamp.From(now.AddDays(1)), (await StateAsync(member)).Asked);
        (await ChangeAsync(member, "@me", new { request_to_speak_timestamp = (string?)null })).Is(204);
        Assert.Equal((true, null), await StateAsync(member));

        // Invited, they may speak; the time says that they have not answered.
        (await ChangeAsync(Owner, member.Id.ToString(), new { channel_id = _stage.ToString(), suppress = false })).Is(204);
        (suppressed, asked) = await StateAsync(member);
        Assert.Equal((false, true), (suppressed, asked is not null));
        (await ChangeAsync(member, "@me", new { suppress = false, request_to_speak_timestamp = (string?)null })).Is(204);
        Assert.Equal((false, null), await StateAsync(member));
        (await ChangeAsync(member, "@me", new { suppress = true })).Is(204);
        Assert.Equal((true, null), await StateAsync(member));
        Assert.True((bool)(await session.NextAsync("VOICE_STATE_UPDATE", state => (bool)state["suppress"]! && state["request_to_speak_timestamp"] is not null)).Data["suppress"]!);
    }

    [Fact]
    public async Task Moderators_of_a_stage_speak_when_they_will_and_send_others_back()
    {
        var (member, moderator) = (await NewMemberAsync(), await NewMemberAsync());
        await GiveAsync(moderator, Permissions.MuteMembers);
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        await using var session = await OpenAsync(moderator);
        await using var robot = await OpenAsync(bot);
        await JoinAsync(session, _stage);
        await JoinAsync(robot, _stage);

        (await ChangeAsync(moderator, "@me", new { suppress = false })).Is(204);
        Assert.Equal((false, null), await StateAsync(moderator));
        (await ChangeAsync(moderator, bot.Id.ToString(), new { suppress = false })).Is(204);
        Assert.Equal((false, null), await StateAsync(bot));
        (await ChangeAsync(member, bot.Id.ToString(), new { suppress = true })).Is(403, 50013);
        (await ChangeAsync(moderator, bot.Id.ToString(), new { suppress = true })).Is(204);
        Assert.Equal((true, null), await StateAsync(bot));
        (await ChangeAsync(moderator, bot.Id.ToString(), new { })).Is(204);
        Assert.Equal((true, null), await StateAsync(bot));
    }

    [Fact]
    public async Task A_moderator_declines_a_request_and_who_is_silenced_asks_for_nothing()
    {
        var member = await NewMemberAsync();
        await using var session = await OpenAsync(member);
        await JoinAsync(session, _stage);
        var (past, now) = (TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow());

        // What has been is now.
        (await ChangeAsync(member, "@me", new { request_to_speak_timestamp = past })).Is(204);
        Assert.InRange((await StateAsync(member)).Asked!.Value.Time, now.AddSeconds(-1), now.AddMinutes(1));
        (await ChangeAsync(Owner, member.Id.ToString(), new { channel_id = _stage.ToString(), suppress = true })).Is(204);
        Assert.Equal((true, null), await StateAsync(member));

        // Invited, and timed out before they answer: that is no request.
        (await ChangeAsync(Owner, member.Id.ToString(), new { suppress = false })).Is(204);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/{member.Id}", Owner, new { communication_disabled_until = now.AddHours(1) })).Is(200);
        await session.NextAsync("VOICE_STATE_UPDATE", state => (bool)state["suppress"]! && state["request_to_speak_timestamp"] is null && state["member"]!["communication_disabled_until"] is not null);
        (await ChangeAsync(Owner, member.Id.ToString(), new { suppress = false })).Is(204);
        Assert.Equal((true, null), await StateAsync(member));
    }

    [Fact]
    public async Task Only_stages_have_speakers_and_only_those_who_are_there()
    {
        var member = await NewMemberAsync();
        await using var session = await OpenAsync(member);
        foreach (var (who, by) in new[] { ("@me", member), (member.Id.ToString(), Owner) })
        {
            await session.SpeakAsync(Hall.Id, null);
            await UntilAsync(async () => (await ReadAsync(member, "@me")).Status == 404);
            (await ChangeAsync(by, who, new { suppress = true })).Is(404, 10065);
            await JoinAsync(session, Voice);
            (await ChangeAsync(by, who, new { suppress = true })).Is(400, 50024);
            await JoinAsync(session, _stage);
            (await ChangeAsync(by, who, new { channel_id = Voice.ToString(), suppress = true })).Is(404, 10065);
            (await ChangeAsync(by, who, new { channel_id = "x", suppress = 3 })).IsInvalid("channel_id: NUMBER_TYPE_COERCE", "suppress: BOOLEAN_TYPE_PARSE");
        }

        (await ChangeAsync(member, "@me", new { request_to_speak_timestamp = "soon" })).IsInvalid("request_to_speak_timestamp: DATE_TIME_TYPE_PARSE");
        (await Host.SendAsync("PATCH", $"/channels/{_stage}", Owner, new { permission_overwrites = new[] { Deny(Hall.Id, 0, Permissions.RequestToSpeak) } })).Is(200);
        (await ChangeAsync(member, "@me", new { request_to_speak_timestamp = TimeProvider.System.GetUtcNow() })).Is(403, 50013);
        (await ChangeAsync(await Host.RegisterAsync(), member.Id.ToString(), new { suppress = true })).Is(404, 10004);
    }

    [Fact]
    public async Task Who_is_connected_says_what_the_channel_is_about_and_others_need_to_manage_it()
    {
        var member = await NewMemberAsync();
        await GiveAsync(member, Permissions.SetVoiceChannelStatus);
        var path = $"/channels/{Voice}/voice-status";
        (await Host.SendAsync("PUT", path, member, new { status = "hi" })).Is(403, 50013);
        await using var session = await OpenAsync(member);
        await JoinAsync(session, Voice);

        (await Host.SendAsync("PUT", path, member, new { status = "hi" })).Is(204);
        Assert.Equal("hi", (string)(await session.NextAsync("VOICE_CHANNEL_STATUS_UPDATE")).Data["status"]!);
        await session.SpeakAsync(Hall.Id, null);
        // With the last one it is over.
        Assert.Null((await session.NextAsync("VOICE_CHANNEL_STATUS_UPDATE")).Data["status"]);
    }

    [Fact]
    public async Task Since_when_somebody_is_there_is_told_and_can_be_asked_for()
    {
        var member = await NewMemberAsync();
        var hidden = await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.ViewChannel));
        await using var watcher = await OpenAsync(member);
        await using var owner = await OpenAsync(Owner);
        await JoinAsync(owner, hidden);
        await JoinAsync(owner, Voice);

        var told = (await watcher.NextAsync("VOICE_CHANNEL_START_TIME_UPDATE")).Data;
        Assert.Equal((Voice, Hall.Id), (TestHost.Id(told["id"]), TestHost.Id(told["guild_id"])));
        var start = (long)told["voice_start_time"]!;
        Assert.InRange(start, TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await watcher.SendAsync(43, new { guild_id = Hall.Id.ToString(), fields = new[] { "status", "voice_start_time" } });
        var channel = Assert.Single((await watcher.NextAsync("CHANNEL_INFO")).Data["channels"]!.AsArray())!;
        Assert.Equal((Voice, start), (TestHost.Id(channel["id"]), (long)channel["voice_start_time"]!));
        await owner.SpeakAsync(Hall.Id, null);
        Assert.Null((await watcher.NextAsync("VOICE_CHANNEL_START_TIME_UPDATE")).Data["voice_start_time"]);
    }

    [Fact]
    public async Task The_widget_shows_who_is_in_open_channels()
    {
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/widget", Owner, new { enabled = true })).Is(200);
        await using var owner = await OpenAsync(Owner);
        await owner.SpeakAsync(Hall.Id, Voice, mute: true);
        await owner.NextAsync("VOICE_SERVER_UPDATE");

        var shown = Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/widget.json")).Json["members"]!.AsArray())!;
        Assert.Equal((Voice, true, false), (TestHost.Id(shown["channel_id"]), (bool)shown["self_mute"]!, (bool)shown["mute"]!));
        await JoinAsync(owner, await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.Connect)));
        Assert.Null(Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/widget.json")).Json["members"]!.AsArray())!["channel_id"]);
    }

    private Task<Answer> ReadAsync(Account caller, string who) => Host.SendAsync("GET", $"/guilds/{Hall.Id}/voice-states/{who}", caller);

    private Task<Answer> ChangeAsync(Account caller, string who, object body) => Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/voice-states/{who}", caller, body);

    private async Task<(bool Suppressed, Timestamp? Asked)> StateAsync(Account account)
    {
        (await ReadAsync(account, "@me")).Is(200);
        var seat = Host.Services.GetRequiredService<VoiceRosters>().Find(Hall.Id, account.Id)!;
        return (seat.Suppress, seat.RequestToSpeak);
    }
}

public sealed class SqliteVoiceRestTests(SqliteSite site) : VoiceRestTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresVoiceRestTests(PostgresSite site) : VoiceRestTests(site), IClassFixture<PostgresSite>;
