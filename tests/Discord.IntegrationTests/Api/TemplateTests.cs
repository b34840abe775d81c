using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Guild templates: what they keep, who may do what, and the guilds that are made of them or of a request's own plan.</summary>
public abstract class TemplateTests(Site site) : ChannelTests(site)
{
    private string Templates => $"/guilds/{Hall.Id}/templates";

    [Fact]
    public async Task A_guild_has_one_template_that_lives_as_long_as_it_is_wanted()
    {
        var made = await MakeAsync();
        Assert.Equal(("Mould", Owner.Id, Hall.Id, 0, false), ((string)made["name"]!, TestHost.Id(made["creator"]!["id"]), TestHost.Id(made["source_guild_id"]), (int)made["usage_count"]!, (bool)made["is_dirty"]!));
        (await Host.SendAsync("POST", Templates, Owner, new { name = "Second" })).Is(400, 30031);
        var path = $"{Templates}/{made["code"]}";

        // Anybody with the code may look, without a token too.
        Assert.Equal("Mould", (string)(await Host.SendAsync("GET", $"/guilds/templates/{made["code"]}")).Is(200).Json["name"]!);
        (await Host.SendAsync("GET", "/guilds/templates/nothing")).Is(404, 10057);
        var changed = (await Host.SendAsync("PATCH", path, Owner, new { name = "Form", description = (string?)null })).Is(200).Json;
        Assert.Equal(("Form", null), ((string)changed["name"]!, (string?)changed["description"]));
        Assert.Single((await Host.SendAsync("GET", Templates, Owner)).Is(200).Json.AsArray());

        Assert.Equal("Form", (string)(await Host.SendAsync("DELETE", path, Owner)).Is(200).Json["name"]!);
        (await Host.SendAsync("GET", $"/guilds/templates/{made["code"]}")).Is(404, 10057);
        Assert.Empty((await Host.SendAsync("GET", Templates, Owner)).Json.AsArray());
        Assert.NotEqual((string)made["code"]!, (string)(await MakeAsync())["code"]!);
    }

    [Theory]
    [InlineData("POST", """{"name":""}""", "name: BASE_TYPE_REQUIRED")]
    [InlineData("POST", """{"name":"LONG101"}""", "name: BASE_TYPE_BAD_LENGTH")]
    [InlineData("POST", """{"name":"x","description":"LONG121"}""", "description: BASE_TYPE_MAX_LENGTH")]
    [InlineData("PATCH", """{"name":"LONG101"}""", "name: BASE_TYPE_BAD_LENGTH")]
    [InlineData("PATCH", """{"description":"LONG121"}""", "description: BASE_TYPE_MAX_LENGTH")]
    public async Task What_is_wrong_is_named(string method, string body, string error)
    {
        var json = body.Replace("LONG101", new string('n', 101), StringComparison.Ordinal).Replace("LONG121", new string('n', 121), StringComparison.Ordinal);
        (await Host.SendAsync(method, method == "POST" ? Templates : $"{Templates}/{(await MakeAsync())["code"]}", Owner, json)).IsInvalid(error);
    }

    [Fact]
    public async Task The_longest_texts_are_taken() => (await Host.SendAsync("POST", Templates, Owner, new { name = new string('n', 100), description = new string('d', 120) })).Is(200);

    [Fact]
    public async Task Templates_are_for_those_who_manage_the_guild_and_codes_of_another_guild_are_unknown()
    {
        var code = (await MakeAsync())["code"];
        var member = await NewMemberAsync();
        var other = await Host.CreateGuildAsync(Owner);

        foreach (var (method, path) in new[] { ("GET", Templates), ("POST", Templates), ("PUT", $"{Templates}/{code}"), ("PATCH", $"{Templates}/{code}"), ("DELETE", $"{Templates}/{code}") })
            (await Host.SendAsync(method, path, member, method is "POST" or "PATCH" ? new { name = "x" } : null)).Is(403, 50013);
        foreach (var method in new[] { "PUT", "PATCH", "DELETE" })
            (await Host.SendAsync(method, $"/guilds/{other.Id}/templates/{code}", Owner, method == "PATCH" ? new { name = "x" } : null)).Is(404, 10057);
    }

    [Fact]
    public async Task It_is_out_of_date_until_it_is_made_like_the_guild_again()
    {
        var path = $"{Templates}/{(await MakeAsync())["code"]}";
        await Host.CreateChannelAsync(Hall, new { name = "later", type = 0 });

        Assert.True((bool)(await Host.SendAsync("GET", Templates, Owner)).Json[0]!["is_dirty"]!);
        var synced = (await Host.SendAsync("PUT", path, Owner)).Is(200).Json;
        Assert.False((bool)synced["is_dirty"]!);
        Assert.Contains("later", synced["serialized_source_guild"]!["channels"]!.AsArray().Select(channel => (string)channel!["name"]!));
    }

    [Fact]
    public async Task A_guild_made_of_a_template_is_like_the_first_but_for_its_people()
    {
        var role = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "painters", color = 0x336699, hoist = true, permissions = "3072" })).Is(200).Json["id"]!;
        await Host.AddBotAsync(Hall, Permissions.ManageMessages);
        var category = await Host.CreateChannelAsync(Hall, new { name = "Drawer", type = 4 });
        await Host.CreateChannelAsync(Hall, new
        {
            name = "canvas", type = 0, topic = "paint", nsfw = true, rate_limit_per_user = 5, parent_id = category.ToString(),
            permission_overwrites = new object[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "1024" }, new { id = (string)role!, type = 0, allow = "1024", deny = "0" }, new { id = Owner.Id.ToString(), type = 1, allow = "1024", deny = "0" } },
        });
        await Host.CreateChannelAsync(Hall, new { name = "forum", type = 15, available_tags = new[] { new { name = "art", moderated = true } } });
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}", Owner, new { verification_level = 2, system_channel_id = Hall.ChannelId.ToString(), afk_timeout = 900 })).Is(200);
        var code = (await MakeAsync())["code"];
        var user = await Host.RegisterAsync();

        var made = (await Host.SendAsync("POST", $"/guilds/templates/{code}", user, new { name = "Copy" })).Is(201).Json;

        Assert.Equal(("Copy", user.Id, 2, 900), ((string)made["name"]!, TestHost.Id(made["owner_id"]), (int)made["verification_level"]!, (int)made["afk_timeout"]!));
        var roles = made["roles"]!.AsArray();
        Assert.Equal(["@everyone", "painters"], roles.Select(shown => (string)shown!["name"]!));
        Assert.Equal((0x336699, true, "3072"), ((int)roles[1]!["color"]!, (bool)roles[1]!["hoist"]!, (string)roles[1]!["permissions"]!));
        var channels = (await Host.SendAsync("GET", $"/guilds/{made["id"]}/channels", user)).Is(200).Json.AsArray();
        JsonNode Named(string name) => channels.Single(channel => (string)channel!["name"]! == name)!;
        Assert.Equal((string)Named("general")["id"]!, (string)made["system_channel_id"]!);
        var canvas = Named("canvas");
        Assert.Equal(("paint", true, 5, (string)Named("Drawer")["id"]!), ((string)canvas["topic"]!, (bool)canvas["nsfw"]!, (int)canvas["rate_limit_per_user"]!, (string)canvas["parent_id"]!));
        Assert.Equal([((string)made["id"]!, "1024"), ((string)roles[1]!["id"]!, "0")], canvas["permission_overwrites"]!.AsArray().Select(overwrite => ((string)overwrite!["id"]!, (string)overwrite["deny"]!)));
        Assert.Equal("art", (string)Named("forum")["available_tags"]![0]!["name"]!);
        // It lives: people write there.
        (await Host.SendAsync("POST", $"/channels/{Named("general")["id"]}/messages", user, new { content = "hello" })).Is(200);
        Assert.Equal(1, (int)(await Host.SendAsync("GET", $"/guilds/templates/{code}")).Json["usage_count"]!);

        (await Host.SendAsync("POST", $"/guilds/templates/{code}", user, new { name = "x" })).IsInvalid("name: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("POST", "/guilds/templates/nothing", user, new { name = "Copy" })).Is(404, 10057);
        (await Host.SendAsync("POST", $"/guilds/templates/{code}")).Is(401);
        // A deleted guild's template is gone with it.
        (await Host.SendAsync("DELETE", $"/guilds/{Hall.Id}", Owner)).Is(204);
        (await Host.SendAsync("GET", $"/guilds/templates/{code}")).Is(404, 10057);
    }

    [Fact]
    public async Task A_guild_is_made_with_the_roles_and_channels_of_the_request()
    {
        var made = (await Host.SendAsync("POST", "/guilds", Owner, new
        {
            name = "Planned",
            roles = new object[] { new { id = 0, name = "@everyone", permissions = "1024" }, new { id = 1, name = "staff", permissions = "8" } },
            channels = new object[]
            {
                new { id = 1, name = "Area", type = 4 },
                new { id = 2, name = "lobby", type = 0, parent_id = 1, permission_overwrites = new[] { new { id = 0, type = 0, allow = "0", deny = "2048" }, new { id = 1, type = 0, allow = "2048", deny = "0" } } },
                new { id = 3, name = "Pause", type = 2 },
            },
            system_channel_id = 2,
            afk_channel_id = 3,
        })).Is(201).Json;

        Assert.Equal([("@everyone", "1024"), ("staff", "8")], made["roles"]!.AsArray().Select(role => ((string)role!["name"]!, (string)role["permissions"]!)));
        var channels = (await Host.SendAsync("GET", $"/guilds/{made["id"]}/channels", Owner)).Json.AsArray();
        var lobby = channels.Single(channel => (string)channel!["name"]! == "lobby")!;
        Assert.Equal([(string)made["id"]!, (string)made["roles"]![1]!["id"]!], lobby["permission_overwrites"]!.AsArray().Select(overwrite => (string)overwrite!["id"]!));
        Assert.Equal(((string)lobby["id"]!, (string)channels.Single(channel => (int)channel!["type"]! == 2)!["id"]!), ((string)made["system_channel_id"]!, (string)made["afk_channel_id"]!));
    }

    [Theory]
    [InlineData("""{"channels":[{"name":"a","parent_id":7}]}""", "channels.0.parent_id: CHANNEL_PARENT_INVALID")]
    [InlineData("""{"channels":[{"id":1,"name":"a"},{"id":2,"name":"b","parent_id":1}]}""", "channels.1.parent_id: CHANNEL_PARENT_INVALID")]
    [InlineData("""{"channels":[{"id":1,"name":"a"},{"id":1,"name":"b"}]}""", "channels.1.id: BASE_TYPE_UNIQUE")]
    [InlineData("""{"channels":[{"type":0}]}""", "channels.0.name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"channels":[{"name":"a","permission_overwrites":[{"id":5,"type":0}]}]}""", "channels.0.permission_overwrites.0.id: CHANNEL_OVERWRITE_INVALID")]
    [InlineData("""{"channels":[{"id":1,"name":"a"}],"system_channel_id":2}""", "system_channel_id: CHANNEL_INVALID")]
    [InlineData("""{"channels":[{"id":1,"name":"a"}],"afk_channel_id":1}""", "afk_channel_id: CHANNEL_INVALID")]
    [InlineData("""{"roles":[{"id":0,"name":"@everyone"},{"id":0,"name":"b"}]}""", "roles.1.id: BASE_TYPE_UNIQUE")]
    [InlineData("""{"roles":[{"name":"@everyone"},{"name":"ROLE101"}]}""", "roles.1.name: BASE_TYPE_BAD_LENGTH")]
    public async Task A_plan_that_does_not_fit_is_refused(string plan, string error)
    {
        var user = await Host.RegisterAsync();
        var json = plan.Replace("ROLE101", new string('r', 101), StringComparison.Ordinal);
        (await Host.SendAsync("POST", "/guilds", user, $$"""{"name":"Planned",{{json[1..]}}""")).IsInvalid(error);
        Assert.Empty((await Host.SendAsync("GET", "/users/@me/guilds", user)).Json.AsArray());
    }

    private async Task<JsonNode> MakeAsync() => (await Host.SendAsync("POST", Templates, Owner, new { name = "Mould", description = "a form" })).Is(200).Json;
}

public sealed class SqliteTemplateTests(SqliteSite site) : TemplateTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresTemplateTests(PostgresSite site) : TemplateTests(site), IClassFixture<PostgresSite>;
