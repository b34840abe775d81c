using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What a guild does for those who are new: onboarding, welcome screen, the guide for new members, and screening who joins.</summary>
public abstract class NewcomerTests(Site site) : ChannelTests(site)
{
    private string Guild => $"/guilds/{Hall.Id}";

    [Fact]
    public async Task Onboarding_gives_roles_for_answers()
    {
        var role = await NewRoleAsync("painters");
        var other = await NewRoleAsync("singers");
        var onboarding = await OnboardAsync(new { prompts = Prompts(role, other), default_channel_ids = await ChannelsAsync(7), enabled = true, mode = 0 });
        var options = onboarding["prompts"]![0]!["options"]!.AsArray();
        var newcomer = await NewMemberAsync();
        Assert.Equal(1 << 3, (int)(await MemberAsync(newcomer))["flags"]!);
        Assert.Equal(onboarding.ToJsonString(), (await Host.SendAsync("GET", $"{Guild}/onboarding", newcomer)).Is(200).Json.ToJsonString());

        (await AnswerAsync(newcomer, [])).IsInvalid("onboarding_responses: BASE_TYPE_REQUIRED");
        (await AnswerAsync(newcomer, [Hall.Id.ToString()])).Is(400, 50035);
        (await AnswerAsync(newcomer, [(string)options[0]!["id"]!])).Is(200);
        var member = await MemberAsync(newcomer);
        Assert.Equal((role.ToString(), (1 << 1) | (1 << 3)), (Assert.Single(member["roles"]!.AsArray())!.ToString(), (int)member["flags"]!));

        // Another answer takes the first one's role away; what came from elsewhere stays.
        var given = await GiveAsync(newcomer, Permissions.None);
        (await AnswerAsync(newcomer, [(string)options[1]!["id"]!])).Is(200);
        Assert.Equal(new[] { other.ToString(), given.ToString() }.Order(), (await MemberAsync(newcomer))["roles"]!.AsArray().Select(id => (string)id!).Order());

        (await Host.SendAsync("POST", $"{Guild}/onboarding-responses", await Host.RegisterAsync(), new { onboarding_responses = Array.Empty<string>() })).Is(404, 10004);
        await OnboardAsync(new { enabled = false });
        (await AnswerAsync(newcomer, [])).Is(404);
    }

    [Fact]
    public async Task Onboarding_needs_seven_channels_and_keeps_them()
    {
        var channels = await ChannelsAsync(7);
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", Owner, new { default_channel_ids = channels.Take(6), enabled = true })).Is(400, 350000);
        await OnboardAsync(new { default_channel_ids = channels, enabled = true });
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", Owner, new { default_channel_ids = channels.Take(6) })).Is(400, 350001);
        // Off, it may be as it likes.
        await OnboardAsync(new { default_channel_ids = channels.Take(1), enabled = false });
        // What was deleted is not shown.
        (await Host.SendAsync("DELETE", $"/channels/{channels[0]}", Owner)).Is(200);
        Assert.Empty((await Host.SendAsync("GET", $"{Guild}/onboarding", Owner)).Json["default_channel_ids"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"default_channel_ids":["1"]}""", "default_channel_ids.0: CHANNEL_INVALID")]
    [InlineData("""{"mode":2}""", "mode: BASE_TYPE_CHOICES")]
    [InlineData("""{"prompts":[{"id":"1","title":"","options":[{"title":"a","role_ids":["ROLE"]}]}]}""", "prompts.0.title: BASE_TYPE_REQUIRED")]
    [InlineData("""{"prompts":[{"id":"1","title":"LONG101","options":[{"title":"a","role_ids":["ROLE"]}]}]}""", "prompts.0.title: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[]}]}""", "prompts.0.options: BASE_TYPE_REQUIRED")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"LONG51","role_ids":["ROLE"]}]}]}""", "prompts.0.options.0.title: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"a","description":"LONG101","role_ids":["ROLE"]}]}]}""", "prompts.0.options.0.description: BASE_TYPE_MAX_LENGTH")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"a"}]}]}""", "prompts.0.options.0.role_ids: BASE_TYPE_REQUIRED")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"a","role_ids":["1"]}]}]}""", "prompts.0.options.0.role_ids.0: ONBOARDING_ROLE_INVALID")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"a","role_ids":["GUILD"]}]}]}""", "prompts.0.options.0.role_ids.0: ONBOARDING_ROLE_INVALID")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"a","channel_ids":["1"]}]}]}""", "prompts.0.options.0.channel_ids.0: CHANNEL_INVALID")]
    [InlineData("""{"prompts":[{"id":"1","title":"q","options":[{"title":"a","role_ids":["ROLE"],"emoji_id":"1"}]}]}""", "prompts.0.options.0.emoji_id: EMOJI_INVALID")]
    public async Task What_is_wrong_about_onboarding_is_named(string body, string error)
    {
        var role = body.Contains("ROLE", StringComparison.Ordinal) ? await NewRoleAsync("r") : default;
        var json = body.Replace("LONG101", new string('n', 101), StringComparison.Ordinal).Replace("LONG51", new string('n', 51), StringComparison.Ordinal)
            .Replace("\"ROLE\"", $"\"{role}\"", StringComparison.Ordinal).Replace("GUILD", Hall.Id.ToString(), StringComparison.Ordinal);
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", Owner, json)).IsInvalid(error);
    }

    [Fact]
    public async Task Nobody_lets_onboarding_give_roles_that_they_could_not_give()
    {
        var high = await NewRoleAsync("high");
        var manager = await NewMemberAsync();
        var own = await GiveAsync(manager, Permissions.ManageGuild | Permissions.ManageRoles);
        // Roles stand on one another: the newest is the lowest.
        var low = await NewRoleAsync("low");
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", manager, new { prompts = Prompts(high, high) })).Is(400, 50035);
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", manager, new { prompts = Prompts(own, own) })).Is(400, 50035);
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", manager, new { prompts = Prompts(low, low) })).Is(200);

        var half = await NewMemberAsync();
        await GiveAsync(half, Permissions.ManageGuild);
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", half, new { enabled = false })).Is(403, 50013);
    }

    [Fact]
    public async Task Fifteen_questions_can_be_asked()
    {
        var role = await NewRoleAsync("r");
        object Question(int i) => new { id = i.ToString(System.Globalization.CultureInfo.InvariantCulture), title = $"q{i}", options = new[] { new { title = "a", role_ids = new[] { role.ToString() } } } };
        Assert.Equal(15, (await OnboardAsync(new { prompts = Enumerable.Range(1, 15).Select(Question) }))["prompts"]!.AsArray().Count);
        (await Host.SendAsync("PUT", $"{Guild}/onboarding", Owner, new { prompts = Enumerable.Range(1, 16).Select(Question) })).IsInvalid("prompts: BASE_TYPE_MAX_LENGTH");
        // An id that is known is kept, and so is its option's.
        var kept = (await Host.SendAsync("GET", $"{Guild}/onboarding", Owner)).Json["prompts"]![3]!;
        var again = await OnboardAsync(new { prompts = new[] { new { id = (string)kept["id"]!, title = "renamed", options = new[] { new { id = (string)kept["options"]![0]!["id"]!, title = "a", role_ids = new[] { role.ToString() } } } } } });
        Assert.Equal(((string)kept["id"]!, (string)kept["options"]![0]!["id"]!), ((string)again["prompts"]![0]!["id"]!, (string)again["prompts"]![0]!["options"]![0]!["id"]!));
    }

    [Fact]
    public async Task The_welcome_screen_is_seen_when_it_is_on()
    {
        var member = await NewMemberAsync();
        var path = $"{Guild}/welcome-screen";
        (await Host.SendAsync("GET", path, Owner)).Is(404, 10069);
        (await Host.SendAsync("PATCH", path, member, new { enabled = true })).Is(403, 50013);
        var channels = await ChannelsAsync(6);
        object Shown(string id) => new { channel_id = id, description = "Talk", emoji_name = "\U0001F44D" };

        (await Host.SendAsync("PATCH", path, Owner, new { description = new string('d', 140), welcome_channels = channels.Take(5).Select(Shown) })).Is(200);
        (await Host.SendAsync("GET", path, member)).Is(404, 10069);
        (await Host.SendAsync("GET", path, Owner)).Is(200);
        (await Host.SendAsync("PATCH", path, Owner, new { enabled = true })).Is(200);
        var seen = (await Host.SendAsync("GET", path, member)).Is(200).Json;
        Assert.Equal((5, "Talk", "\U0001F44D"), (seen["welcome_channels"]!.AsArray().Count, (string)seen["welcome_channels"]![0]!["description"]!, (string)seen["welcome_channels"]![0]!["emoji_name"]!));
        Assert.Contains("WELCOME_SCREEN_ENABLED", (await Host.SendAsync("GET", Guild, Owner)).Json["features"]!.AsArray().Select(feature => (string)feature!));

        (await Host.SendAsync("PATCH", path, Owner, new { description = new string('d', 141) })).IsInvalid("description: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("PATCH", path, Owner, new { welcome_channels = channels.Select(Shown) })).IsInvalid("welcome_channels: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("PATCH", path, Owner, new { welcome_channels = new[] { new { channel_id = "1", description = "x" } } })).IsInvalid("welcome_channels.0.channel_id: CHANNEL_INVALID");
        (await Host.SendAsync("PATCH", path, Owner, new { welcome_channels = new[] { new { channel_id = channels[0], description = new string('d', 51) } } })).IsInvalid("welcome_channels.0.description: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("PATCH", path, Owner, new { enabled = false })).Is(200);
        Assert.Empty((await Host.SendAsync("GET", Guild, Owner)).Json["features"]!.AsArray());
    }

    [Fact]
    public async Task The_guide_for_new_members_is_there_once_it_was_written()
    {
        var member = await NewMemberAsync();
        var path = $"{Guild}/new-member-welcome";
        (await Host.SendAsync("GET", path, member)).Is(204);
        (await Host.SendAsync("PUT", path, member, new { })).Is(403, 50013);
        var body = new
        {
            welcome_message = new { author_ids = new[] { Owner.Id.ToString() }, message = "Hello" },
            new_member_actions = new[] { new { channel_id = Hall.ChannelId.ToString(), action_type = 1, title = "Say hello", description = "" } },
            resource_channels = new[] { new { channel_id = Hall.ChannelId.ToString(), title = "Rules", description = "Read", emoji = new { name = "\U0001F44D" } } },
        };
        (await Host.SendAsync("PUT", path, Owner, body)).Is(200);
        var guide = (await Host.SendAsync("GET", path, member)).Is(200).Json;
        Assert.Equal(("Hello", "Say hello", "Rules"), ((string)guide["welcome_message"]!["message"]!, (string)guide["new_member_actions"]![0]!["title"]!, (string)guide["resource_channels"]![0]!["title"]!));
        (await Host.SendAsync("PUT", path, Owner, new { new_member_actions = Enumerable.Repeat(body.new_member_actions[0], 6) })).IsInvalid("new_member_actions: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("PUT", path, Owner, new { resource_channels = new[] { new { channel_id = "1", title = "x" } } })).IsInvalid("resource_channels.0.channel_id: CHANNEL_INVALID");
    }

    [Fact]
    public async Task Who_agrees_to_the_rules_may_write()
    {
        (await Host.SendAsync("PATCH", $"{Guild}/member-verification", Owner, new { enabled = true })).IsInvalid("form_fields: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("PATCH", $"{Guild}/member-verification", Owner, new { enabled = true, form_fields = new[] { new { field_type = "TERMS", label = "Rules", required = true, values = new[] { "Be kind" } } } })).Is(200);
        var newcomer = await NewMemberAsync();
        Assert.True((bool)(await MemberAsync(newcomer))["pending"]!);
        (await PostAsync(new { content = "hello" }, newcomer)).Is(403, 50013);
        (await Host.SendAsync("GET", Messages, newcomer)).Is(200);
        Assert.Equal("Be kind", (string)(await Host.SendAsync("GET", $"{Guild}/member-verification", newcomer)).Is(200).Json["form_fields"]![0]!["values"]![0]!);

        (await AskAsync(newcomer, false)).IsInvalid("form_fields.0.response: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("PUT", $"{Guild}/requests/@me", newcomer, new { form_fields = Array.Empty<object>() })).IsInvalid("form_fields: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("PUT", $"{Guild}/requests/@me", newcomer, new { version = "2020-01-01T00:00:00Z", form_fields = new[] { new { response = true } } })).IsInvalid("version: MEMBER_VERIFICATION_VERSION");
        Assert.Equal("APPROVED", (string)(await AskAsync(newcomer, true)).Is(200).Json["application_status"]!);
        Assert.False((bool)(await MemberAsync(newcomer))["pending"]!);
        (await PostAsync(new { content = "hello" }, newcomer)).Is(200);
        (await AskAsync(newcomer, true)).Is(400);

        // Bots are nobody to ask, and off it asks nobody.
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        (await PostAsync(new { content = "beep" }, bot)).Is(200);
        var late = await NewMemberAsync();
        (await Host.SendAsync("PATCH", $"{Guild}/member-verification", Owner, new { enabled = false })).Is(200);
        (await PostAsync(new { content = "hello" }, late)).Is(200);
    }

    [Fact]
    public async Task A_moderator_decides_who_answers_questions()
    {
        (await Host.SendAsync("PATCH", $"{Guild}/member-verification", Owner, new
        {
            enabled = true,
            form_fields = new object[] { new { field_type = "TEXT_INPUT", label = "Why?" }, new { field_type = "MULTIPLE_CHOICE", label = "Which?", choices = new[] { "a", "b" }, required = false } },
        })).Is(200);
        var (one, two, moderator) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        (await AskAsync(moderator, "me", null)).Is(200);
        (await AskAsync(one, "", 0)).IsInvalid("form_fields.0.response: BASE_TYPE_REQUIRED");
        (await AskAsync(one, "because", 2)).IsInvalid("form_fields.1.response: NUMBER_TYPE_MAX");
        (await AskAsync(one, new string('w', 151), 0)).IsInvalid("form_fields.0.response: BASE_TYPE_MAX_LENGTH");
        var asked = (await AskAsync(one, "because", 1)).Is(200).Json;
        Assert.Equal("SUBMITTED", (string)asked["application_status"]!);
        (await PostAsync(new { content = "hello" }, one)).Is(403, 50013);
        (await AskAsync(two, "why not", null)).Is(200);

        var listed = (await Host.SendAsync("GET", $"{Guild}/requests?status=SUBMITTED", Owner)).Is(200).Json;
        Assert.Equal((3, two.Id), ((int)listed["total"]!, TestHost.Id(listed["guild_join_requests"]![0]!["user"]!["id"])));
        Assert.Equal(("because", 1), ((string)listed["guild_join_requests"]![1]!["form_responses"]![0]!["response"]!, (int)listed["guild_join_requests"]![1]!["form_responses"]![1]!["response"]!));
        (await Host.SendAsync("GET", $"{Guild}/requests?status=LOST", Owner)).IsInvalid("status: BASE_TYPE_CHOICES");
        (await Host.SendAsync("GET", $"{Guild}/requests?limit=101", Owner)).IsInvalid("limit: NUMBER_TYPE_MAX");
        (await Host.SendAsync("GET", $"{Guild}/requests", one)).Is(403, 50013);
        var path = $"{Guild}/requests/{asked["id"]}";
        (await Host.SendAsync("PATCH", path, one, new { action = "APPROVED" })).Is(403, 50013);
        (await Host.SendAsync("PATCH", path, Owner, new { action = "STARTED" })).IsInvalid("action: BASE_TYPE_CHOICES");
        (await Host.SendAsync("PATCH", path, Owner, new { action = "REJECTED", rejection_reason = new string('r', 161) })).IsInvalid("rejection_reason: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("PATCH", $"{Guild}/requests/1", Owner, new { action = "APPROVED" })).Is(404);

        Assert.Equal(("APPROVED", Owner.Id), await DecideAsync(path, "APPROVED"));
        (await PostAsync(new { content = "hello" }, one)).Is(200);
        (await Host.SendAsync("PATCH", path, Owner, new { action = "REJECTED" })).Is(400);

        var second = $"{Guild}/requests/{listed["guild_join_requests"]![0]!["id"]}";
        Assert.Equal(("REJECTED", Owner.Id), await DecideAsync(second, "REJECTED"));
        (await Host.SendAsync("GET", $"{Guild}/members/{two.Id}", Owner)).Is(404, 10007);
        Assert.Equal("not now", (string)(await Host.SendAsync("GET", $"{Guild}/requests?status=REJECTED", Owner)).Json["guild_join_requests"]![0]!["rejection_reason"]!);
        // Who leaves does not wait any more.
        (await Host.SendAsync("DELETE", $"/users/@me/guilds/{Hall.Id}", moderator)).Is(204);
        Assert.Equal(0, (int)(await Host.SendAsync("GET", $"{Guild}/requests?status=SUBMITTED", Owner)).Json["total"]!);

        async Task<(string, Snowflake)> DecideAsync(string request, string action)
        {
            var decided = (await Host.SendAsync("PATCH", request, Owner, new { action, rejection_reason = "not now" })).Is(200).Json;
            return ((string)decided["application_status"]!, TestHost.Id(decided["actioned_by_user"]!["id"]));
        }
    }

    [Theory]
    [InlineData("""{"field_type":"RIDDLE","label":"x"}""", "form_fields.0.field_type: BASE_TYPE_CHOICES")]
    [InlineData("""{"field_type":"TERMS","label":"x","values":[]}""", "form_fields.0.values: BASE_TYPE_REQUIRED")]
    [InlineData("""{"field_type":"TERMS","label":"x","values":["LONG301"]}""", "form_fields.0.values.0: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"field_type":"PARAGRAPH","label":""}""", "form_fields.0.label: BASE_TYPE_REQUIRED")]
    public async Task What_is_wrong_about_a_question_is_named(string field, string error)
    {
        var json = field.Replace("LONG301", new string('n', 301), StringComparison.Ordinal);
        (await Host.SendAsync("PATCH", $"{Guild}/member-verification", Owner, $$"""{"form_fields":[{{json}}]}""")).IsInvalid(error);
        (await Host.SendAsync("PATCH", $"{Guild}/member-verification", await NewMemberAsync(), new { })).Is(403, 50013);
    }

    private Task<Answer> AskAsync(Account caller, params object?[] responses) => Host.SendAsync("PUT", $"{Guild}/requests/@me", caller, new { form_fields = responses.Select(response => new { response }) });

    private Task<Answer> AnswerAsync(Account caller, IReadOnlyList<string> options) => Host.SendAsync("POST", $"{Guild}/onboarding-responses", caller, new { onboarding_responses = options });

    private async Task<JsonNode> OnboardAsync(object body) => (await Host.SendAsync("PUT", $"{Guild}/onboarding", Owner, body)).Is(200).Json;

    private async Task<JsonNode> MemberAsync(Account member) => (await Host.SendAsync("GET", $"{Guild}/members/{member.Id}", Owner)).Is(200).Json;

    private async Task<Snowflake> NewRoleAsync(string name) => TestHost.Id((await Host.SendAsync("POST", $"{Guild}/roles", Owner, new { name })).Is(200).Json["id"]);

    private async Task<IReadOnlyList<string>> ChannelsAsync(int count)
    {
        var ids = new List<string> { Hall.ChannelId.ToString() };
        while (ids.Count < count)
            ids.Add((await NewChannelAsync()).ToString());
        return ids;
    }

    private static object[] Prompts(Snowflake role, Snowflake other) =>
    [
        new
        {
            id = "1", title = "What do you like?", single_select = true, required = true, in_onboarding = true, type = 0,
            options = new[] { new { title = "Painting", role_ids = new[] { role.ToString() } }, new { title = "Singing", role_ids = new[] { other.ToString() } } },
        },
    ];
}

public sealed class SqliteNewcomerTests(SqliteSite site) : NewcomerTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresNewcomerTests(PostgresSite site) : NewcomerTests(site), IClassFixture<PostgresSite>;
