using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Two in a call of their own agree, through the voice gateway, to send their media to each other.</summary>
public sealed class PeerCallTests(SqliteSite site) : ApiTests(site), IClassFixture<SqliteSite>
{
    private const int Peer = 64;
    private const int Heartbeat = 3;
    private const int HeartbeatAck = 6;

    [Fact]
    public async Task Both_agree_and_what_they_say_is_passed_on_as_it_is()
    {
        await using var call = await BeginAsync();
        var (one, other) = (call.One, call.Other);
        await one.SendAsync(Peer, new { type = "ready" });
        // Nobody to start with yet: it is not kept for later.
        await one.SendAsync(Peer, new { type = "offer", data = "too early" });
        await QuietAsync(one);

        await other.SendAsync(Peer, new { type = "ready" });

        var (first, second) = (await one.NextAsync(Peer), await other.NextAsync(Peer));
        Assert.Equal(("start", call.OtherId, true), ((string)first["type"]!, TestHost.Id(first["user_id"]), (bool)first["offers"]!));
        Assert.Equal(("start", call.OneId, false), ((string)second["type"]!, TestHost.Id(second["user_id"]), (bool)second["offers"]!));
        var longest = new string('v', 16 * 1024 - 3) + "\"\r\n";
        await one.SendAsync(Peer, new { type = "offer", data = longest });
        var offer = await other.NextAsync(Peer);
        Assert.Equal(("offer", call.OneId, longest), ((string)offer["type"]!, TestHost.Id(offer["user_id"]), (string)offer["data"]!));
        await other.SendAsync(Peer, new { type = "answer", data = "v=0" });
        await other.SendAsync(Peer, new { type = "candidate", data = "c" });
        Assert.Equal(["answer", "candidate"], [(string)(await one.NextAsync(Peer))["type"]!, (string)(await one.NextAsync(Peer))["type"]!]);
    }

    [Fact]
    public async Task One_ends_it_for_both_and_both_may_begin_again()
    {
        await using var call = await BeginAsync();
        await AgreeAsync(call.One, call.Other);

        await call.One.SendAsync(Peer, new { type = "end" });

        Assert.Equal("end", (string)(await call.Other.NextAsync(Peer))["type"]!);
        await call.Other.SendAsync(Peer, new { type = "candidate", data = "late" });
        await QuietAsync(call.Other);
        await AgreeAsync(call.Other, call.One);
    }

    [Fact]
    public async Task Who_comes_back_is_asked_anew()
    {
        await using var call = await BeginAsync();
        await AgreeAsync(call.One, call.Other);
        await call.OtherSession.SpeakAsync(null, null);
        Assert.Equal(call.OtherId, TestHost.Id((await call.One.NextAsync(13))["user_id"]));

        await using var again = await VoiceSocket.JoinAsync(Host, call.OtherSession, call.OtherAccount, null, call.Channel);
        await call.One.SendAsync(Peer, new { type = "offer", data = "to nobody" });
        await QuietAsync(call.One);
        await again.SendAsync(Peer, new { type = "ready" });

        Assert.Equal("start", (string)(await again.NextAsync(Peer))["type"]!);
        Assert.Equal("start", (string)(await call.One.NextAsync(Peer))["type"]!);
    }

    [Fact]
    public async Task In_a_guild_and_in_a_group_nothing_is_passed_on()
    {
        var (one, other) = await FriendsAsync();
        var hall = await Host.CreateGuildAsync(one);
        await Host.JoinAsync(hall, other);
        var group = await OpenAsync(one, other.Id, (await Host.BefriendAsync(one)).Id);
        foreach (var (guild, channel) in new (Snowflake?, Snowflake)[] { (hall.Id, await Host.CreateChannelAsync(hall, new { name = "voice", type = 2 })), (null, group) })
        {
            await using var first = await GatewaySocket.OpenAsync(Host, one);
            await using var second = await GatewaySocket.OpenAsync(Host, other);
            await using var here = await VoiceSocket.JoinAsync(Host, first, one, guild, channel);
            await using var there = await VoiceSocket.JoinAsync(Host, second, other, guild, channel);
            await here.SendAsync(Peer, new { type = "ready" });
            await QuietAsync(here);
            await there.SendAsync(Peer, new { type = "ready" });
            await QuietAsync(there);
            await there.SendAsync(Peer, new { type = "offer", data = "x" });
            await QuietAsync(there);
            // Had it been passed on, it would lie before the answer.
            await QuietAsync(here);
        }
    }

    [Theory]
    [InlineData("""{"type":"shout"}""")]
    [InlineData("""{"type":"offer"}""")]
    [InlineData("""{"type":"offer","data":7}""")]
    [InlineData("""{"type":"offer","data":"TOO LONG"}""")]
    [InlineData("""{}""")]
    [InlineData("7")]
    public async Task What_is_malformed_closes_the_socket(string d)
    {
        await using var call = await BeginAsync();
        await call.One.SendAsync(Peer, System.Text.Json.Nodes.JsonNode.Parse(d.Replace("TOO LONG", new string('v', 16 * 1024 + 1), StringComparison.Ordinal))!);
        Assert.Equal(4002, await call.One.ClosedAsync());
    }

    // What the server said before it answers a heartbeat is no op 64.
    private static async Task QuietAsync(VoiceSocket socket)
    {
        await socket.SendAsync(Heartbeat, new { t = 1, seq_ack = -1 });
        Assert.Equal(HeartbeatAck, (await socket.NextAsync(Peer, HeartbeatAck)).Op);
    }

    private static async Task AgreeAsync(VoiceSocket first, VoiceSocket second)
    {
        await first.SendAsync(Peer, new { type = "ready" });
        await QuietAsync(first);
        await second.SendAsync(Peer, new { type = "ready" });
        Assert.True((bool)(await first.NextAsync(Peer))["offers"]!);
        Assert.False((bool)(await second.NextAsync(Peer))["offers"]!);
    }

    private async Task<(Account, Account)> FriendsAsync()
    {
        var one = await Host.RegisterAsync();
        return (one, await Host.BefriendAsync(one));
    }

    private async Task<Snowflake> OpenAsync(Account owner, params Snowflake[] others) =>
        TestHost.Id((await Host.SendAsync("POST", "/users/@me/channels", owner, new { recipients = others.Select(other => other.ToString()) })).Is(200).Json["id"]);

    private async Task<DirectCall> BeginAsync()
    {
        var (one, other) = await FriendsAsync();
        var channel = await OpenAsync(one, other.Id);
        var (first, second) = (await GatewaySocket.OpenAsync(Host, one), await GatewaySocket.OpenAsync(Host, other));
        return new DirectCall(channel, one.Id, other, first, second, await VoiceSocket.JoinAsync(Host, first, one, null, channel), await VoiceSocket.JoinAsync(Host, second, other, null, channel));
    }

    private sealed record DirectCall(Snowflake Channel, Snowflake OneId, Account OtherAccount, GatewaySocket OneSession, GatewaySocket OtherSession, VoiceSocket One, VoiceSocket Other) : IAsyncDisposable
    {
        public Snowflake OtherId => OtherAccount.Id;

        public async ValueTask DisposeAsync()
        {
            await One.DisposeAsync();
            await Other.DisposeAsync();
            await OneSession.DisposeAsync();
            await OtherSession.DisposeAsync();
        }
    }
}
