using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.UnitTests.BuildingBlocks;
using Discord.UnitTests.Voice;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What becomes of a seat in voice, and of its grant on the voice server, by what happens around it.</summary>
public abstract class VoiceSeatTests(Site site) : VoiceRoomTests(site)
{
    private const VoiceRights Talks = VoiceRights.Hear | VoiceRights.Speak | VoiceRights.Video;

    private RecordingVoiceServer Server => Host.Services.GetRequiredService<RecordingVoiceServer>();

    [Fact]
    public async Task Rights_follow_overwrites_roles_and_timeouts()
    {
        var member = await NewMemberAsync();
        await using var session = await OpenAsync(member);
        await JoinAsync(session, Voice);
        Assert.Equal(Talks, Grant(member).Rights);

        await PermitAsync(Deny(member.Id, 1, Permissions.Speak));
        Assert.True((bool)(await session.NextAsync("VOICE_STATE_UPDATE")).Data["suppress"]!);
        Assert.Equal(VoiceRights.Hear, Grant(member).Rights);
        await PermitAsync(Allow(member.Id, 1, Permissions.PrioritySpeaker));
        Assert.False((bool)(await session.NextAsync("VOICE_STATE_UPDATE")).Data["suppress"]!);
        Assert.Equal(Talks | VoiceRights.Priority, Grant(member).Rights);

        await PermitAsync();
        var role = await GiveAsync(member, Permissions.PrioritySpeaker);
        await UntilAsync(() => Task.FromResult(Grant(member).Rights == (Talks | VoiceRights.Priority)));
        (await Host.SendAsync("DELETE", $"/guilds/{Hall.Id}/roles/{role}", Owner)).Is(204);
        await UntilAsync(() => Task.FromResult(Grant(member).Rights == Talks));

        (await PatchAsync(member, new { communication_disabled_until = DateTimeOffset.MaxValue.AddYears(-1) })).IsInvalid("communication_disabled_until: DATE_TIME_TYPE_MAX");
        (await PatchAsync(member, new { communication_disabled_until = TimeProvider.System.GetUtcNow().AddSeconds(2) })).Is(200);
        Assert.True((bool)(await session.NextAsync("VOICE_STATE_UPDATE")).Data["suppress"]!);
        // Its end is nobody's request.
        Assert.False((bool)(await session.NextAsync("VOICE_STATE_UPDATE")).Data["suppress"]!);
        Assert.Equal(Talks, Grant(member).Rights);
    }

    [Fact]
    public async Task Who_may_no_longer_see_or_connect_stays_and_speaks_as_long_as_they_may()
    {
        var member = await NewMemberAsync();
        await using var session = await OpenAsync(member);
        var token = await JoinAsync(session, Voice);

        await PermitAsync(Deny(member.Id, 1, Permissions.Connect | Permissions.ViewChannel | Permissions.Stream));

        await UntilAsync(() => Task.FromResult(Grant(member).Rights == (VoiceRights.Hear | VoiceRights.Speak)));
        Assert.Equal(token, Grant(member).Token);
        Assert.Equal([member.Id], await PresentAsync());
    }

    [Theory]
    [InlineData("kick", "GUILD_MEMBER_REMOVE")]
    [InlineData("ban", "GUILD_MEMBER_REMOVE")]
    [InlineData("leave", "GUILD_MEMBER_REMOVE")]
    [InlineData("channel", "CHANNEL_DELETE")]
    [InlineData("guild", "GUILD_DELETE")]
    public async Task Who_is_out_is_out_of_voice_before_others_hear_why(string how, string why)
    {
        var member = await NewMemberAsync();
        await using var session = await OpenAsync(member);
        await using var owner = await OpenAsync(Owner);
        await JoinAsync(session, Voice);
        var grant = Grant(member);

        (await (how switch
        {
            "kick" => Host.SendAsync("DELETE", $"/guilds/{Hall.Id}/members/{member.Id}", Owner),
            "ban" => Host.SendAsync("PUT", $"/guilds/{Hall.Id}/bans/{member.Id}", Owner, new { }),
            "leave" => Host.SendAsync("DELETE", $"/users/@me/guilds/{Hall.Id}", member),
            "channel" => Host.SendAsync("DELETE", $"/channels/{Voice}", Owner),
            _ => Host.SendAsync("DELETE", $"/guilds/{Hall.Id}", Owner),
        })).Is(how == "channel" ? 200 : 204);

        Assert.Equal((grant, 4014), Assert.Single(Server.Ended, ended => ended.Grant.Token == grant.Token));
        Assert.DoesNotContain(Server.Grants.Values, other => other.UserId == member.Id);
        Assert.Equal([Voice, null], States(await owner.BeforeAsync(why, _ => true)));
        Assert.Null(Host.Services.GetRequiredService<VoiceRosters>().Find(Hall.Id));
    }

    [Fact]
    public async Task The_same_op_4_once_more_is_answered_with_another_token_and_with_other_flags_it_is_not()
    {
        await using var owner = await OpenAsync(Owner);
        var first = await JoinAsync(owner, Voice);

        await owner.SpeakAsync(Hall.Id, Voice, mute: true);
        Assert.True((bool)(await owner.NextAsync("VOICE_STATE_UPDATE")).Data["self_mute"]!);
        Assert.Equal(first, Grant(Owner).Token);
        await owner.SpeakAsync(Hall.Id, Voice, mute: true);

        Assert.Equal(Voice, TestHost.Id((await owner.NextAsync("VOICE_STATE_UPDATE")).Data["channel_id"]));
        var second = (string)(await owner.NextAsync("VOICE_SERVER_UPDATE")).Data["token"]!;
        Assert.NotEqual(first, second);
        Assert.Equal(second, Grant(Owner).Token);
        Assert.Null(Assert.Single(Server.Ended, ended => ended.Grant.Token == first).Code);
    }

    [Fact]
    public async Task Who_lost_the_voice_server_leaves_but_not_for_an_older_token()
    {
        await using var owner = await OpenAsync(Owner);
        var first = await JoinAsync(owner, Voice);
        var second = await JoinAsync(owner, await NewVoiceAsync());
        var reports = Host.Services.GetRequiredService<IVoiceReports>();

        reports.Lost(first);
        reports.Lost("no token");
        Assert.DoesNotContain(null, States(await UntilMarkAsync(owner)));
        reports.Lost(second);

        Assert.Null((await owner.NextAsync("VOICE_STATE_UPDATE")).Data["channel_id"]);
        Assert.Empty(await PresentAsync());
    }

    [Fact]
    public async Task Moderators_mute_and_deafen_and_it_lasts()
    {
        var member = await NewMemberAsync();
        (await PatchAsync(member, new { mute = true })).Is(400, 40032);
        await using var session = await OpenAsync(member);
        await JoinAsync(session, Voice);

        Assert.True((bool)(await PatchAsync(member, new { mute = true })).Is(200).Json["mute"]!);
        Assert.True((bool)(await session.NextAsync("VOICE_STATE_UPDATE")).Data["mute"]!);
        Assert.Equal(VoiceRights.Hear | VoiceRights.Video, Grant(member).Rights);
        (await PatchAsync(member, new { deaf = true })).Is(200);
        Assert.True((bool)(await session.NextAsync("VOICE_STATE_UPDATE")).Data["deaf"]!);
        Assert.Equal(VoiceRights.Video, Grant(member).Rights);

        await session.SpeakAsync(Hall.Id, null);
        await JoinAsync(session, Voice);
        Assert.Equal(VoiceRights.Video, Grant(member).Rights);
        var shown = (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{member.Id}", Owner)).Json;
        Assert.Equal((true, true, 0), ((bool)shown["mute"]!, (bool)shown["deaf"]!, (int)shown["flags"]!));
        (await PatchAsync(member, new { mute = false, deaf = false })).Is(200);
        await UntilAsync(() => Task.FromResult(Grant(member).Rights == Talks));
        var changes = (await LogAsync(24)).SelectMany(entry => entry!["changes"]!.AsArray()).Select(change => ((string)change!["key"]!, (bool)change["new_value"]!));
        Assert.Equal([("deaf", false), ("mute", false), ("deaf", true), ("mute", true)], changes);
    }

    [Fact]
    public async Task Moderators_move_and_disconnect_and_the_log_counts()
    {
        var member = await NewMemberAsync();
        var (moderator, second) = (await NewMemberAsync(), await NewVoiceAsync());
        await GiveAsync(moderator, Permissions.MoveMembers);
        await using var session = await OpenAsync(member);
        var token = await JoinAsync(session, Voice);

        (await PatchAsync(member, new { channel_id = second.ToString() }, moderator)).Is(200);
        Assert.Equal(second, TestHost.Id((await session.NextAsync("VOICE_STATE_UPDATE")).Data["channel_id"]));
        Assert.NotEqual(token, (string)(await session.NextAsync("VOICE_SERVER_UPDATE")).Data["token"]!);
        Assert.Equal(second, Grant(member).RoomId);
        Assert.Null(Assert.Single(Server.Ended, ended => ended.Grant.Token == token).Code);
        // Where one is already is no move.
        (await PatchAsync(member, new { channel_id = second.ToString() }, moderator)).Is(200);
        await JoinAsync(session, Voice);
        (await PatchAsync(member, new { channel_id = second.ToString() }, moderator)).Is(200);
        var grant = Grant(member);
        (await PatchAsync(member, new { channel_id = (string?)null }, moderator)).Is(200);
        (await PatchAsync(member, new { channel_id = (string?)null }, moderator)).Is(400, 40032);

        Assert.Equal((grant, 4014), Assert.Single(Server.Ended, ended => ended.Grant.Token == grant.Token));
        var move = Assert.Single(await LogAsync(26))!;
        Assert.Equal(("2", second, moderator.Id, null), ((string)move["options"]!["count"]!, TestHost.Id(move["options"]!["channel_id"]), TestHost.Id(move["user_id"]), (string?)move["target_id"]));
        Assert.Equal("""{"count":"1"}""", Assert.Single(await LogAsync(27))!["options"]!.ToJsonString());
    }

    [Fact]
    public async Task A_move_needs_the_permission_where_they_are_and_that_one_may_go_there_oneself()
    {
        var (member, mover) = (await NewMemberAsync(), await NewMemberAsync());
        var closed = await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.Connect));
        var hidden = await NewVoiceAsync(Deny(Hall.Id, 0, Permissions.ViewChannel));
        var foreign = await Host.CreateChannelAsync(await Host.CreateGuildAsync(Owner), new { name = "far", type = 2 });
        await using var session = await OpenAsync(member);
        await JoinAsync(session, Voice);
        Task<Answer> MoveAsync(Snowflake channel, Account by) => PatchAsync(member, new { channel_id = channel.ToString() }, by);

        foreach (var body in new object[] { new { mute = true }, new { deaf = true }, new { channel_id = (string?)null } })
            (await PatchAsync(member, body, mover)).Is(403, 50013);
        (await MoveAsync(closed, mover)).Is(403, 50013);
        await GiveAsync(mover, Permissions.MoveMembers);
        (await MoveAsync(closed, mover)).Is(403, 50013);
        (await MoveAsync(hidden, mover)).Is(403, 50001);
        (await MoveAsync(foreign, Owner)).Is(404, 10003);
        (await MoveAsync(new Snowflake(1), Owner)).Is(404, 10003);
        (await MoveAsync(Hall.ChannelId, Owner)).Is(400, 50024);
        // Not one of several changes is made when one may not be.
        (await PatchAsync(member, new { nick = "changed", channel_id = foreign.ToString() }, Owner)).Is(404, 10003);
        Assert.Null((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{member.Id}", Owner)).Json["nick"]);
        Assert.Equal(Voice, Grant(member).RoomId);

        // Who is let in where they could not come speaks there.
        (await MoveAsync(hidden, Owner)).Is(200);
        Assert.Equal((hidden, Talks), (Grant(member).RoomId, Grant(member).Rights));
    }

    [Fact]
    public async Task Into_a_full_channel_move_those_who_move_members_there_too()
    {
        var (member, mover, guest) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        var small = await NewVoiceAsync();
        (await Host.SendAsync("PATCH", $"/channels/{small}", Owner, new { user_limit = 1 })).Is(200);
        await GiveAsync(mover, Permissions.MoveMembers);
        (await Host.SendAsync("PUT", $"/channels/{small}/permissions/{mover.Id}", Owner, Deny(mover.Id, 1, Permissions.MoveMembers))).Is(204);
        await using var session = await OpenAsync(member);
        await using var visitor = await OpenAsync(guest);
        await JoinAsync(session, Voice);

        // One seat is free: the permission where they are is enough, also for a move that is none.
        (await PatchAsync(member, new { channel_id = small.ToString() }, mover)).Is(200);
        Assert.Equal(small, Grant(member).RoomId);
        await JoinAsync(visitor, Voice);
        (await PatchAsync(guest, new { nick = "no", channel_id = small.ToString() }, mover)).Is(403, 50013);
        Assert.Equal(Voice, Grant(guest).RoomId);
        (await PatchAsync(guest, new { channel_id = small.ToString() }, Owner)).Is(200);
        Assert.Equal(small, Grant(guest).RoomId);
        (await PatchAsync(guest, new { channel_id = small.ToString() }, Owner)).Is(200);
    }

    [Fact]
    public async Task Nobody_brings_more_than_five_thousand_into_a_channel()
    {
        var (member, guest) = (await NewMemberAsync(), await NewMemberAsync());
        var vast = await NewVoiceAsync();
        await using var session = await OpenAsync(member);
        await using var visitor = await OpenAsync(guest);
        await using var owner = await OpenAsync(Owner);
        await JoinAsync(session, Voice);
        await JoinAsync(visitor, Voice);
        var rosters = Host.Services.GetRequiredService<VoiceRosters>();
        var crowd = Enumerable.Range(1, SeatRules.MaxPeople - 1).Select(number => new Seat { GuildId = Hall.Id, ChannelId = vast, UserId = new Snowflake((ulong)number), SessionId = $"{number}", Token = $"{number}" }).ToList();
        foreach (var seat in crowd)
            rosters.Set(rosters.Find(Hall.Id)!, null, seat);

        (await PatchAsync(member, new { channel_id = vast.ToString() })).Is(200);
        Assert.Equal(vast, Grant(member).RoomId);
        (await PatchAsync(guest, new { channel_id = vast.ToString() })).IsInvalid("channel_id: CHANNEL_FULL");
        await owner.SpeakAsync(Hall.Id, vast);
        await JoinAsync(owner, Voice);

        Assert.Equal((Voice, SeatRules.MaxPeople), (Grant(guest).RoomId, rosters.Find(Hall.Id)!.CountIn(vast)));
        foreach (var seat in crowd)
            rosters.Set(rosters.Find(Hall.Id)!, seat, null);
    }

    [Fact]
    public async Task People_who_are_silent_for_long_go_to_the_afk_channel()
    {
        var afk = await NewVoiceAsync();
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}", Owner, new { afk_channel_id = afk.ToString(), afk_timeout = 60 })).Is(200);
        var (member, bot) = (await NewMemberAsync(), await Host.AddBotAsync(Hall, Permissions.Administrator));
        await using var session = await OpenAsync(member);
        await using var robot = await OpenAsync(bot);
        var rosters = Host.Services.GetRequiredService<VoiceRosters>();
        var time = new ManualTime();
        time.Step(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        await using var clock = new VoiceClock(rosters, Host.Services.GetRequiredService<VoiceChanges>(), Host.Services.GetRequiredService<SeatReviews>(), time);
        await clock.StartAsync(default);
        await JoinAsync(session, Voice);
        await JoinAsync(robot, Voice);
        var came = rosters.Find(Hall.Id, member.Id)!.Activity;
        var (since, robotSince) = (came.At, rosters.Find(Hall.Id, bot.Id)!.Activity.At);

        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(since, came.At);
        Assert.Equal(Voice, Grant(member).RoomId);
        time.Advance(TimeSpan.FromSeconds(80));

        var state = (await session.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == member.Id)).Data;
        Assert.Equal((afk, true), (TestHost.Id(state["channel_id"]), (bool)state["suppress"]!));
        Assert.Equal((afk, VoiceRights.Hear), (Grant(member).RoomId, Grant(member).Rights & ~VoiceRights.Video));
        Assert.Equal((Voice, robotSince), (Grant(bot).RoomId, rosters.Find(Hall.Id, bot.Id)!.Activity.At));
    }

    private VoiceGrant Grant(Account account) => Server.Grants.Values.Single(grant => grant.UserId == account.Id);

    private Task<Answer> PatchAsync(Account member, object body, Account? by = null) => Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/{member.Id}", by ?? Owner, body);

    private async Task PermitAsync(params object[] overwrites) => (await Host.SendAsync("PATCH", $"/channels/{Voice}", Owner, new { permission_overwrites = overwrites })).Is(200);

    private async Task<IReadOnlyList<JsonNode?>> LogAsync(int action) =>
        [.. (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/audit-logs?action_type={action}", Owner)).Is(200).Json["audit_log_entries"]!.AsArray()];

    protected override void Replace(IServiceCollection services)
    {
        var server = new RecordingVoiceServer();
        services.AddSingleton(server);
        services.AddSingleton<IVoicePlacement>(new VoicePlacement([server]));
    }
}

public sealed class SqliteVoiceSeatTests(SqliteSite site) : VoiceSeatTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresVoiceSeatTests(PostgresSite site) : VoiceSeatTests(site), IClassFixture<PostgresSite>;
