using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice.Media;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What an operator reads: that it tells of what happened, and who may read it.</summary>
public abstract partial class MetricsTests(Site site) : VoiceRoomTests(site)
{
    private const string Token = "sixteen or more letters";

    [Fact]
    public async Task Sessions_and_messages_move_the_figures()
    {
        var before = await MetricsAsync();
        var bot = await Host.AddBotAsync(Hall, Protocol.Permissions.ViewChannel);
        await using var session = await OpenAsync(bot);
        await session.NextAsync("GUILD_CREATE");
        await Host.PostAsync(Owner, Hall.ChannelId);
        await session.NextAsync("MESSAGE_CREATE");
        (await Host.SendAsync("GET", "/users/@me")).Is(401);

        // The client may have the event before the loop that sent it looks at the clock.
        var after = await TestHost.UntilAsync(async () => await MetricsAsync() is var now && Grew("chat_push_duration_seconds_count", now) ? now : null);
        Assert.All(
            ["chat_gateway_sessions", "chat_gateway_connections", "chat_gateway_deliveries_total", "chat_persist_duration_seconds_count", "chat_persist_duration_seconds_sum", "chat_relay_duration_seconds_count",
                "chat_database_commits_total", "chat_database_statements_total", "chat_database_queries_total", "chat_api_requests_total{status=\"2xx\"}", "chat_api_requests_total{status=\"4xx\"}"],
            (string name) => Assert.True(Grew(name, after), $"{name} did not grow."));
        Assert.Equal((1, 0, 0), (after["chat_database_connected"], after["chat_api_requests_total{status=\"5xx\"}"], after["chat_outbox_skipped_total{consumer=\"messaging\"}"]));

        bool Grew(string name, Dictionary<string, double> now) => now[name] > before[name];
    }

    [Fact]
    public async Task What_is_too_much_is_counted_apart()
    {
        await using var host = await Site.StartHostAsync();
        var hall = await host.CreateGuildAsync(await host.RegisterAsync());
        for (var i = 0; i < 5; i++)
            await host.PostAsync(hall.Owner, hall.ChannelId);
        (await host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", hall.Owner, new { content = "too much" })).Is(429);

        var metrics = await MetricsAsync(host);
        Assert.Equal((1, 0), (metrics["chat_api_requests_total{status=\"429\"}"], metrics["chat_api_requests_total{status=\"4xx\"}"]));
    }

    [Fact]
    public async Task A_session_that_comes_back_is_counted_and_so_is_one_that_may_not()
    {
        await using var host = await Site.StartHostAsync();
        var account = await host.RegisterAsync();
        string id;
        await using (var session = await GatewaySocket.OpenAsync(host, account))
        {
            id = session.SessionId;
            session.Cut();
        }

        await using var resumed = await GatewaySocket.ResumeAsync(host, account, id, 1);
        // More than it was ever sent: the socket is closed.
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => GatewaySocket.ResumeAsync(host, account, id, 100));

        var metrics = await MetricsAsync(host);
        Assert.Equal((1, 1), (metrics["chat_gateway_resumes_total{result=\"resumed\"}"], metrics["chat_gateway_resumes_total{result=\"refused\"}"]));
        Assert.Equal(1, metrics["chat_gateway_sessions"]);
    }

    [Fact]
    public async Task Voice_tells_of_rooms_people_and_what_it_does_not_pass_on()
    {
        await using var host = await Site.StartHostAsync(("Voice:Port", "0"));
        var hall = await host.CreateGuildAsync(await host.RegisterAsync());
        var channel = await host.CreateChannelAsync(hall, new { name = "voice", type = 2 });
        await using var session = await GatewaySocket.OpenAsync(host, hall.Owner);
        await using var voice = await VoiceSocket.JoinAsync(host, session, hall.Owner, hall.Id, channel);
        using var stranger = new UdpClient();
        await stranger.SendAsync(new byte[100], new IPEndPoint(IPAddress.Loopback, host.Services.GetRequiredService<Sfu>().Threads[0].Port));

        var metrics = await TestHost.UntilAsync(async () => await MetricsAsync(host) is var now && now["chat_voice_packets_dropped_total{reason=\"unknown\"}"] == 1 ? now : null);
        Assert.Equal((1, 1, 1), (metrics["chat_voice_rooms"], metrics["chat_voice_legs"], metrics["chat_voice_datagrams_received_total"]));
        Assert.Equal((0, 0), (metrics["chat_voice_packets_accepted_total"], metrics["chat_voice_leg_loss_ratio_count"]));
    }

    [Fact]
    public async Task Without_a_token_this_machine_alone_may_read()
    {
        var answer = (await Host.SendRawAsync("GET", "/metrics")).Is(200);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal("no-store", answer.Header("Cache-Control"));

        foreach (var header in ((string, string)[])[("Host", "chat.example.org"), ("X-Forwarded-For", "203.0.113.7"), ("Forwarded", "for=203.0.113.7")])
            Assert.DoesNotContain("chat_", (await Host.SendRawAsync("GET", "/metrics", null, null, header)).Is(403).Body, StringComparison.Ordinal);
    }

    [Theory, InlineData("PublicUrl"), InlineData("Voice:Endpoint")]
    public async Task Behind_a_proxy_nobody_may(string setting)
    {
        await using var host = await Site.StartHostAsync((setting, setting == "PublicUrl" ? "http://chat.example.org" : "chat.example.org/voice"), ("Voice:Port", "0"));

        (await host.SendRawAsync("GET", "/metrics")).Is(403);
        (await host.SendRawAsync("GET", "/metrics", $"Bearer {Token}")).Is(403);
    }

    [Fact]
    public async Task With_a_token_whoever_has_it_may()
    {
        await using var host = await Site.StartHostAsync(("Metrics:Token", Token), ("PublicUrl", "http://chat.example.org"), ("Voice:Port", "0"));

        (await host.SendRawAsync("GET", "/metrics", $"Bearer {Token}")).Is(200);
        (await host.SendRawAsync("GET", "/metrics", $"bearer {Token}", null, ("Host", "chat.example.org"), ("X-Forwarded-For", "203.0.113.7"))).Is(200);
        Assert.Equal("Bearer", (await host.SendRawAsync("GET", "/metrics")).Is(401).Header("WWW-Authenticate"));
        foreach (var wrong in (string[])["Bearer", "Bearer ", Token, $"Basic {Token}", $"Bearer {Token}s", $"Bearer {Token[1..]}"])
            Assert.DoesNotContain("chat_", (await host.SendRawAsync("GET", "/metrics", wrong)).Is(401).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_too_short_is_refused_at_the_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Site.StartHostAsync(("Metrics:Token", new string('x', 15)), ("Voice:Port", "0")));

        Assert.Contains("16 characters", failure.Message, StringComparison.Ordinal);
        await using var host = await Site.StartHostAsync(("Metrics:Token", new string('x', 16)), ("Voice:Port", "0"));
        (await host.SendRawAsync("GET", "/metrics", $"Bearer {new string('x', 16)}")).Is(200);
    }

    [Fact]
    public async Task The_table_in_the_documents_and_what_is_served_agree()
    {
        var text = (await Host.SendRawAsync("GET", "/metrics")).Is(200).Body;
        var served = Type().Matches(text).Select(match => (Name: match.Groups[1].Value, Type: match.Groups[2].Value))
            .Select(family => $"{family.Name} {family.Type} {string.Join(',', Labels(text, family.Name))}".TrimEnd());
        var written = Row().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "operations.md")))
            .Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value} {match.Groups[3].Value}".TrimEnd());

        Assert.Equal(written.Order(StringComparer.Ordinal), served.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Health_tells_the_engine_and_how_many_are_here()
    {
        await using var session = await OpenAsync(Owner);
        foreach (var path in (string[])["/healthz", "/readyz"])
        {
            var health = (await Host.SendRawAsync("GET", path)).Is(200).Json;
            Assert.Equal(("ok", Host.Database.Engine, true), ((string)health["status"]!, (string)health["database"]!, (bool)health["database_connected"]!));
            Assert.InRange((int)health["sessions"]!, 1, 1000);
            Assert.InRange((long)health["clock_drift_ms"]!, 0, 60_000);
        }
    }

    private Task<Dictionary<string, double>> MetricsAsync() => MetricsAsync(Host);

    private static async Task<Dictionary<string, double>> MetricsAsync(TestHost host) =>
        (await host.SendRawAsync("GET", "/metrics")).Is(200).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture));

    private static IEnumerable<string> Labels(string text, string name) =>
        Regex.Matches(text, $"^{name}\\{{(\\w+)=", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Distinct();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Discord.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^# TYPE (chat_\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^\| `(chat_\w+)` \| (\w+) \| (?:`(\w+)`)? ?\| ", RegexOptions.Multiline)]
    private static partial Regex Row();
}

public sealed class SqliteMetricsTests(SqliteSite site) : MetricsTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresMetricsTests(PostgresSite site) : MetricsTests(site), IClassFixture<PostgresSite>;
