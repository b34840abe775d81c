using System.Net.Http.Headers;
using System.Text;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>How requests are understood, and how each kind of refusal looks.</summary>
public abstract class RefusalTests(Site site) : ApiTests(site)
{
    private const int MaxBody = 25 << 20;

    private Account _caller = null!;
    private Hall _hall = null!;

    private string Messages => $"/channels/{_hall.ChannelId}/messages";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _caller = await Host.RegisterAsync();
        _hall = await Host.CreateGuildAsync(_caller);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("Bot nonsense")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bot ")]
    [InlineData("..")]
    public async Task Without_a_valid_token_it_is_401(string? authorization)
    {
        var answer = await Host.SendRawAsync("GET", "/api/v10/users/@me", authorization);

        answer.Is(401);
        Assert.Equal("""{"message":"401: Unauthorized","code":0}""", answer.Body);
    }

    [Fact]
    public async Task A_persons_token_is_none_for_a_bot_nor_the_other_way_round()
    {
        var bot = await Host.AddBotAsync(_hall, Permissions.None);

        (await Host.SendRawAsync("GET", "/api/v10/users/@me", "Bot " + _caller.Token)).Is(401, 0);
        (await Host.SendRawAsync("GET", "/api/v10/users/@me", bot.Token)).Is(401, 0);
        (await Host.SendRawAsync("GET", "/api/v10/users/@me", "Bot " + bot.Token)).Is(200);
        // An operation for everybody does not look at it.
        (await Host.SendRawAsync("GET", "/api/v10/gateway", "nonsense")).Is(200);
    }

    [Fact]
    public async Task What_is_for_people_refuses_bots_with_403()
    {
        var bot = await Host.AddBotAsync(_hall, Permissions.None);

        (await Host.SendAsync("POST", "/auth/logout", bot)).Is(403, 20001);
        (await Host.SendAsync("POST", "/guilds", bot, new { name = "mine" })).Is(403, 20001);
        (await Host.SendAsync("GET", "/users/@me", bot)).Is(200);
    }

    [Theory]
    [InlineData("/nothing/here", 0)]
    [InlineData("/channels", 0)]
    [InlineData("", 0)]
    [InlineData("/channels/1", 10003)]
    [InlineData("/channels/1/messages", 10003)]
    [InlineData("/guilds/1", 10004)]
    [InlineData("/guilds/1/channels", 10004)]
    [InlineData("/users/1", 10013)]
    [InlineData("/invites/nothing", 10006)]
    [InlineData("/applications/1", 10002)]
    public async Task What_is_not_there_is_404_with_its_own_code(string path, int code)
    {
        var answer = await Host.SendAsync("GET", path, _caller);

        answer.Is(404, code);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType?.ToString());
        if (code == 0)
            Assert.Equal("""{"message":"404: Not Found","code":0}""", answer.Body);
    }

    [Theory]
    [InlineData("PUT", "/users/@me")]
    [InlineData("DELETE", "/gateway")]
    [InlineData("PATCH", "/auth/login")]
    public async Task Another_method_is_405(string method, string path)
    {
        var answer = await Host.SendAsync(method, path, _caller);

        answer.Is(405);
        Assert.Equal("""{"message":"405: Method Not Allowed","code":0}""", answer.Body);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("01x")]
    [InlineData("%20")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_is_none_is_named_by_its_path(string id) =>
        (await Host.SendAsync("GET", $"/channels/{id}/messages", _caller)).IsInvalid("channel_id: NUMBER_TYPE_COERCE");

    [Theory]
    [InlineData("{")]
    [InlineData("{\"content\":\"x\"} trailing")]
    [InlineData("{'content':'x'}")]
    [InlineData("nonsense")]
    [InlineData("{\"content\":\"\\ud8\"}")]
    [InlineData("{\"content\":\"\u0001\"}")]
    public async Task What_is_not_JSON_is_50109(string body)
    {
        (await Host.SendAsync("POST", Messages, _caller, body)).Is(400, 50109);
        Assert.Empty(await Host.HistoryAsync(_caller, _hall.ChannelId));
    }

    [Fact]
    public async Task JSON_that_goes_too_deep_is_50109()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));

        (await Host.SendAsync("POST", Messages, _caller, $$"""{"content":"x","deep":{{deep}}}""")).Is(400, 50109);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    public async Task JSON_that_is_no_object_is_an_error_of_the_whole_body(string body) =>
        (await Host.SendAsync("POST", Messages, _caller, body)).IsInvalid(": DICT_TYPE_CONVERT");

    [Theory]
    [InlineData("""{"content":"half a pair: \ud83d"}""")]
    [InlineData("""{"content":"the other half: \udc00"}""")]
    [InlineData("""{"\ud83d":"x","content":"a name with half a pair"}""")]
    [InlineData("""{"content":"x","nonce":"\ud83d"}""")]
    [InlineData("""{"content":"x","embeds":[{"title":"\ud83d"}]}""")]
    [InlineData("""{"content":"a zero: \u0000"}""")]
    [InlineData("""{"content":"x","nonce":"\u0000"}""")]
    [InlineData("""{"content":"x","embeds":[{"title":"\u0000"}]}""")]
    public async Task Characters_that_cannot_be_kept_are_refused_or_replaced_but_break_nothing(string body)
    {
        var answer = await Host.SendAsync("POST", Messages, _caller, body);

        Assert.True(answer.Status is 200 or 400, $"{answer.Status}: {answer.Body}");
        var history = await Host.HistoryAsync(_caller, _hall.ChannelId);
        Assert.Equal(answer.Status == 200 ? 1 : 0, history.Count);
        if (answer.Status == 200)
            Assert.Equal((string?)answer.Json["content"], (string?)history[0]["content"]);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_50109()
    {
        using var content = new ByteArrayContent([.. "{\"content\":\""u8, 0xFF, 0xFE, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await Host.SendRawAsync("POST", "/api/v10" + Messages, _caller.Authorization, content)).Is(400, 50109);
    }

    [Fact]
    public async Task Anything_may_be_written_that_can_be_kept()
    {
        const string Text = "naïve 'quotes' \"and\" \\ ; -- 日本 👩‍👩‍👧 \u200d\u202e <script> $1 \t\n end";

        var answer = await Host.SendAsync("POST", Messages, _caller, new { content = Text });

        Assert.Equal(Text, (string?)answer.Is(200).Json["content"]);
        Assert.Equal(Text, (string?)(await Host.HistoryAsync(_caller, _hall.ChannelId))[0]["content"]);
    }

    [Fact]
    public async Task A_body_of_25_MiB_is_read_and_a_byte_more_is_413()
    {
        (await UploadAsync(MaxBody)).Is(400, 50006);
        (await UploadAsync(MaxBody + 1)).Is(413, 40005);
        (await UploadAsync(MaxBody, ("Transfer-Encoding", "chunked"))).Is(400, 50006);
        (await UploadAsync(MaxBody + 1, ("Transfer-Encoding", "chunked"))).Is(413, 40005);
        await Host.PostAsync(_caller, _hall.ChannelId);

        Task<Answer> UploadAsync(int length, params (string, string)[] headers)
        {
            var bytes = new byte[length];
            bytes.AsSpan().Fill((byte)' ');
            "{}"u8.CopyTo(bytes);
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return Host.SendRawAsync("POST", "/api/v10" + Messages, _caller.Authorization, content, headers);
        }
    }

    [Fact]
    public async Task Multipart_carries_the_JSON_in_one_part()
    {
        using var good = new MultipartFormDataContent { { new StringContent("""{"content":"from a part"}"""), "payload_json" } };
        using var empty = new MultipartFormDataContent { { new StringContent("x"), "other" } };
        using var bad = new MultipartFormDataContent { { new StringContent("{"), "payload_json" } };
        using var broken = TestHost.Text("no parts at all", "multipart/form-data");
        broken.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("boundary", "xyz"));

        Assert.Equal("from a part", (string?)(await PostAsync(good)).Is(200).Json["content"]);
        (await PostAsync(empty)).Is(400, 50006);
        (await PostAsync(bad)).Is(400, 50109);
        (await PostAsync(broken)).Is(400, 50109);

        Task<Answer> PostAsync(HttpContent content) => Host.SendRawAsync("POST", "/api/v10" + Messages, _caller.Authorization, content);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain")]
    public async Task JSON_is_read_whatever_it_is_called(string type)
    {
        using var content = new StringContent("""{"content":"x"}""", Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        (await Host.SendRawAsync("POST", "/api/v10" + Messages, _caller.Authorization, content)).Is(200);
    }

    [Fact]
    public async Task A_missing_body_reads_as_an_object_without_fields() => (await Host.SendAsync("POST", Messages, _caller)).Is(400, 50006);

    [Theory]
    [InlineData("/api/v10/users/@me")]
    [InlineData("/api/v9/users/@me")]
    [InlineData("/api/users/@me")]
    [InlineData("/api/v10/users/%40me")]
    [InlineData("/api/v9/users/%40%6d%65")]
    public async Task Every_form_of_a_path_ends_in_the_same_operation(string path) =>
        Assert.Equal(_caller.Id, TestHost.Id((await Host.SendRawAsync("GET", path, _caller.Authorization)).Is(200).Json["id"]));

    [Theory]
    [InlineData("👍", "%F0%9F%91%8D", "@me")]
    [InlineData("👍", "👍", "%40me")]
    [InlineData("❤️", "%e2%9d%a4%ef%b8%8f", "@me")]
    [InlineData("#️⃣", "%23%EF%B8%8F%E2%83%A3", "%40me")]
    public async Task Emoji_in_a_path_are_percent_encoded(string emoji, string encoded, string me)
    {
        var message = await Host.PostAsync(_caller, _hall.ChannelId);

        (await Host.SendAsync("PUT", $"{Messages}/{message}/reactions/{encoded}/{me}", _caller)).Is(204);

        var shown = await Host.SendAsync("GET", $"{Messages}/{message}", _caller);
        Assert.Equal(emoji, (string?)shown.Json["reactions"]![0]!["emoji"]!["name"]);
    }

    [Theory]
    [InlineData("/api/v6/users/@me")]
    [InlineData("/api/v8/gateway")]
    [InlineData("/api/v11/gateway")]
    [InlineData("/api/v100/gateway")]
    [InlineData("/api/v99999999999999999999/gateway")]
    public async Task A_version_that_is_not_served_is_told_so(string path) => (await Host.SendRawAsync("GET", path, _caller.Authorization)).Is(400, 50041);

    [Fact]
    public async Task Browsers_may_ask_from_everywhere()
    {
        (string, string)[] asked = [("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization,content-type")];
        foreach (var path in new[] { "/api/v10/users/@me", "/api/v9" + Messages, "/api/v10/nothing/here" })
        {
            var preflight = await Host.SendRawAsync("OPTIONS", path, null, null, asked);

            preflight.Is(204);
            Assert.Equal("*", preflight.Header("Access-Control-Allow-Origin"));
            Assert.All(new[] { "GET", "POST", "PUT", "PATCH", "DELETE" }, method => Assert.Contains(method, preflight.Header("Access-Control-Allow-Methods")!, StringComparison.Ordinal));
            Assert.All(new[] { "Authorization", "Content-Type", "X-Audit-Log-Reason" }, name => Assert.Contains(name, preflight.Header("Access-Control-Allow-Headers")!, StringComparison.OrdinalIgnoreCase));
            Assert.NotNull(preflight.Header("Access-Control-Max-Age"));
        }

        foreach (var answer in new[]
        {
            await Host.SendAsync("GET", "/users/@me", _caller), await Host.SendAsync("GET", "/users/@me"), await Host.SendAsync("GET", "/nothing/here"),
            await Host.SendAsync("POST", Messages, _caller, "{"), await Host.SendRawAsync("GET", "/api/v6/gateway"),
        })
        {
            Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
            Assert.All(new[] { "X-RateLimit-Reset-After", "X-RateLimit-Bucket", "Retry-After" }, name => Assert.Contains(name, answer.Header("Access-Control-Expose-Headers")!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_body_is_exactly_application_json_and_every_answer_dated()
    {
        foreach (var answer in new[]
        {
            await Host.SendAsync("GET", "/users/@me", _caller), await Host.SendAsync("GET", "/users/@me"), await Host.SendAsync("GET", "/nothing/here"),
            await Host.SendAsync("POST", Messages, _caller, "{"), await Host.SendAsync("POST", Messages, _caller, new { content = "x" }), await Host.SendAsync("PUT", "/gateway", _caller),
            await Host.SendRawAsync("GET", "/api/v6/gateway"), await Host.SendAsync("GET", Messages, _caller),
        })
        {
            Assert.Equal("application/json", Assert.Single(answer.ContentHeaders.GetValues("Content-Type")));
            Assert.NotNull(answer.Headers.Date);
            Assert.Null(answer.Header("Server"));
        }

        var nothing = await Host.SendAsync("POST", $"/channels/{_hall.ChannelId}/typing", _caller);
        Assert.Equal((204, ""), (nothing.Status, nothing.Body));
        Assert.NotNull(nothing.Headers.Date);
    }

    [Fact]
    public async Task Limits_are_told_on_every_limited_answer()
    {
        var answer = await Host.SendAsync("GET", "/users/@me", _caller);

        Assert.All(new[] { "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Reset-After", "X-RateLimit-Bucket" }, name => Assert.NotNull(answer.Header(name)));
        Assert.Null(answer.Header("X-RateLimit-Global"));
        Assert.Null(answer.Header("Retry-After"));
    }
}

public sealed class SqliteRefusalTests(SqliteSite site) : RefusalTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresRefusalTests(PostgresSite site) : RefusalTests(site), IClassFixture<PostgresSite>;
