using System.Text.Json.Nodes;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>A guild of one's own with a text channel, for tests of what happens to messages there.</summary>
public abstract class ChannelTests(Site site) : ApiTests(site)
{
    protected Hall Hall { get; private set; } = null!;

    protected Account Owner => Hall.Owner;

    protected string Messages => $"/channels/{Hall.ChannelId}/messages";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Hall = await Host.CreateGuildAsync(await Host.RegisterAsync());
    }

    protected async Task<Account> NewMemberAsync()
    {
        var member = await Host.RegisterAsync();
        await Host.JoinAsync(Hall, member);
        return member;
    }

    /// <summary>Gives a member a role of their own with these permissions.</summary>
    protected async Task<Snowflake> GiveAsync(Account member, Permissions permissions)
    {
        var role = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "given", permissions = ((ulong)permissions).ToString(System.Globalization.CultureInfo.InvariantCulture) })).Is(200);
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role.Json["id"]}", Owner)).Is(204);
        return TestHost.Id(role.Json["id"]);
    }

    /// <summary>Asks again until something that is done behind a commit has been done.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await done())
            await again.WaitForNextTickAsync(late.Token);
    }

    /// <summary>A channel of its own, where no greetings of joins come between.</summary>
    protected Task<Snowflake> NewChannelAsync(int slowmode = 0) => Host.CreateChannelAsync(Hall, new { name = "quiet", type = 0, rate_limit_per_user = slowmode });

    /// <summary>Stores messages without posting them: for limits that are far away.</summary>
    /// <param name="more">Adds to the unit for each, given its number, from 0, and its id.</param>
    protected async Task<IReadOnlyList<Snowflake>> StoreAsync(Snowflake channel, int count, Action<WriteUnit, int, Snowflake>? more = null, Func<int, Snowflake>? id = null, bool pinned = false)
    {
        var ids = Host.Services.GetRequiredService<SnowflakeGenerator>();
        var stored = Enumerable.Range(0, count).Select(number => id?.Invoke(number) ?? ids.Next()).ToList();
        var unit = new WriteUnit();
        for (var number = 0; number < count; number++)
        {
            MessageStore.Insert(unit, new StoredMessage
            {
                ChannelId = channel, Id = stored[number], AuthorId = Owner.Id, Content = $"stored {number}", PinnedAt = pinned ? new Timestamp(1_700_000_000_000 + number) : null,
            });
            more?.Invoke(unit, number, stored[number]);
        }

        await Host.Database.CommitAsync(unit);
        return stored;
    }

    protected Task<Answer> PostAsync(object body, Account? caller = null) => Host.SendAsync("POST", Messages, caller ?? Owner, body);

    protected static IEnumerable<Snowflake> Ids(JsonNode messages) => messages.AsArray().Select(message => TestHost.Id(message!["id"]));
}

public abstract class MessageTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task A_message_has_every_field_that_is_always_there()
    {
        var message = (await PostAsync(new { content = "hello", nonce = "n" })).Is(200).Json;

        Assert.All(
            new[]
            {
                "id", "channel_id", "author", "content", "timestamp", "edited_timestamp", "tts", "mention_everyone", "mentions", "mention_roles", "attachments", "embeds", "pinned", "type", "flags",
                "components", "nonce",
            },
            name => Assert.True(message.AsObject().ContainsKey(name), name));
        Assert.Equal(("hello", Owner.Id, Hall.ChannelId, "n"), ((string?)message["content"], TestHost.Id(message["author"]!["id"]), TestHost.Id(message["channel_id"]), (string?)message["nonce"]));
        Assert.Null(message["edited_timestamp"]);
    }

    [Theory]
    [InlineData("x", 2000)]
    [InlineData("日", 2000)]
    [InlineData("👍", 1000)]
    public async Task Content_has_2000_code_units_at_most(string character, int count)
    {
        var full = string.Concat(Enumerable.Repeat(character, count));

        Assert.Equal(full, (string?)(await PostAsync(new { content = full })).Is(200).Json["content"]);
        (await PostAsync(new { content = full + "x" })).IsInvalid("content: BASE_TYPE_MAX_LENGTH");
        Assert.Single(await Host.HistoryAsync(Owner, Hall.ChannelId));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"content":""}""")]
    [InlineData("""{"content":null}""")]
    [InlineData("""{"content":" \n\t "}""")]
    [InlineData("""{"embeds":[]}""")]
    [InlineData("""{"content":"","components":[]}""")]
    public async Task A_message_without_anything_in_it_is_refused(string body)
    {
        (await PostAsync(body)).Is(400, 50006);
        Assert.Empty(await Host.HistoryAsync(Owner, Hall.ChannelId));
    }

    [Fact]
    public async Task A_nonce_has_25_characters_at_most_and_comes_back_as_it_was_sent()
    {
        var full = new string('n', 25);

        Assert.Equal(full, (string?)(await PostAsync(new { content = "x", nonce = full })).Is(200).Json["nonce"]);
        Assert.Equal("9223372036854775807", (await PostAsync("""{"content":"x","nonce":9223372036854775807}""")).Is(200).Json["nonce"]!.ToJsonString());
        (await PostAsync(new { content = "x", nonce = full + "n" })).IsInvalid("nonce: BASE_TYPE_MAX_LENGTH");
        (await PostAsync("""{"content":"x","nonce":[]}""")).IsInvalid("nonce: STRING_TYPE_CONVERT");
        Assert.All(await Host.HistoryAsync(Owner, Hall.ChannelId), message => Assert.Null(message["nonce"]));
    }

    [Theory]
    [InlineData("title", 256, "embeds.0.title: BASE_TYPE_MAX_LENGTH")]
    [InlineData("description", 4096, "embeds.0.description: BASE_TYPE_MAX_LENGTH")]
    [InlineData("url", 2048, "embeds.0.url: BASE_TYPE_MAX_LENGTH")]
    [InlineData("author.name", 256, "embeds.0.author.name: BASE_TYPE_MAX_LENGTH")]
    [InlineData("footer.text", 2048, "embeds.0.footer.text: BASE_TYPE_MAX_LENGTH")]
    [InlineData("fields.name", 256, "embeds.0.fields.0.name: BASE_TYPE_BAD_LENGTH")]
    [InlineData("fields.value", 1024, "embeds.0.fields.0.value: BASE_TYPE_BAD_LENGTH")]
    public async Task A_text_of_an_embed_has_its_limit(string field, int max, string error)
    {
        (await PostAsync(new { embeds = new[] { Embed(field, max) } })).Is(200);
        (await PostAsync(new { embeds = new[] { Embed(field, max + 1) } })).IsInvalid(error);
        Assert.Single(await Host.HistoryAsync(Owner, Hall.ChannelId));

        static Dictionary<string, object> Embed(string field, int length)
        {
            var text = field == "url" ? "https://example.org/".PadRight(length, 'x') : new string('x', length);
            return field.Split('.') switch
            {
                ["fields", "name"] => new() { ["fields"] = new[] { new { name = text, value = "v" } } },
                ["fields", "value"] => new() { ["fields"] = new[] { new { name = "n", value = text } } },
                [var outer, var inner] => new() { [outer] = new Dictionary<string, string> { [inner] = text } },
                _ => new() { [field] = text },
            };
        }
    }

    [Theory]
    [InlineData("""{"title":"x","color":16777215}""", """{"title":"x","color":16777216}""", "embeds.0.color: NUMBER_TYPE_MAX")]
    [InlineData("""{"title":"x","color":0}""", """{"title":"x","color":-1}""", "embeds.0.color: NUMBER_TYPE_MIN")]
    [InlineData("""{"title":"x","timestamp":"2026-01-01T00:00:00Z"}""", """{"title":"x","timestamp":"yesterday"}""", "embeds.0.timestamp: DATE_TIME_TYPE_PARSE")]
    [InlineData("""{"fields":[{"name":"n","value":"v"}]}""", """{"fields":[{"name":"","value":"v"}]}""", "embeds.0.fields.0.name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"fields":[{"name":"n","value":"v"}]}""", """{"fields":[{"name":"n"}]}""", "embeds.0.fields.0.value: BASE_TYPE_REQUIRED")]
    [InlineData("""{"author":{"name":"a"}}""", """{"author":{}}""", "embeds.0.author.name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"title":"x"}""", """[]""", "embeds.0: DICT_TYPE_CONVERT")]
    public async Task A_part_of_an_embed_has_its_form(string good, string bad, string error)
    {
        (await PostAsync($$"""{"embeds":[{{good}}]}""")).Is(200);
        (await PostAsync($$"""{"embeds":[{{bad}}]}""")).IsInvalid(error);
    }

    [Fact]
    public async Task An_embed_has_25_fields_and_a_message_10_embeds_at_most()
    {
        (await PostAsync(new { embeds = new[] { new { fields = Fields(25) } } })).Is(200);
        (await PostAsync(new { embeds = new[] { new { fields = Fields(26) } } })).IsInvalid("embeds.0.fields: BASE_TYPE_MAX_LENGTH");
        Assert.Equal(10, (await PostAsync(new { embeds = Embeds(10) })).Is(200).Json["embeds"]!.AsArray().Count);
        (await PostAsync(new { embeds = Embeds(11) })).IsInvalid("embeds: BASE_TYPE_MAX_LENGTH");

        static object[] Fields(int count) => [.. Enumerable.Range(0, count).Select(_ => new { name = "n", value = "v" })];
        static object[] Embeds(int count) => [.. Enumerable.Range(0, count).Select(_ => new { title = "t" })];
    }

    [Fact]
    public async Task All_texts_of_all_embeds_together_have_6000_characters()
    {
        (await PostAsync(new { embeds = Embeds(48) })).Is(200);
        (await PostAsync(new { embeds = Embeds(49) })).IsInvalid("embeds: MAX_EMBED_SIZE_EXCEEDED");
        Assert.Single(await Host.HistoryAsync(Owner, Hall.ChannelId));

        // 256 + 4096 + 256 + 1024 + 256 + 64 + last
        static object[] Embeds(int last) =>
        [
            new { title = Text(256), description = Text(4096), author = new { name = Text(256) }, footer = new { text = Text(1024) } },
            new { fields = new[] { new { name = Text(256), value = Text(64) } } },
            new { description = Text(last) },
        ];

        static string Text(int length) => new('x', length);
    }

    [Theory]
    [InlineData("limit=0", "limit: NUMBER_TYPE_MIN")]
    [InlineData("limit=101", "limit: NUMBER_TYPE_MAX")]
    [InlineData("limit=ten", "limit: NUMBER_TYPE_COERCE")]
    [InlineData("before=x", "before: NUMBER_TYPE_COERCE")]
    [InlineData("after=-1&limit=0", "after: NUMBER_TYPE_COERCE", "limit: NUMBER_TYPE_MIN")]
    [InlineData("around=1.5", "around: NUMBER_TYPE_COERCE")]
    public async Task A_page_of_history_has_limits(string query, params string[] errors) => (await Host.SendAsync("GET", $"{Messages}?{query}", Owner)).IsInvalid(errors);

    [Fact]
    public async Task Pages_of_history_are_newest_first()
    {
        var ids = await StoreAsync(Hall.ChannelId, 120);
        var newest = ids.Reverse().ToList();

        Assert.Equal(newest.Take(50), await PageAsync(""));
        Assert.Equal(newest.Take(1), await PageAsync("limit=1"));
        Assert.Equal(newest.Take(100), await PageAsync("limit=100"));
        Assert.Equal(newest.Skip(10).Take(5), await PageAsync($"limit=5&before={newest[9]}"));
        Assert.Equal(newest.Skip(4).Take(5), await PageAsync($"limit=5&after={newest[9]}"));
        Assert.Equal(newest.TakeLast(5), await PageAsync("limit=5&after=0"));
        Assert.Equal(newest.Skip(60 - 5).Take(10), await PageAsync($"limit=10&around={newest[60]}"));
        Assert.Equal([newest[60]], await PageAsync($"limit=1&around={newest[60]}"));
        Assert.Equal(newest.TakeLast(6), await PageAsync($"limit=10&around={ids[0]}"));
        Assert.Empty(await PageAsync($"before={ids[0]}"));
        Assert.Empty(await PageAsync($"after={newest[0]}"));

        async Task<IEnumerable<Snowflake>> PageAsync(string query) => Ids((await Host.SendAsync("GET", $"{Messages}?{query}", Owner)).Is(200).Json).ToList();
    }

    [Fact]
    public async Task An_edit_shows_and_somebody_elses_message_is_not_edited()
    {
        var member = await NewMemberAsync();
        var id = await Host.PostAsync(member, Hall.ChannelId, "before");

        (await Host.SendAsync("PATCH", $"{Messages}/{id}", Owner, new { content = "mine now" })).Is(403, 50005);
        var edited = await Host.SendAsync("PATCH", $"{Messages}/{id}", member, new { content = "after" });

        Assert.Equal("after", (string?)edited.Is(200).Json["content"]);
        var shown = (await Host.SendAsync("GET", $"{Messages}/{id}", Owner)).Is(200).Json;
        Assert.Equal("after", (string?)shown["content"]);
        Assert.NotNull(shown["edited_timestamp"]);
        (await Host.SendAsync("PATCH", $"{Messages}/{id}", member, new { content = new string('x', 2001) })).IsInvalid("content: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("PATCH", $"{Messages}/{id}", member, new { content = "" })).Is(400, 50006);
    }

    [Fact]
    public async Task A_deleted_message_is_gone_for_everybody_and_members_delete_only_their_own()
    {
        var member = await NewMemberAsync();
        var (mine, theirs) = (await Host.PostAsync(Owner, Hall.ChannelId), await Host.PostAsync(member, Hall.ChannelId));

        (await Host.SendAsync("DELETE", $"{Messages}/{mine}", member)).Is(403, 50013);
        (await Host.SendAsync("DELETE", $"{Messages}/{theirs}", member)).Is(204);
        (await Host.SendAsync("DELETE", $"{Messages}/{theirs}", member)).Is(404, 10008);
        (await Host.SendAsync("GET", $"{Messages}/{theirs}", Owner)).Is(404, 10008);
        (await Host.SendAsync("GET", $"{Messages}/{mine}", Owner)).Is(200);
    }

    [Fact]
    public async Task Ids_rise_in_the_order_of_the_answers_and_of_the_history()
    {
        var channel = await NewChannelAsync();
        var posted = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Host.PostAsync(Owner, channel)));

        Assert.Equal(50, posted.Distinct().Count());
        Assert.Equal(posted.OrderDescending(), (await Host.HistoryAsync(Owner, channel)).Select(message => TestHost.Id(message["id"])));
    }
}

public sealed class SqliteMessageTests(SqliteSite site) : MessageTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresMessageTests(PostgresSite site) : MessageTests(site), IClassFixture<PostgresSite>;
