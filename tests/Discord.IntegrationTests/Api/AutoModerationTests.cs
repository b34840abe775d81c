using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Rules, their limits, and that they act.</summary>
public abstract class AutoModerationTests(Site site) : ChannelTests(site)
{
    private static readonly object s_block = new { type = 1 };

    private string Rules => $"/guilds/{Hall.Id}/auto-moderation/rules";

    [Fact]
    public async Task A_rule_is_made_read_changed_and_deleted_by_those_who_manage_the_guild()
    {
        var member = await NewMemberAsync();
        var made = (await MakeAsync(new { name = "words", event_type = 1, trigger_type = 1, trigger_metadata = new { keyword_filter = new[] { "bad" } }, actions = new[] { s_block } })).Json;
        var path = $"{Rules}/{made["id"]}";

        Assert.Equal((false, Owner.Id, Hall.Id), ((bool)made["enabled"]!, TestHost.Id(made["creator_id"]), TestHost.Id(made["guild_id"])));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"keyword_filter":["bad"],"regex_patterns":[],"allow_list":[]}"""), made["trigger_metadata"]));
        Assert.True(JsonNode.DeepEquals(made, (await Host.SendAsync("GET", path, Owner)).Is(200).Json));
        Assert.Single((await Host.SendAsync("GET", Rules, Owner)).Is(200).Json.AsArray());
        var changed = (await Host.SendAsync("PATCH", path, Owner, new { enabled = true, trigger_metadata = new { allow_list = new[] { "badge" } } })).Is(200).Json;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"keyword_filter":["bad"],"regex_patterns":[],"allow_list":["badge"]}"""), changed["trigger_metadata"]));

        foreach (var (method, at, body) in new[] { ("GET", Rules, null), ("POST", Rules, "{}"), ("GET", path, null), ("PATCH", path, "{}"), ("DELETE", path, (string?)null) })
        {
            var refused = await Host.SendAsync(method, at, member, body);
            Assert.True(refused.Status == 403 || method == "POST", $"{method} {at}: {refused.Status}");
            Assert.InRange((await Host.SendAsync(method, at, await Host.RegisterAsync(), body)).Status, 400, 404);
        }

        (await Host.SendAsync("DELETE", path, Owner)).Is(204);
        (await Host.SendAsync("GET", path, Owner)).Is(404);
        (await Host.SendAsync("PATCH", path, Owner, new { name = "x" })).Is(404);
        (await Host.SendAsync("DELETE", path, Owner)).Is(404);
        var log = (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/audit-logs", Owner)).Json["audit_log_entries"]!.AsArray().Select(entry => (int)entry!["action_type"]!);
        Assert.Equal([142, 141, 140], log.Where(action => action >= 140));
    }

    [Fact]
    public async Task A_rule_of_another_guild_is_unknown()
    {
        var id = (await MakeWordsAsync("bad")).Json["id"];
        var other = await Host.CreateGuildAsync(await Host.RegisterAsync());

        foreach (var method in new[] { "GET", "PATCH", "DELETE" })
            (await Host.SendAsync(method, $"/guilds/{other.Id}/auto-moderation/rules/{id}", other.Owner, method == "PATCH" ? "{}" : null)).Is(404, 0);
        (await Host.SendAsync("GET", $"{Rules}/{id}", Owner)).Is(200);
    }

    [Theory]
    [InlineData("""{"event_type":1,"trigger_type":3,"actions":[{"type":1}]}""", "name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","trigger_type":3,"actions":[{"type":1}]}""", "event_type: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"actions":[{"type":1}]}""", "trigger_type: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":2,"actions":[{"type":1}]}""", "trigger_type: BASE_TYPE_CHOICES")]
    [InlineData("""{"name":"r","event_type":2,"trigger_type":3,"actions":[{"type":1}]}""", "event_type: AUTO_MODERATION_INVALID_EVENT_TYPE")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":3}""", "actions: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":3,"actions":[{"type":3,"metadata":{"duration_seconds":60}}]}""", "actions.0.type: AUTO_MODERATION_INVALID_ACTION_TYPE")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":5,"actions":[{"type":3,"metadata":{"duration_seconds":2419201}}]}""", "actions.0.metadata.duration_seconds: NUMBER_TYPE_MAX")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":5,"trigger_metadata":{"mention_total_limit":51},"actions":[{"type":1}]}""", "trigger_metadata.mention_total_limit: NUMBER_TYPE_MAX")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":3,"actions":[{"type":2,"metadata":{"channel_id":"5"}}]}""", "actions.0.metadata.channel_id: CHANNEL_INVALID")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":3,"actions":[{"type":2}]}""", "actions.0.metadata: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":4,"actions":[{"type":1}]}""", "trigger_metadata.presets: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":4,"trigger_metadata":{"presets":[4]},"actions":[{"type":1}]}""", "trigger_metadata.presets.0: BASE_TYPE_CHOICES")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":1,"actions":[{"type":1}]}""", "trigger_metadata: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":1,"trigger_metadata":{"keyword_filter":["**"]},"actions":[{"type":1}]}""", "trigger_metadata.keyword_filter.0: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":1,"trigger_metadata":{"regex_patterns":["ok","(a"]},"actions":[{"type":1}]}""", "trigger_metadata.regex_patterns.1: AUTO_MODERATION_INVALID_REGEX")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":3,"actions":[{"type":1}],"exempt_roles":["5"]}""", "exempt_roles.0: ROLE_INVALID")]
    [InlineData("""{"name":"r","event_type":1,"trigger_type":3,"actions":[{"type":1}],"exempt_channels":["5"]}""", "exempt_channels.0: CHANNEL_INVALID")]
    [InlineData("""{"name":"r","event_type":2,"trigger_type":6,"trigger_metadata":{"keyword_filter":["x"]},"actions":[{"type":1}]}""", "actions.0.type: AUTO_MODERATION_INVALID_ACTION_TYPE")]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string body, string error)
    {
        (await Host.SendAsync("POST", Rules, Owner, body)).IsInvalid(error);
        Assert.Empty((await Host.SendAsync("GET", Rules, Owner)).Json.AsArray());
    }

    [Theory]
    [InlineData("keyword_filter", 1000, 60)]
    [InlineData("regex_patterns", 10, 260)]
    [InlineData("allow_list", 100, 60)]
    public async Task Lists_have_so_many_texts_of_such_a_length(string field, int count, int length)
    {
        object Body(int texts, int characters) => new Dictionary<string, object>
        {
            ["name"] = "rule", ["event_type"] = 1, ["trigger_type"] = 1, ["actions"] = new[] { s_block },
            ["trigger_metadata"] = new Dictionary<string, object> { ["keyword_filter"] = new[] { "x" }, [field] = Enumerable.Repeat(new string('a', characters), texts) },
        };

        await MakeAsync(Body(count, length));
        (await Host.SendAsync("POST", Rules, Owner, Body(count + 1, 1))).IsInvalid($"trigger_metadata.{field}: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("POST", Rules, Owner, Body(1, length + 1))).IsInvalid($"trigger_metadata.{field}.0: BASE_TYPE_BAD_LENGTH");
    }

    [Fact]
    public async Task A_guild_has_six_keyword_rules_and_one_of_every_other_trigger()
    {
        for (var number = 0; number < 6; number++)
            await MakeWordsAsync("bad");
        (await Host.SendAsync("POST", Rules, Owner, Words("bad"))).IsInvalid("trigger_type: AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED");
        foreach (var body in new object[]
        {
            new { name = "r", event_type = 1, trigger_type = 3, actions = new[] { s_block } },
            new { name = "r", event_type = 1, trigger_type = 4, trigger_metadata = new { presets = new[] { 1, 2, 3 } }, actions = new[] { s_block } },
            new { name = "r", event_type = 1, trigger_type = 5, actions = new[] { s_block } },
            new { name = "r", event_type = 2, trigger_type = 6, trigger_metadata = new { keyword_filter = new[] { "x" } }, actions = new[] { new { type = 4 } } },
        })
        {
            await MakeAsync(body);
            (await Host.SendAsync("POST", Rules, Owner, body)).IsInvalid("trigger_type: AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED");
        }
    }

    [Fact]
    public async Task A_blocked_message_is_not_stored_and_its_author_is_told_why()
    {
        var member = await NewMemberAsync();
        await MakeWordsAsync("bad*", new { type = 1, metadata = new { custom_message = "mind your words" } });

        var answer = (await PostAsync(new { content = "a BADly said thing" }, member)).Is(400, 200_000);

        Assert.Equal("mind your words", (string?)answer.Json["message"]);
        Assert.Empty(await Host.HistoryAsync(Owner, Hall.ChannelId));
        (await PostAsync(new { content = "a well said thing" }, member)).Is(200);
        // Who manages the guild is not moderated.
        (await PostAsync(new { content = "bad" })).Is(200);
        Assert.Equal([143], await LoggedAsync());
    }

    [Fact]
    public async Task Polls_and_forwards_are_read_too()
    {
        var member = await NewMemberAsync();
        var elsewhere = await Host.CreateGuildAsync(member);
        var told = await Host.PostAsync(member, elsewhere.ChannelId, "bad news");
        await MakeWordsAsync("bad");

        (await PostAsync(new { poll = new { question = new { text = "good?" }, answers = new[] { new { poll_media = new { text = "good" } }, new { poll_media = new { text = "bad" } } } } }, member)).Is(400, 200_000);
        (await PostAsync(new { message_reference = new { type = 1, message_id = told.ToString(), channel_id = elsewhere.ChannelId.ToString() } }, member)).Is(400, 200_000);
        Assert.Empty(await Host.HistoryAsync(Owner, Hall.ChannelId));
    }

    [Fact]
    public async Task An_edit_is_asked_about_as_a_message_is()
    {
        var member = await NewMemberAsync();
        await MakeWordsAsync("bad");
        var id = TestHost.Id((await PostAsync(new { content = "good" }, member)).Is(200).Json["id"]);

        (await Host.SendAsync("PATCH", $"{Messages}/{id}", member, new { content = "bad" })).Is(400, 200_000);
        (await Host.SendAsync("PATCH", $"{Messages}/{id}", member, new { content = "better" })).Is(200);

        Assert.Equal("better", (string?)(await Host.HistoryAsync(Owner, Hall.ChannelId))[0]["content"]);
    }

    [Fact]
    public async Task Names_of_threads_are_asked_about_and_so_is_what_is_said_in_them()
    {
        var member = await NewMemberAsync();
        var forum = await Host.CreateChannelAsync(Hall, new { name = "questions", type = 15 });
        await MakeWordsAsync("bad");
        Task<Answer> StartAsync(string name) => Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/threads", member, new { name, type = 11 });

        (await StartAsync("a bad one")).Is(400, 200_001);
        var thread = TestHost.Id((await StartAsync("a good one")).Is(201).Json["id"]);
        (await Host.SendAsync("PATCH", $"/channels/{thread}", member, new { name = "bad" })).Is(400, 200_001);
        (await Host.SendAsync("POST", $"/channels/{thread}/messages", member, new { content = "bad" })).Is(400, 200_000);
        (await Host.SendAsync("POST", $"/channels/{forum}/threads", member, new { name = "bad", message = new { content = "good" } })).Is(400, 200_001);
        (await Host.SendAsync("POST", $"/channels/{forum}/threads", member, new { name = "good", message = new { content = "bad" } })).Is(400, 200_000);
        Assert.Equal("a good one", (string?)Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/threads/active", Owner)).Is(200).Json["threads"]!.AsArray())!["name"]);
        Assert.Equal([143, 143, 143, 143, 143], await LoggedAsync());
    }

    [Fact]
    public async Task Bots_are_moderated_and_exempt_roles_and_channels_are_not()
    {
        var member = await NewMemberAsync();
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        var free = await NewChannelAsync();
        var role = TestHost.Id((await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "free" })).Is(200).Json["id"]);
        await MakeAsync(new
        {
            name = "words", event_type = 1, trigger_type = 1, enabled = true, trigger_metadata = new { regex_patterns = new[] { "b[a4]d" } }, actions = new[] { s_block },
            exempt_roles = new[] { role.ToString() }, exempt_channels = new[] { free.ToString() },
        });

        (await PostAsync(new { content = "B4D" }, bot)).Is(400, 200_000);
        (await PostAsync(new { content = "B4D" }, member)).Is(400, 200_000);
        (await Host.SendAsync("POST", $"/channels/{free}/messages", member, new { content = "bad" })).Is(200);
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role}", Owner)).Is(204);
        (await PostAsync(new { content = "bad" }, member)).Is(200);
    }

    [Fact]
    public async Task A_timeout_silences_and_an_alert_is_posted()
    {
        var member = await NewMemberAsync();
        var alerts = await NewChannelAsync();
        await MakeWordsAsync("bad", new { type = 3, metadata = new { duration_seconds = 60 } }, new { type = 2, metadata = new { channel_id = alerts.ToString() } });

        // Without a block the message is posted, and then acted on.
        var id = TestHost.Id((await PostAsync(new { content = "so bad" }, member)).Is(200).Json["id"]);

        (await PostAsync(new { content = "again" }, member)).Is(403, 50013);
        var shown = (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{member.Id}", Owner)).Json;
        Assert.NotNull(shown["communication_disabled_until"]);
        var alert = await UntilAsync(async () => await Host.HistoryAsync(Owner, alerts) is [var newest, ..] ? newest : null);
        Assert.Equal((24, member.Id), ((int)alert["type"]!, TestHost.Id(alert["author"]!["id"])));
        var embed = alert["embeds"]![0]!;
        var fields = embed["fields"]!.AsArray().ToDictionary(field => (string)field!["name"]!, field => (string)field!["value"]!);
        Assert.Equal(("auto_moderation_message", "so bad"), ((string)embed["type"]!, (string)embed["description"]!));
        Assert.Equal(("words", "bad", "bad", id.ToString(), Hall.ChannelId.ToString()), (fields["rule_name"], fields["keyword"], fields["keyword_matched_content"], fields["flagged_message_id"], fields["channel_id"]));
        Assert.Equal([144, 145], (await LoggedAsync()).Order());
    }

    [Fact]
    public async Task Who_names_too_many_is_stopped()
    {
        var (member, one, two) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        await MakeAsync(new { name = "mentions", event_type = 1, trigger_type = 5, enabled = true, trigger_metadata = new { mention_total_limit = 1 }, actions = new[] { s_block } });

        (await PostAsync(new { content = $"<@{one.Id}> <@{one.Id}>" }, member)).Is(200);
        (await PostAsync(new { content = $"<@{one.Id}> <@{two.Id}>" }, member)).Is(400, 200_000);
        (await PostAsync(new { content = $"<@{two.Id}>" }, member)).Is(200);
    }

    [Fact]
    public async Task Raid_protection_counts_mentions_over_several_messages()
    {
        var (member, one) = (await NewMemberAsync(), await NewMemberAsync());
        await MakeAsync(new { name = "mentions", event_type = 1, trigger_type = 5, enabled = true, trigger_metadata = new { mention_total_limit = 2, mention_raid_protection_enabled = true }, actions = new[] { s_block } });

        for (var number = 0; number < 2; number++)
            (await PostAsync(new { content = $"{number} <@{one.Id}>" }, member)).Is(200);
        (await PostAsync(new { content = $"more <@{one.Id}>" }, member)).Is(400, 200_000);
    }

    [Fact]
    public async Task Spam_and_the_built_in_words_are_blocked()
    {
        var member = await NewMemberAsync();
        await MakeAsync(new { name = "spam", event_type = 1, trigger_type = 3, enabled = true, actions = new[] { s_block } });
        await MakeAsync(new { name = "presets", event_type = 1, trigger_type = 4, enabled = true, trigger_metadata = new { presets = new[] { 1 }, allow_list = new[] { "shitake" } }, actions = new[] { s_block } });

        (await PostAsync(new { content = "what a bullshit" }, member)).Is(400, 200_000);
        (await PostAsync(new { content = "shitake soup" }, member)).Is(200);
        for (var number = 0; number < 4; number++)
            (await PostAsync(new { content = "buy this" }, member)).Is(200);
        (await PostAsync(new { content = "buy this" }, member)).Is(400, 200_000);
    }

    [Fact]
    public async Task A_member_whose_name_a_rule_forbids_may_only_look_until_the_name_is_another()
    {
        await MakeAsync(new { name = "names", event_type = 2, trigger_type = 6, enabled = true, trigger_metadata = new { keyword_filter = new[] { "*admin*" } }, actions = new object[] { new { type = 4 } } });
        var member = await NewMemberAsync();
        var path = $"/guilds/{Hall.Id}/members/@me";

        (await PostAsync(new { content = "hello" }, member)).Is(200);
        var held = (await Host.SendAsync("PATCH", path, member, new { nick = "The Admin" })).Is(200).Json;
        Assert.Equal(1 << 7, (int)held["flags"]! & (1 << 7));
        (await PostAsync(new { content = "hello" }, member)).Is(403, 50013);
        (await Host.SendAsync("GET", Messages, member)).Is(200);
        var free = (await Host.SendAsync("PATCH", path, member, new { nick = "Me" })).Is(200).Json;
        Assert.Equal(0, (int)free["flags"]!);
        (await PostAsync(new { content = "hello" }, member)).Is(200);
        Assert.Equal([146], await LoggedAsync());
    }

    [Fact]
    public async Task A_timeout_takes_the_permission_to_time_out()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone | Permissions.ManageGuild)).ToString() })).Is(200);
        var body = Words("bad", new { type = 3, metadata = new { duration_seconds = 60 } });

        (await Host.SendAsync("POST", Rules, member, body)).Is(403, 50013);
        (await Host.SendAsync("POST", Rules, member, Words("bad"))).Is(200);
    }

    private static object Words(string keyword, params object[] actions) =>
        new { name = "words", event_type = 1, trigger_type = 1, enabled = true, trigger_metadata = new { keyword_filter = new[] { keyword } }, actions = actions.Length > 0 ? actions : [s_block] };

    private Task<Answer> MakeWordsAsync(string keyword, params object[] actions) => MakeAsync(Words(keyword, actions));

    private async Task<Answer> MakeAsync(object rule) => (await Host.SendAsync("POST", Rules, Owner, rule)).Is(200);

    // What the rules did, as the audit log has it, oldest first.
    private async Task<List<int>> LoggedAsync() =>
        [.. (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/audit-logs", Owner)).Json["audit_log_entries"]!.AsArray().Select(entry => (int)entry!["action_type"]!).Where(action => action >= 143).Reverse()];

    private static async Task<JsonNode> UntilAsync(Func<Task<JsonNode?>> look)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await look() is { } found)
                return found;
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}

public sealed class SqliteAutoModerationTests(SqliteSite site) : AutoModerationTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAutoModerationTests(PostgresSite site) : AutoModerationTests(site), IClassFixture<PostgresSite>;
