using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice.Calls;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Calls of direct messages and groups: they begin with the first, ring, and end with the last; the history tells of them.</summary>
public abstract class CallTests(Site site) : ApiTests(site)
{
    private Account _caller = null!;
    private Account _friend = null!;
    private Snowflake _direct;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _caller = await Host.RegisterAsync();
        _friend = await Host.BefriendAsync(_caller);
        _direct = await NewChannelAsync(_caller, _friend);
    }

    [Fact]
    public async Task The_first_begins_a_call_and_the_last_ends_it()
    {
        await using var caller = await OpenAsync(_caller);
        await using var friend = await OpenAsync(_friend);

        await caller.SpeakAsync(null, _direct, mute: true);

        foreach (var session in new[] { caller, friend })
        {
            var created = (await session.NextAsync("CALL_CREATE")).Data;
            Assert.Equal((_direct, "local", 0), (TestHost.Id(created["channel_id"]), (string)created["region"]!, created["ringing"]!.AsArray().Count));
            Assert.Equal(_caller.Id, TestHost.Id(Assert.Single(created["voice_states"]!.AsArray())!["user_id"]));
            var state = (await session.NextAsync("VOICE_STATE_UPDATE")).Data.AsObject();
            Assert.Equal((_direct, caller.SessionId, true, false), (TestHost.Id(state["channel_id"]), (string)state["session_id"]!, (bool)state["self_mute"]!, state.ContainsKey("member")));
            Assert.Null(state["guild_id"]);
        }

        var server = (await caller.NextAsync("VOICE_SERVER_UPDATE")).Data;
        Assert.Equal((_direct, null), (TestHost.Id(server["channel_id"]), server["guild_id"]));
        var told = await CallMessageAsync(_friend, _direct);
        Assert.Equal((_caller.Id, "", null), (TestHost.Id(told["author"]!["id"]), (string)told["content"]!, told["call"]!["ended_timestamp"]));
        Assert.Equal([_caller.Id], Ids(told["call"]!["participants"]));

        await friend.SpeakAsync(null, _direct);
        await friend.NextAsync("VOICE_SERVER_UPDATE");
        await caller.SpeakAsync(null, null);
        Assert.Null((await friend.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == _caller.Id && state["channel_id"] is null)).Data["channel_id"]);
        await friend.SpeakAsync(null, null);

        Assert.Equal(_direct, TestHost.Id((await caller.NextAsync("CALL_DELETE")).Data["channel_id"]));
        var ended = (await caller.NextAsync("MESSAGE_UPDATE", message => message["call"]?["ended_timestamp"] is not null)).Data;
        Assert.Equal((TestHost.Id(told["id"]), null), (TestHost.Id(ended["id"]), ended["edited_timestamp"]));
        Assert.Equal([_caller.Id, _friend.Id], Ids(ended["call"]!["participants"]).Order());
        (await Host.SendAsync("DELETE", $"/channels/{_direct}/messages/{told["id"]}", _caller)).Is(403, 50021);
    }

    [Fact]
    public async Task It_rings_for_who_is_not_there_until_they_come_or_decline()
    {
        var group = await NewChannelAsync(_caller, _friend, await Host.BefriendAsync(_caller));
        await using var caller = await OpenAsync(_caller);
        await using var friend = await OpenAsync(_friend);
        await BeginAsync(caller, group);

        (await RingAsync(_caller, group)).Is(204);
        var rung = (await friend.NextAsync("CALL_UPDATE")).Data;
        Assert.Contains(_friend.Id, Ids(rung["ringing"]));
        Assert.Equal((2, group), (rung["ringing"]!.AsArray().Count, TestHost.Id(rung["channel_id"])));
        (await Host.SendAsync("POST", $"/channels/{group}/call/stop-ringing", _friend, new { })).Is(204);
        Assert.DoesNotContain(_friend.Id, Ids((await caller.NextAsync("CALL_UPDATE", call => call["ringing"]!.AsArray().Count == 1)).Data["ringing"]));

        (await RingAsync(_caller, group, _friend.Id)).Is(204);
        await caller.NextAsync("CALL_UPDATE", call => call["ringing"]!.AsArray().Count == 2);
        await friend.SpeakAsync(null, group);
        await caller.NextAsync("CALL_UPDATE", call => call["ringing"]!.AsArray().Count == 1);
        // Who is there is not rung.
        (await RingAsync(_caller, group, _friend.Id)).Is(204);
        (await Host.SendAsync("POST", $"/channels/{group}/call/stop-ringing", _caller, new { recipients = Ids(rung["ringing"]).Select(id => id.ToString()) })).Is(204);
        Assert.Empty((await caller.NextAsync("CALL_UPDATE")).Data["ringing"]!.AsArray());
    }

    [Fact]
    public async Task It_rings_for_a_minute()
    {
        await using var caller = await OpenAsync(_caller);
        await BeginAsync(caller, _direct);
        var before = TimeProvider.System.GetUtcNow();
        (await RingAsync(_caller, _direct)).Is(204);
        var after = TimeProvider.System.GetUtcNow();
        var clock = Host.Services.GetRequiredService<RingClock>();

        await clock.RunAsync(before + RunningCalls.RingFor - TimeSpan.FromSeconds(1), CancellationToken.None);
        await using var late = await OpenAsync(_friend);
        Assert.Equal([_friend.Id], Ids((await late.NextAsync("CALL_CREATE")).Data["ringing"]));
        await clock.RunAsync(after + RunningCalls.RingFor, CancellationToken.None);

        Assert.Empty((await late.NextAsync("CALL_UPDATE")).Data["ringing"]!.AsArray());
    }

    [Fact]
    public async Task A_call_that_is_on_is_shown_to_who_comes_or_asks_and_takes_part()
    {
        await using var caller = await OpenAsync(_caller);
        var unrelated = await Host.RegisterAsync();
        await using var stranger = await OpenAsync(unrelated);
        await BeginAsync(caller, _direct);

        await using var friend = await OpenAsync(_friend);
        foreach (var asked in new[] { false, true })
        {
            if (asked)
                await friend.SendAsync(13, new { channel_id = _direct.ToString() });
            var created = (await friend.NextAsync("CALL_CREATE")).Data;
            Assert.Equal((_direct, _caller.Id), (TestHost.Id(created["channel_id"]), TestHost.Id(Assert.Single(created["voice_states"]!.AsArray())!["user_id"])));
        }

        await stranger.SendAsync(13, new { channel_id = _direct.ToString() });
        var own = await NewChannelAsync(unrelated, await Host.BefriendAsync(unrelated));
        await stranger.SpeakAsync(null, own);
        Assert.Equal(own, TestHost.Id((await stranger.NextAsync("CALL_CREATE")).Data["channel_id"]));
        await stranger.SendAsync(13, new { channel_id = true });
        Assert.Equal(4002, await stranger.ClosedAsync());
    }

    [Fact]
    public async Task Only_who_is_connected_rings_and_moves_a_call()
    {
        var stranger = await Host.RegisterAsync();
        await using var caller = await OpenAsync(_caller);
        foreach (var (method, route) in new[] { ("POST", "/ring"), ("POST", "/stop-ringing"), ("PATCH", "") })
        {
            (await Host.SendAsync(method, $"/channels/{_direct}/call{route}", _caller, new { })).Is(400, 40032);
            (await Host.SendAsync(method, $"/channels/{_direct}/call{route}", stranger, new { })).Is(404, 10003);
        }

        await BeginAsync(caller, _direct);

        (await RingAsync(_friend, _direct)).Is(400, 40032);
        (await Host.SendAsync("POST", $"/channels/{_direct}/call/stop-ringing", _friend, new { recipients = new[] { _caller.Id.ToString() } })).Is(400, 40032);
        (await RingAsync(_caller, _direct, stranger.Id)).Is(400, 50033);
        (await Host.SendAsync("POST", $"/channels/{_direct}/call/stop-ringing", _caller, new { recipients = new[] { stranger.Id.ToString() } })).Is(400, 50033);
        (await Host.SendAsync("POST", $"/channels/{_direct}/call/ring", _caller, new { recipients = "all" })).IsInvalid("recipients: LIST_TYPE_CONVERT");
        (await Host.SendAsync("PATCH", $"/channels/{_direct}/call", _friend, new { region = "local" })).Is(400, 40032);
        (await Host.SendAsync("PATCH", $"/channels/{_direct}/call", _caller, new { region = "atlantis" })).IsInvalid("region: BASE_TYPE_CHOICES");
        (await Host.SendAsync("PATCH", $"/channels/{_direct}/call", _caller, new { region = "local" })).Is(204);
    }

    [Fact]
    public async Task Who_may_not_write_may_not_call_and_bots_are_not_called()
    {
        var hall = await Host.CreateGuildAsync(_caller);
        var bot = await Host.AddBotAsync(hall, Permissions.None);
        var toBot = await NewChannelAsync(_caller, bot);
        await using var caller = await OpenAsync(_caller);
        await using var robot = await OpenAsync(bot);
        Assert.True(await RingableAsync(_caller, _direct));
        (await Host.SendAsync("PUT", $"/users/@me/relationships/{_caller.Id}", _friend, new { type = 2 })).Is(204);

        Assert.False(await RingableAsync(_caller, _direct));
        Assert.False(await RingableAsync(_caller, toBot));
        await caller.SpeakAsync(null, _direct);
        await caller.SpeakAsync(null, toBot);
        await robot.SpeakAsync(null, toBot);
        await caller.SpeakAsync(null, hall.ChannelId);

        // A group is open to all in it, but who blocked somebody is not rung by them.
        var group = await NewChannelAsync(_caller, await Host.BefriendAsync(_caller), await Host.BefriendAsync(_caller));
        await caller.SpeakAsync(null, group);
        Assert.Equal(group, TestHost.Id((await caller.NextAsync("CALL_CREATE")).Data["channel_id"]));
        Assert.Empty(await Host.HistoryAsync(_caller, toBot));
    }

    [Fact]
    public async Task In_a_group_who_blocked_the_caller_is_not_rung()
    {
        var other = await Host.BefriendAsync(_caller);
        var group = await NewChannelAsync(_caller, _friend, other);
        (await Host.SendAsync("PUT", $"/users/@me/relationships/{_caller.Id}", _friend, new { type = 2 })).Is(204);
        await using var caller = await OpenAsync(_caller);
        await BeginAsync(caller, group);

        (await RingAsync(_caller, group)).Is(204);

        Assert.Equal([other.Id], Ids((await caller.NextAsync("CALL_UPDATE")).Data["ringing"]));
    }

    [Fact]
    public async Task Who_is_out_of_a_group_is_out_of_its_call_and_the_last_one_takes_it_along()
    {
        var group = await NewChannelAsync(_caller, _friend, await Host.BefriendAsync(_caller));
        await using var caller = await OpenAsync(_caller);
        await using var friend = await OpenAsync(_friend);
        await BeginAsync(caller, group);
        await friend.SpeakAsync(null, group);
        await friend.NextAsync("VOICE_SERVER_UPDATE");

        (await Host.SendAsync("DELETE", $"/channels/{group}/recipients/{_friend.Id}", _caller)).Is(204);

        Assert.Null((await caller.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == _friend.Id && state["channel_id"] is null)).Data["channel_id"]);
        await friend.NextAsync("VOICE_STATE_UPDATE", state => state["channel_id"] is null);
        await friend.SpeakAsync(null, group);
        foreach (var member in (await Host.SendAsync("GET", $"/channels/{group}", _caller)).Json["recipients"]!.AsArray())
            (await Host.SendAsync("DELETE", $"/channels/{group}/recipients/{member!["id"]}", _caller)).Is(204);
        (await Host.SendAsync("DELETE", $"/channels/{group}", _caller)).Is(200);
        await caller.NextAsync("CALL_DELETE", call => TestHost.Id(call["channel_id"]) == group);
        Assert.Null(Host.Services.GetRequiredService<RunningCalls>().Find(group));
    }

    [Fact]
    public async Task Who_is_out_of_a_group_is_not_called_into_it_any_more()
    {
        var group = await NewChannelAsync(_caller, _friend, await Host.BefriendAsync(_caller));
        await using var caller = await OpenAsync(_caller);
        await BeginAsync(caller, group);
        (await RingAsync(_caller, group, _friend.Id)).Is(204);
        Assert.Equal([_friend.Id], Ids((await caller.NextAsync("CALL_UPDATE")).Data["ringing"]));

        (await Host.SendAsync("DELETE", $"/channels/{group}/recipients/{_friend.Id}", _caller)).Is(204);

        Assert.Empty(Ids((await caller.NextAsync("CALL_UPDATE")).Data["ringing"]));
    }

    [Fact]
    public async Task Another_session_takes_the_call_over_and_a_session_that_ends_leaves_it()
    {
        await using var first = await OpenAsync(_caller);
        await using var second = await OpenAsync(_caller);
        await using var friend = await OpenAsync(_friend);
        await BeginAsync(first, _direct);

        await second.SpeakAsync(null, _direct);
        await friend.NextAsync("VOICE_STATE_UPDATE", state => (string)state["session_id"]! == second.SessionId);
        await first.SpeakAsync(null, null);
        await second.DisposeAsync();

        var before = await friend.BeforeAsync("CALL_DELETE", call => TestHost.Id(call["channel_id"]) == _direct);
        Assert.DoesNotContain(before, heard => heard.Name == "CALL_CREATE");
        Assert.Equal(second.SessionId, (string)Assert.Single(before, heard => heard.Name == "VOICE_STATE_UPDATE").Data["session_id"]!);
    }

    [Fact]
    public async Task A_call_that_a_stop_cut_off_has_ended_at_the_next_start()
    {
        var place = await Site.NewPlaceAsync();
        Account one, other;
        Snowflake channel;
        await using (var first = await TestHost.StartAsync(place))
        {
            one = await first.RegisterAsync();
            other = await first.BefriendAsync(one);
            channel = await NewChannelAsync(first, one, other);
            await using var session = await GatewaySocket.OpenAsync(first, one);
            await session.SpeakAsync(null, channel);
            await session.NextAsync("MESSAGE_CREATE", message => message["call"] is not null);
        }

        await using var second = await TestHost.StartAsync(place);
        var ended = await TestHost.UntilAsync(async () => (await second.HistoryAsync(other, channel)).SingleOrDefault(message => message["call"]!["ended_timestamp"] is not null));
        Assert.Equal([one.Id], Ids(ended["call"]!["participants"]));
        await using var anew = await GatewaySocket.OpenAsync(second, one);
        await anew.SpeakAsync(null, channel);
        Assert.NotEqual(TestHost.Id(ended["id"]), TestHost.Id((await anew.NextAsync("CALL_CREATE")).Data["message_id"]));
    }

    private Task<GatewaySocket> OpenAsync(Account account) => GatewaySocket.OpenAsync(Host, account);

    private static async Task BeginAsync(GatewaySocket session, Snowflake channel)
    {
        await session.SpeakAsync(null, channel);
        await session.NextAsync("VOICE_SERVER_UPDATE");
    }

    private Task<Snowflake> NewChannelAsync(Account owner, params Account[] others) => NewChannelAsync(Host, owner, others);

    private static async Task<Snowflake> NewChannelAsync(TestHost host, Account owner, params Account[] others) =>
        TestHost.Id((await host.SendAsync("POST", "/users/@me/channels", owner, new { recipients = others.Select(other => other.Id.ToString()) })).Is(200).Json["id"]);

    private Task<Answer> RingAsync(Account caller, Snowflake channel, params Snowflake[] users) =>
        Host.SendAsync("POST", $"/channels/{channel}/call/ring", caller, users.Length == 0 ? """{"recipients":null}""" : new { recipients = users.Select(user => user.ToString()) });

    private async Task<bool> RingableAsync(Account caller, Snowflake channel) => (bool)(await Host.SendAsync("GET", $"/channels/{channel}/call", caller)).Is(200).Json["ringable"]!;

    private async Task<JsonNode> CallMessageAsync(Account viewer, Snowflake channel) =>
        await TestHost.UntilAsync(async () => (await Host.HistoryAsync(viewer, channel)).SingleOrDefault(message => (int)message["type"]! == 3));

    private static IEnumerable<Snowflake> Ids(JsonNode? list) => list!.AsArray().Select(id => TestHost.Id(id));
}

public sealed class SqliteCallTests(SqliteSite site) : CallTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresCallTests(PostgresSite site) : CallTests(site), IClassFixture<PostgresSite>;
