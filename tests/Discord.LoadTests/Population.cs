using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Discord.LoadTests;

/// <summary>What a run needs to exist on the host: one guild, one text channel of it, and members. The first owns the guild and never listens.</summary>
internal sealed record Population(string ChannelId, string InviteCode, string[] Tokens, int Messages)
{
    private const int RegisterAtOnce = 8;

    /// <summary>As many posts wait for one commit together.</summary>
    private const int PostAtOnce = 64;

    /// <summary>The reference takes any token and any channel.</summary>
    public static Population OfReference(int sessions) => new("1", "", [.. Enumerable.Repeat("x", sessions + 1)], 0);

    /// <summary>Makes, through the calls that a person's client makes, what the file does not hold yet.</summary>
    public static async Task<Population> PrepareAsync(string file, LoadPlan plan, Func<Task<ServerProcess>> start, CancellationToken stop)
    {
        var population = File.Exists(file) ? JsonSerializer.Deserialize<Population>(await File.ReadAllTextAsync(file, stop)) : null;
        if (population is not null && population.Tokens.Length > plan.Sessions && population.Messages >= plan.HistoryMessages)
        {
            return population;
        }

        await using var server = await start();
        using var rest = new RestClient(server.Api);
        population ??= await FoundAsync(rest, stop);
        population = await JoinAsync(rest, population, plan.Sessions + 1, stop);
        population = await FillAsync(rest, population, plan.HistoryMessages, stop);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(population), stop);
        return population;
    }

    private static async Task<Population> FoundAsync(RestClient rest, CancellationToken stop)
    {
        var owner = await RegisterAsync(rest, stop);
        var guild = await rest.SendAsync(HttpMethod.Post, "guilds", owner, new JsonObject { ["name"] = "Load" }, stop);
        var id = guild["id"]!.GetValue<string>();
        var channels = await rest.SendAsync(HttpMethod.Get, $"guilds/{id}/channels", owner, null, stop);
        var channel = channels.AsArray().First(c => c!["type"]!.GetValue<int>() == 0)!["id"]!.GetValue<string>();
        var invite = await rest.SendAsync(HttpMethod.Post, $"channels/{channel}/invites", owner, new JsonObject { ["max_age"] = 0, ["max_uses"] = 0 }, stop);
        // Join announcements would be among the messages that are counted.
        await rest.SendAsync(HttpMethod.Patch, $"guilds/{id}", owner, new JsonObject { ["system_channel_id"] = null }, stop);
        return new Population(channel, invite["code"]!.GetValue<string>(), [owner], 0);
    }

    private static async Task<Population> JoinAsync(RestClient rest, Population population, int members, CancellationToken stop)
    {
        var tokens = population.Tokens.ToList();
        await Parallel.ForAsync(tokens.Count, members, new ParallelOptions { MaxDegreeOfParallelism = RegisterAtOnce, CancellationToken = stop }, async (_, token) =>
        {
            var account = await RegisterAsync(rest, token);
            await rest.SendAsync(HttpMethod.Post, $"invites/{population.InviteCode}", account, [], token);
            lock (tokens) tokens.Add(account);
        });
        return population with { Tokens = [.. tokens] };
    }

    private static async Task<Population> FillAsync(RestClient rest, Population population, int messages, CancellationToken stop)
    {
        await Parallel.ForAsync(population.Messages, messages, new ParallelOptions { MaxDegreeOfParallelism = PostAtOnce, CancellationToken = stop }, async (i, token) =>
            await rest.SendAsync(HttpMethod.Post, population.MessagesPath, population.Tokens[i % population.Tokens.Length], new JsonObject { ["content"] = $"message {i} of the history".PadRight(64, '.') }, token));
        return population with { Messages = Math.Max(messages, population.Messages) };
    }

    public static async Task<string> RegisterAsync(RestClient rest, CancellationToken stop)
    {
        var name = $"load{Guid.NewGuid():n}"[..28];
        var body = new JsonObject { ["username"] = name, ["email"] = $"{name}@example.com", ["password"] = $"{name}-A1!", ["date_of_birth"] = "2000-01-01" };
        var account = await rest.SendAsync(HttpMethod.Post, "auth/register", null, body, stop);
        return account["token"]!.GetValue<string>();
    }

    public string MessagesPath => $"channels/{ChannelId}/messages";
}

/// <summary>REST calls that must succeed.</summary>
internal sealed class RestClient(Uri api) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = api, Timeout = TimeSpan.FromSeconds(30) };

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, string? token, JsonObject? body, CancellationToken stop) =>
        JsonNode.Parse(await SendRawAsync(method, path, token, body is null ? null : JsonContent.Create(body), stop))!;

    /// <returns>The answer's body.</returns>
    /// <exception cref="LoadFailedException">Any status but 2xx.</exception>
    public async Task<byte[]> SendRawAsync(HttpMethod method, string path, string? token, HttpContent? content, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", token);
        using var answer = await _http.SendAsync(request, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.IsSuccessStatusCode ? body
            : throw new LoadFailedException($"{method} {path}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)))}");
    }

    public void Dispose() => _http.Dispose();
}
