using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Storage;
using Discord.Host;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Sites;

/// <summary>The real server in this process, on a free loopback port, and a client for it.</summary>
public sealed class TestHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private static int s_names;

    private readonly ChatServer _server;
    private readonly HttpClient _http;

    private TestHost(ChatServer server)
    {
        _server = server;
        var url = new Uri(server.Urls.Single());
        Port = url.Port;
        // Paths go out as the tests write them: the base has no path of its own.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 64 }) { BaseAddress = url };
    }

    public int Port { get; }

    public IServiceProvider Services => _server.Services;

    public Database Database => Services.GetRequiredService<Database>();

    public static Task<TestHost> StartAsync(Place place, params (string Key, string Value)[] settings) => StartAsync(place, null, settings);

    /// <param name="replace">Puts other services in place of the server's own.</param>
    public static async Task<TestHost> StartAsync(Place place, Action<IServiceCollection>? replace, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(place.Settings)
        {
            ["Listen:Urls"] = "http://127.0.0.1:0",
            ["Users:RegistrationsPerHour"] = "0",
            ["Serilog:MinimumLevel:Default"] = "Fatal",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        var server = ChatServer.Create(all, replace);
        await server.StartAsync(CancellationToken.None);
        return new TestHost(server);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>Sends a request below /api/v10, with a JSON body or with content of another kind.</summary>
    public Task<Answer> SendAsync(string method, string path, Account? caller = null, object? body = null) =>
        SendRawAsync(method, "/api/v10" + path, caller?.Authorization, body as HttpContent ?? (body is null ? null : Json(body)));

    /// <summary>Sends a request as it is given, the path from the root on.</summary>
    public async Task<Answer> SendRawAsync(string method, string path, string? authorization = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public static StringContent Json(object body) =>
        Text(body as string ?? JsonSerializer.Serialize(body), "application/json");

    public static StringContent Text(string text, string type)
    {
        var content = new StringContent(text, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    /// <summary>Registers somebody with a name of their own.</summary>
    public async Task<Account> RegisterAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"person{Interlocked.Increment(ref s_names)}");
        var answer = await SendAsync("POST", "/auth/register", null, new { username = name, email = $"{name}@example.org", password = Password });
        answer.Is(201);
        return new Account(Id(answer.Json["user_id"]), name, (string)answer.Json["token"]!);
    }

    /// <summary>Makes a guild of somebody; its text channel is the one called general. Nobody who joins is greeted there: greetings come in their own time.</summary>
    public async Task<Hall> CreateGuildAsync(Account owner)
    {
        var guild = await SendAsync("POST", "/guilds", owner, new { name = "hall" });
        Assert.InRange(guild.Status, 200, 201);
        var id = Id(guild.Json["id"]);
        (await SendAsync("PATCH", $"/guilds/{id}", owner, new { system_channel_flags = 1 })).Is(200);
        var channels = await SendAsync("GET", $"/guilds/{id}/channels", owner);
        return new Hall(id, Id(channels.Json.AsArray().Single(channel => (int)channel!["type"]! == 0)!["id"]), owner);
    }

    public async Task<Snowflake> CreateChannelAsync(Hall hall, object channel)
    {
        var made = await SendAsync("POST", $"/guilds/{hall.Id}/channels", hall.Owner, channel);
        made.Is(201);
        return Id(made.Json["id"]);
    }

    /// <summary>Lets somebody into a guild, by an invite.</summary>
    public async Task JoinAsync(Hall hall, params Account[] people)
    {
        var invite = await SendAsync("POST", $"/channels/{hall.ChannelId}/invites", hall.Owner, new { max_age = 0 });
        invite.Is(200);
        foreach (var person in people)
            (await SendAsync("POST", $"/invites/{invite.Json["code"]}", person)).Is(200);
    }

    /// <summary>Registers somebody who is a friend of this account.</summary>
    public async Task<Account> BefriendAsync(Account account)
    {
        var friend = await RegisterAsync();
        await BefriendAsync(account, friend);
        return friend;
    }

    public async Task BefriendAsync(Account one, Account other)
    {
        (await SendAsync("PUT", $"/users/@me/relationships/{other.Id}", one, new { })).Is(204);
        (await SendAsync("PUT", $"/users/@me/relationships/{one.Id}", other, new { })).Is(204);
    }

    /// <summary>Makes a bot and adds it to a guild.</summary>
    public async Task<Account> AddBotAsync(Hall hall, Permissions permissions)
    {
        var application = await SendAsync("POST", "/applications", hall.Owner, new { name = "helper" });
        Assert.InRange(application.Status, 200, 201);
        var id = Id(application.Json["id"]);
        var reset = await SendAsync("POST", $"/applications/{id}/bot/reset", hall.Owner);
        reset.Is(200);
        var added = await SendAsync("POST", $"/oauth2/authorize?client_id={id}&scope=bot&permissions={(ulong)permissions}", hall.Owner,
            new { authorize = true, guild_id = hall.Id.ToString(), permissions = ((ulong)permissions).ToString(CultureInfo.InvariantCulture) });
        added.Is(200);
        return new Account(Id(application.Json["bot"]!["id"]), "helper", (string)reset.Json["token"]!, IsBot: true);
    }

    public async Task<Snowflake> PostAsync(Account caller, Snowflake channelId, string content = "hello")
    {
        var posted = await SendAsync("POST", $"/channels/{channelId}/messages", caller, new { content });
        posted.Is(200);
        return Id(posted.Json["id"]);
    }

    /// <summary>What a channel's history shows, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> HistoryAsync(Account caller, Snowflake channelId)
    {
        var page = await SendAsync("GET", $"/channels/{channelId}/messages?limit=100", caller);
        page.Is(200);
        return [.. page.Json.AsArray().Select(message => message!)];
    }

    /// <summary>Asks again and again for what comes in its own time; each time costs a whole request, so that nothing spins.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> find) where T : class
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!late.IsCancellationRequested)
        {
            if (await find() is { } found)
                return found;
        }

        throw new InvalidOperationException("It did not come.");
    }

    public static Snowflake Id(JsonNode? node) => Snowflake.TryParse((string?)node, out var id) ? id : throw new InvalidOperationException($"'{node}' is no id.");
}

/// <summary>Somebody who can make requests.</summary>
public sealed record Account(Snowflake Id, string Name, string Token, bool IsBot = false)
{
    public string Authorization => IsBot ? $"Bot {Token}" : Token;
}

/// <summary>A guild with its text channel and its owner.</summary>
public sealed record Hall(Snowflake Id, Snowflake ChannelId, Account Owner);

/// <summary>A response, read whole.</summary>
public sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public int Code => (int)Json["code"]!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    /// <summary>The status is this; otherwise the body says why not.</summary>
    public Answer Is(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Body}");
        return this;
    }

    /// <summary>A refusal with this status and code.</summary>
    public Answer Is(int status, int code)
    {
        Assert.True(Status == status && Code == code, $"expected {status} and code {code}, got {Status}: {Body}");
        return this;
    }

    /// <summary>An Invalid Form Body with exactly these errors, each "path: CODE".</summary>
    public Answer IsInvalid(params string[] errors)
    {
        Is(400, 50035);
        Assert.Equal(errors, Leaves(Json["errors"]!.AsObject(), "").Order(StringComparer.Ordinal));
        return this;
    }

    private static IEnumerable<string> Leaves(JsonObject node, string path)
    {
        foreach (var (name, value) in node)
        {
            if (name == "_errors")
            {
                foreach (var leaf in value!.AsArray())
                    yield return $"{path}: {leaf!["code"]}";
            }
            else
            {
                foreach (var leaf in Leaves(value!.AsObject(), path.Length == 0 ? name : $"{path}.{name}"))
                    yield return leaf;
            }
        }
    }
}
