using System.Globalization;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>A guild's bots as integrations, its voice regions, and what it shows of itself.</summary>
public abstract class GuildIntegrationTests(Site site) : ChannelTests(site)
{
    private string Integrations => $"/guilds/{Hall.Id}/integrations";

    [Fact]
    public async Task A_bot_is_an_integration_and_goes_with_it()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.ManageMessages);

        var shown = Assert.Single((await Host.SendAsync("GET", Integrations, Owner)).Is(200).Json.AsArray())!;

        Assert.Equal(("discord", "helper", bot.Id, Owner.Id), ((string)shown["type"]!, (string)shown["account"]!["name"]!, TestHost.Id(shown["application"]!["bot"]!["id"]), TestHost.Id(shown["user"]!["id"])));
        Assert.Equal(["bot"], shown["scopes"]!.AsArray().Select(scope => (string)scope!));
        var member = await NewMemberAsync();
        (await Host.SendAsync("GET", Integrations, member)).Is(403, 50013);
        (await Host.SendAsync("DELETE", $"{Integrations}/{shown["id"]}", member)).Is(403, 50013);
        (await Host.SendAsync("DELETE", $"{Integrations}/{Hall.Id}", Owner)).Is(404, 10005);
        var other = await Host.CreateGuildAsync(Owner);
        (await Host.SendAsync("DELETE", $"/guilds/{other.Id}/integrations/{shown["id"]}", Owner)).Is(404, 10005);

        (await Host.SendAsync("DELETE", $"{Integrations}/{shown["id"]}", Owner)).Is(204);

        Assert.Empty((await Host.SendAsync("GET", Integrations, Owner)).Json.AsArray());
        (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{bot.Id}", Owner)).Is(404, 10007);
        Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/roles", Owner)).Json.AsArray());
    }

    [Fact]
    public async Task A_kicked_bot_leaves_no_integration_behind()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        (await Host.SendAsync("DELETE", $"/guilds/{Hall.Id}/members/{bot.Id}", Owner)).Is(204);
        Assert.Empty((await Host.SendAsync("GET", Integrations, Owner)).Json.AsArray());
    }

    [Fact]
    public async Task A_bot_that_is_there_is_granted_anew_what_its_adder_may_give_and_take()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.SendMessages | Permissions.ManageGuild);
        var application = (await Host.SendAsync("GET", "/applications/@me", bot)).Is(200).Json["id"];
        (await Host.SendAsync("PATCH", $"/applications/{application}", Owner, new { bot_public = true })).Is(200);
        async Task AskAsync(Account adder, Permissions permissions) =>
            (await Host.SendAsync("POST", $"/oauth2/authorize?client_id={application}&scope=bot&permissions={(ulong)permissions}", adder, new { authorize = true, guild_id = Hall.Id.ToString() })).Is(200);
        async Task<Permissions> GrantedAsync() => Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/roles", Owner)).Json.AsArray()
            .Where(role => (string?)role!["tags"]?["bot_id"] == bot.Id.ToString()).Select(role => (Permissions)ulong.Parse((string)role!["permissions"]!, CultureInfo.InvariantCulture)));

        await AskAsync(Owner, Permissions.None);
        Assert.Equal(Permissions.SendMessages | Permissions.ManageGuild, await GrantedAsync());
        await AskAsync(Owner, Permissions.Connect | Permissions.BanMembers);
        Assert.Equal(Permissions.Connect | Permissions.BanMembers, await GrantedAsync());

        // Below the bot's role one changes nothing; above it, only what one holds.
        var helper = await NewMemberAsync();
        var role = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "helpers", permissions = ((ulong)(Permissions.ManageGuild | Permissions.Connect)).ToString(CultureInfo.InvariantCulture) })).Is(200).Json["id"];
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{helper.Id}/roles/{role}", Owner)).Is(204);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles", Owner, new[] { new { id = (string)role!, position = 1 } })).Is(200);
        await AskAsync(helper, Permissions.ManageGuild);
        Assert.Equal(Permissions.Connect | Permissions.BanMembers, await GrantedAsync());
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles", Owner, new[] { new { id = (string)role!, position = 3 } })).Is(200);
        await AskAsync(helper, Permissions.ManageGuild | Permissions.KickMembers);
        Assert.Equal(Permissions.ManageGuild | Permissions.BanMembers, await GrantedAsync());
    }

    [Fact]
    public async Task There_is_one_voice_region()
    {
        var regions = (await Host.SendAsync("GET", "/voice/regions", Owner)).Is(200);
        Assert.Equal("local", (string)Assert.Single(regions.Json.AsArray())!["id"]!);
        Assert.Equal(regions.Body, (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/regions", Owner)).Is(200).Body);
        (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/regions", await Host.RegisterAsync())).Is(404, 10004);
        (await Host.SendAsync("GET", "/voice/regions")).Is(401);
    }

    [Fact]
    public async Task Strangers_do_not_see_a_guild_that_nobody_is_to_discover()
    {
        (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/preview", await Host.RegisterAsync())).Is(404, 10004);
        var preview = (await Host.SendAsync("GET", $"/guilds/{Hall.Id}/preview", Owner)).Is(200).Json;
        Assert.Equal((1, 0), ((int)preview["approximate_member_count"]!, preview["emojis"]!.AsArray().Count));
    }
}

public sealed class SqliteGuildIntegrationTests(SqliteSite site) : GuildIntegrationTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresGuildIntegrationTests(PostgresSite site) : GuildIntegrationTests(site), IClassFixture<PostgresSite>;
