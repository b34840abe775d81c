using System.Text.Json;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What people write about themselves, who sees it, and how their clients are set.</summary>
public abstract class ProfileTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task A_profile_tells_what_two_have_in_common()
    {
        var (person, other) = (await NewMemberAsync(), await NewMemberAsync());
        var friend = await Host.BefriendAsync(person);
        await Host.BefriendAsync(friend, other);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/@me", other, new { nick = "nicky" })).Is(200);
        (await Host.SendAsync("PATCH", "/users/@me/profile", other, new { bio = "I write.", pronouns = "they/them", accent_color = 0x336699 })).Is(200);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/profile/@me", other, new { bio = "Here I read." })).Is(200);

        var profile = (await Host.SendAsync("GET", $"/users/{other.Id}/profile?with_mutual_friends=true&guild_id={Hall.Id}", person)).Is(200).Json;

        Assert.Equal((other.Name, 0x336699), ((string?)profile["user"]!["username"], (int)profile["user"]!["accent_color"]!));
        Assert.Equal(("I write.", "they/them", 0x336699), ((string?)profile["user_profile"]!["bio"], (string?)profile["user_profile"]!["pronouns"], (int)profile["user_profile"]!["accent_color"]!));
        Assert.Equal((Hall.Id, "nicky"), (TestHost.Id(profile["mutual_guilds"]![0]!["id"]), (string?)profile["mutual_guilds"]![0]!["nick"]));
        Assert.Equal((1, friend.Id), ((int)profile["mutual_friends_count"]!, TestHost.Id(profile["mutual_friends"]![0]!["id"])));
        Assert.Equal(("nicky", "Here I read.", Hall.Id), ((string?)profile["guild_member"]!["nick"], (string?)profile["guild_member_profile"]!["bio"], TestHost.Id(profile["guild_member_profile"]!["guild_id"])));
        Assert.Empty(profile["badges"]!.AsArray());
        var bare = (await Host.SendAsync("GET", $"/users/{other.Id}/profile?with_mutual_guilds=false", person)).Is(200).Json.AsObject();
        Assert.DoesNotContain(bare, field => field.Key is "mutual_guilds" or "mutual_friends" or "mutual_friends_count" or "guild_member");
        Assert.Equal("I write.", (string?)(await Host.SendAsync("GET", "/users/@me", other)).Json["bio"]);
    }

    [Fact]
    public async Task Strangers_see_no_profile_and_friends_and_those_who_ask_do()
    {
        var (person, stranger, asking) = (await Host.RegisterAsync(), await Host.RegisterAsync(), await Host.RegisterAsync());
        var friend = await Host.BefriendAsync(person);
        var path = $"/users/{person.Id}/profile";

        (await Host.SendAsync("GET", path, stranger)).Is(403, 50001);
        (await Host.SendAsync("GET", path, friend)).Is(200);
        (await Host.SendAsync("GET", path, person)).Is(200);
        (await Host.SendAsync("PUT", $"/users/@me/relationships/{person.Id}", asking, new { })).Is(204);
        (await Host.SendAsync("GET", path, asking)).Is(200);
        (await Host.SendAsync("GET", $"/users/{asking.Id}/profile", person)).Is(200);
        (await Host.SendAsync("GET", $"/users/{new Snowflake(1)}/profile", person)).Is(404, 10013);
        (await Host.SendAsync("GET", $"{path}?guild_id={Hall.Id}", friend)).Is(404, 10004);
        (await Host.SendAsync("GET", $"{path}?guild_id=x", friend)).IsInvalid("guild_id: NUMBER_TYPE_COERCE");
    }

    [Theory]
    [InlineData("bio", 191, 190)]
    [InlineData("pronouns", 41, 40)]
    public async Task Texts_of_a_profile_have_limits(string field, int wrong, int right)
    {
        var person = await NewMemberAsync();
        foreach (var path in new[] { "/users/@me/profile", $"/guilds/{Hall.Id}/profile/@me" })
        {
            (await Host.SendAsync("PATCH", path, person, Text(wrong))).IsInvalid($"{field}: BASE_TYPE_MAX_LENGTH");
            Assert.Equal(new string('x', right), (string?)(await Host.SendAsync("PATCH", path, person, Text(right))).Is(200).Json[field]);
            Assert.Equal("", (string?)(await Host.SendAsync("PATCH", path, person, $$"""{"{{field}}":null}""")).Is(200).Json[field]);
            (await Host.SendAsync("PATCH", path, person, new { accent_color = 0x1000000 })).IsInvalid("accent_color: NUMBER_TYPE_MAX");
        }

        Dictionary<string, string> Text(int length) => new() { [field] = new string('x', length) };
    }

    [Fact]
    public async Task A_profile_in_a_guild_is_for_its_members()
    {
        var stranger = await Host.RegisterAsync();

        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/profile/@me", stranger, new { bio = "me too" })).Is(404, 10004);
    }

    [Fact]
    public async Task Settings_are_those_that_were_sent_over_the_defaults()
    {
        var person = await Host.RegisterAsync();
        Assert.Equal(("dark", "en-US", false), Shown((await Host.SendAsync("GET", "/users/@me/settings", person)).Is(200)));

        var changed = await Host.SendAsync("PATCH", "/users/@me/settings", person, new { theme = "light", developer_mode = true, own_setting = new { any = 1 }, custom_status = new { text = "busy" } });

        Assert.Equal(("light", "en-US", true), Shown(changed.Is(200)));
        (await Host.SendAsync("PATCH", "/users/@me/settings", person, """{"theme":null}""")).Is(200);
        var settings = (await Host.SendAsync("GET", "/users/@me/settings", person)).Is(200);
        Assert.Equal(("dark", "en-US", true), Shown(settings));
        Assert.Equal((1, "busy"), ((int)settings.Json["own_setting"]!["any"]!, (string?)settings.Json["custom_status"]!["text"]));

        static (string?, string?, bool) Shown(Answer answer) => ((string?)answer.Json["theme"], (string?)answer.Json["locale"], (bool)answer.Json["developer_mode"]!);
    }

    [Theory]
    [InlineData("""{"theme":"plaid"}""", "theme: BASE_TYPE_CHOICES")]
    [InlineData("""{"status":"here"}""", "status: BASE_TYPE_CHOICES")]
    [InlineData("""{"developer_mode":"maybe"}""", "developer_mode: BOOLEAN_TYPE_PARSE")]
    [InlineData("""{"afk_timeout":601}""", "afk_timeout: NUMBER_TYPE_MAX")]
    [InlineData("""{"restricted_guilds":["x"]}""", "restricted_guilds.0: NUMBER_TYPE_COERCE")]
    [InlineData("""{"guild_folders":[{"id":1}]}""", "guild_folders.0.guild_ids: BASE_TYPE_REQUIRED")]
    [InlineData("""{"friend_source_flags":{"all":7}}""", "friend_source_flags.all: BOOLEAN_TYPE_PARSE")]
    [InlineData("""{"friend_source_flags":true}""", "friend_source_flags: DICT_TYPE_CONVERT")]
    [InlineData("""{"custom_status":{"expires_at":"later"}}""", "custom_status.expires_at: DATE_TIME_TYPE_PARSE")]
    public async Task Known_settings_are_what_they_may_be(string body, string error)
    {
        var before = (await Host.SendAsync("GET", "/users/@me/settings", Owner)).Body;

        (await Host.SendAsync("PATCH", "/users/@me/settings", Owner, body)).IsInvalid(error);

        Assert.Equal(before, (await Host.SendAsync("GET", "/users/@me/settings", Owner)).Body);
    }

    [Fact]
    public async Task A_status_has_128_characters_and_the_settings_64_Ki()
    {
        var person = await Host.RegisterAsync();

        (await SaveAsync(new { custom_status = new { text = new string('x', 129) } })).IsInvalid("custom_status.text: BASE_TYPE_MAX_LENGTH");
        (await SaveAsync(new { custom_status = new { text = new string('x', 128) } })).Is(200);
        var free = 64 * 1024 - JsonSerializer.Serialize(new { custom_status = new { text = new string('x', 128) }, own = "" }).Length;
        (await SaveAsync(new { own = new string('x', free + 1) })).Is(413, 40005);
        (await SaveAsync(new { own = new string('x', free) })).Is(200);

        Task<Answer> SaveAsync(object body) => Host.SendAsync("PATCH", "/users/@me/settings", person, body);
    }

    [Fact]
    public async Task Nothing_is_connected_and_nothing_is_asked_about_where_people_are()
    {
        Assert.Equal("[]", (await Host.SendAsync("GET", "/users/@me/connections", Owner)).Is(200).Body);
        Assert.False((bool)(await Host.SendAsync("GET", "/auth/location-metadata")).Is(200).Json["consent_required"]!);
    }
}

public sealed class SqliteProfileTests(SqliteSite site) : ProfileTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresProfileTests(PostgresSite site) : ProfileTests(site), IClassFixture<PostgresSite>;
