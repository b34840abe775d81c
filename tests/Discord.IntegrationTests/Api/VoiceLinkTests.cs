using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Discord.Protocol;
using Discord.UnitTests.BuildingBlocks;
using Discord.UnitTests.Voice;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>The link between the home and a process that only carries voice: whom the home takes in, what it gives them, and how they part.</summary>
public sealed class VoiceLinkTests(SqliteSite site) : IClassFixture<SqliteSite>
{
    private const string Secret = "a secret of sixteen or more";

    private static readonly VoiceGrant s_grant = new() { Token = "token", ServerId = new Snowflake(1), RoomId = new Snowflake(2), UserId = new Snowflake(3), SessionId = "session", Rights = VoiceRights.Hear };

    [Theory]
    [InlineData("""{"op":"hello","name":"a","region":"far","endpoint":""}""")]
    [InlineData("""{"op":"hello","name":"a","region":"far","endpoint":null}""")]
    [InlineData("""{"op":"hello","name":"a","region":"far"}""")]
    [InlineData("""{"op":"hello","name":"a","region":"far","endpoint":"wss://far.test/voice"}""")]
    [InlineData("""{"op":"hello","name":"a","region":"far","endpoint":"far.test/voice?v=8"}""")]
    [InlineData("""{"op":"hello","name":"","region":"far","endpoint":"far.test/voice"}""")]
    [InlineData("""{"op":"hello","name":"a","region":"","endpoint":"far.test/voice"}""")]
    [InlineData("""{"op":"hello","name":"a","endpoint":"far.test/voice"}""")]
    public async Task Who_does_not_say_who_and_where_they_are_is_told_so_and_given_nothing(string hello)
    {
        await using var home = await StartAsync();
        using var link = await DialAsync(home);

        await SendAsync(link, hello);

        Assert.Null(await ReceiveAsync(link));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, link.CloseStatus);
        Assert.NotEqual("", link.CloseStatusDescription);
        Assert.Equal(["local"], Regions(home));
    }

    [Theory]
    [InlineData("""{"op":"hello","name":"b","region":"farther","endpoint":"farther.test/voice"}""", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("""{"op":"sing"}""", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("[", null)]
    public async Task Who_says_hello_twice_or_speaks_something_else_is_cut_off_and_may_come_back(string message, WebSocketCloseStatus? expected)
    {
        await using var home = await StartAsync();
        using var link = await DialAsync(home);
        await HelloAsync(link);

        await SendAsync(link, message);

        Assert.Equal(expected, await EndedAsync(link));
        Assert.Equal(["far", "local"], Regions(home));
        using var again = await DialAsync(home);
        await HelloAsync(again);
    }

    [Fact]
    public async Task Who_has_drained_gets_no_rooms_when_they_dial_again()
    {
        await using var home = await StartAsync();
        var owner = await home.RegisterAsync();
        var hall = await home.CreateGuildAsync(owner);
        var voice = await home.CreateChannelAsync(hall, new { name = "voice", type = 2 });
        await using var session = await GatewaySocket.OpenAsync(home, owner);
        using (var link = await DialAsync(home))
        {
            await HelloAsync(link);
            Assert.Equal("far.test:443/voice", await JoinAsync(session, hall, voice));
            var token = (string)(await NextAsync(link, "admit"))["grant"]!["token"]!;

            await SendAsync(link, """{"op":"draining"}""");

            Assert.NotEqual("far.test:443/voice", (string)(await session.NextAsync("VOICE_SERVER_UPDATE")).Data["endpoint"]!);
            Assert.Equal(token, (string)(await NextAsync(link, "revoke"))["token"]!);
        }

        using var again = await DialAsync(home);
        await HelloAsync(again);

        Assert.Equal(["local"], Regions(home));
        Assert.NotEqual("far.test:443/voice", await JoinAsync(session, hall, await home.CreateChannelAsync(hall, new { name = "voice", type = 2 })));
        // Another process is another carrier.
        using var next = await DialAsync(home);
        await HelloAsync(next, "b");
        Assert.Equal("far.test:443/voice", await JoinAsync(session, hall, await home.CreateChannelAsync(hall, new { name = "voice", type = 2 })));
    }

    [Fact]
    public async Task A_carrier_whose_link_is_broken_when_it_drains_says_so_as_soon_as_it_dials_again()
    {
        await using var carrier = await TestHost.StartAsync(await site.NewPlaceAsync());
        using var home = Listen(out var address);
        using var link = NewLink(carrier, address, TimeProvider.System, NullLogger<HomeLink>.Instance);
        await link.StartAsync(CancellationToken.None);
        using (var first = await AcceptAsync(home))
        {
            Assert.Equal("far", (string)(await NextAsync(first, "hello"))["region"]!);
            await SendAsync(first, JsonSerializer.Serialize<LinkMessage>(new LinkAdmit(s_grant), ProtocolJson.Options));
            await SendAsync(first, JsonSerializer.Serialize<LinkMessage>(new LinkSynced(), ProtocolJson.Options));
            await TestHost.UntilAsync(async () =>
            {
                (await carrier.SendAsync("GET", "/gateway")).Is(200);
                return carrier.Services.GetRequiredService<VoiceServer>().Find(s_grant.ServerId, s_grant.SessionId, null, s_grant.Token).Session;
            });
            first.Abort();
        }

        var draining = link.DrainAsync();

        using var second = await AcceptAsync(home);
        Assert.Equal("hello", (string)(await ReceiveAsync(second))!["op"]!);
        Assert.Equal("draining", (string)(await ReceiveAsync(second))!["op"]!);
        await SendAsync(second, JsonSerializer.Serialize<LinkMessage>(new LinkRevoke(s_grant.Token, null), ProtocolJson.Options));
        await draining;
        await link.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Whose_connection_ended_while_the_link_was_broken_the_home_hears_when_it_is_there_again()
    {
        await using var carrier = await TestHost.StartAsync(await site.NewPlaceAsync());
        var server = carrier.Services.GetRequiredService<VoiceServer>();
        using var home = Listen(out var address);
        using var link = NewLink(carrier, address, TimeProvider.System, NullLogger<HomeLink>.Instance);
        await link.StartAsync(CancellationToken.None);
        var admit = JsonSerializer.Serialize<LinkMessage>(new LinkAdmit(s_grant), ProtocolJson.Options);
        using (var first = await AcceptAsync(home))
            first.Abort();
        link.Lost(s_grant.Token);

        using var second = await AcceptAsync(home);
        Assert.Equal("hello", (string)(await ReceiveAsync(second))!["op"]!);
        await SendAsync(second, admit);
        var report = await NextAsync(second, "report");
        Assert.Equal((s_grant.Token, (int)LinkReportKind.Lost), ((string)report["token"]!, (int)report["kind"]!));
        Assert.Null(server.Find(s_grant.ServerId, s_grant.SessionId, null, s_grant.Token).Session);
        await link.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_carrier_whose_link_is_broken_keeps_its_rooms_for_a_while_and_gets_no_new_ones()
    {
        await using var home = await StartAsync();
        var owner = await home.RegisterAsync();
        var friend = await home.RegisterAsync();
        var hall = await home.CreateGuildAsync(owner);
        await home.JoinAsync(hall, friend);
        var voice = await home.CreateChannelAsync(hall, new { name = "voice", type = 2 });
        await using var session = await GatewaySocket.OpenAsync(home, owner);
        await using var another = await GatewaySocket.OpenAsync(home, friend);
        using (var link = await DialAsync(home))
        {
            await HelloAsync(link);
            Assert.Equal("far.test:443/voice", await JoinAsync(session, hall, voice));
            link.Abort();
        }

        var (placement, room) = (home.Services.GetRequiredService<IVoicePlacement>(), 1ul);
        await TestHost.UntilAsync(async () =>
        {
            (await home.SendAsync("GET", "/gateway")).Is(200);
            return placement.Place(new Snowflake(1), new Snowflake(room++), null) is LinkedVoiceServer ? null : placement;
        });

        Assert.Equal("far.test:443/voice", await JoinAsync(another, hall, voice));
        Assert.NotEqual("far.test:443/voice", await JoinAsync(another, hall, await home.CreateChannelAsync(hall, new { name = "other", type = 2 })));
    }

    [Fact]
    public async Task Who_joined_while_there_was_no_voice_server_is_told_of_the_first_that_comes()
    {
        await using var home = await StartAsync(services => services.AddSingleton<IVoicePlacement>(new VoicePlacement([new RecordingVoiceServer(null)])));
        var owner = await home.RegisterAsync();
        var friend = await home.BefriendAsync(owner);
        var hall = await home.CreateGuildAsync(owner);
        var direct = TestHost.Id((await home.SendAsync("POST", "/users/@me/channels", friend, new { recipients = new[] { owner.Id.ToString() } })).Is(200).Json["id"]);
        await using var session = await GatewaySocket.OpenAsync(home, owner);
        await using var caller = await GatewaySocket.OpenAsync(home, friend);
        Assert.Null(await JoinAsync(session, hall, await home.CreateChannelAsync(hall, new { name = "voice", type = 2 })));
        Assert.Null(await JoinAsync(caller, null, direct));

        using var link = await DialAsync(home);
        await HelloAsync(link);

        foreach (var waiting in new[] { session, caller })
        {
            var server = (await waiting.NextAsync("VOICE_SERVER_UPDATE")).Data;
            Assert.Equal("far.test:443/voice", (string)server["endpoint"]!);
        }
    }

    [Fact]
    public async Task A_link_does_not_keep_its_home_from_stopping()
    {
        var home = await StartAsync();
        using var link = await DialAsync(home);
        await HelloAsync(link);

        await home.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        await EndedAsync(link);
    }

    [Fact]
    public async Task Who_does_not_know_the_secret_is_turned_away_and_told_of_once_in_a_while()
    {
        var log = new LinesOf<VoiceLinks>();
        await using var home = await StartAsync(services => services.AddSingleton<ILogger<VoiceLinks>>(log));
        foreach (var secret in new[] { "", "another secret, as long", "a third secret, as long" })
            await Assert.ThrowsAsync<WebSocketException>(() => DialAsync(home, secret));
        Assert.Equal(["A voice server from 127.0.0.1 was refused: wrong Voice:Secret"], log);
    }

    [Theory, InlineData(401, "its Voice:Secret is another"), InlineData(404, "it has no Voice:Secret"), InlineData(502, null)]
    public async Task A_carrier_that_is_not_wanted_says_why_once_and_goes_on_asking(int status, string? why)
    {
        await using var carrier = await TestHost.StartAsync(await site.NewPlaceAsync());
        using var home = Listen(out var address);
        var (log, clock) = (new LinesOf<HomeLink>(), new ManualTime());
        using var link = NewLink(carrier, address, clock, log);
        await link.StartAsync(CancellationToken.None);
        for (var dial = 0; dial < 3; dial++)
        {
            var asked = home.GetContextAsync();
            await TestHost.UntilAsync(async () =>
            {
                (await carrier.SendRawAsync("GET", "/healthz")).Is(200);
                clock.Advance(TimeSpan.FromSeconds(1));
                return asked.IsCompleted ? asked : null;
            });
            var response = (await asked).Response;
            response.StatusCode = status;
            response.Close();
        }

        await link.StopAsync(CancellationToken.None);
        Assert.Contains(why is null ? "Cannot reach" : $"{address} refused this carrier: {why}. Trying again every 30 s", Assert.Single(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_carrier_is_told_its_homes_relays_before_anybody_comes_to_it()
    {
        await using var home = await TestHost.StartAsync(await site.NewPlaceAsync(), ("Voice:Secret", Secret), ("Voice:Turn:Urls", "turn:a.example:3478"), ("Voice:Turn:Secret", "north"));
        using var link = await DialAsync(home);

        await SendAsync(link, """{"op":"hello","name":"a","region":"far","endpoint":"far.test:443/voice"}""");

        Assert.Equal("""{"op":"relays","urls":["turn:a.example:3478"],"secret":"north"}""", (await ReceiveAsync(link))!.ToJsonString());
    }

    private async Task<TestHost> StartAsync(Action<IServiceCollection>? replace = null) => await TestHost.StartAsync(await site.NewPlaceAsync(), replace, ("Voice:Secret", Secret));

    private static HomeLink NewLink(TestHost carrier, string address, TimeProvider clock, ILogger<HomeLink> log) =>
        new(new VoiceOptions(null, null, IPAddress.Loopback, 0, 1, "far", Secret, new Uri(address)), carrier.Services.GetRequiredService<VoiceServer>(), new TurnServers([], "", clock), carrier.Services.GetRequiredService<IHostApplicationLifetime>(), clock, log);

    private static IReadOnlyCollection<string> Regions(TestHost home) => home.Services.GetRequiredService<IVoicePlacement>().Regions;

    private static async Task<ClientWebSocket> DialAsync(TestHost home, string secret = Secret)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Voice {secret}");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{home.Port}/voice-link"), CancellationToken.None);
        return socket;
    }

    private static HttpListener Listen(out string address)
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        address = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/";
        port.Stop();
        var home = new HttpListener { Prefixes = { address } };
        home.Start();
        return home;
    }

    private static async Task<WebSocket> AcceptAsync(HttpListener home) => (await (await home.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30))).AcceptWebSocketAsync(null)).WebSocket;

    // Until the home has said what the carrier carries.
    private static async Task HelloAsync(ClientWebSocket link, string name = "a")
    {
        await SendAsync(link, $$"""{"op":"hello","name":"{{name}}","region":"far","endpoint":"far.test:443/voice"}""");
        await NextAsync(link, "synced");
    }

    private static Task SendAsync(WebSocket link, string message) => link.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<JsonNode> NextAsync(WebSocket link, string op)
    {
        while (await ReceiveAsync(link) is { } message)
        {
            if ((string)message["op"]! == op)
                return message;
        }

        throw new InvalidOperationException($"The link ended before {op}.");
    }

    // Null: the home closed the link.
    private static async Task<JsonNode?> ReceiveAsync(WebSocket link)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        var result = await link.ReceiveAsync(buffer, late.Token);
        return result.MessageType == WebSocketMessageType.Close ? null : JsonNode.Parse(buffer.AsSpan(0, result.Count));
    }

    // Null: without a word.
    private static async Task<WebSocketCloseStatus?> EndedAsync(ClientWebSocket link)
    {
        try
        {
            while (await ReceiveAsync(link) is not null)
            {
            }
        }
        catch (WebSocketException)
        {
            return null;
        }

        return link.CloseStatus;
    }

    private static async Task<string?> JoinAsync(GatewaySocket session, Hall? hall, Snowflake channel)
    {
        await session.SpeakAsync(hall?.Id, channel);
        return (string?)(await session.NextAsync("VOICE_SERVER_UPDATE")).Data["endpoint"];
    }

    /// <summary>What was logged.</summary>
    private sealed class LinesOf<T> : ILogger<T>, IEnumerable<string>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public IEnumerator<string> GetEnumerator() => _lines.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
