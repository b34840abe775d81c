using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Pruning, own invite codes, features, second factors and voice statuses.</summary>
public abstract class AdministrationTests(Site site) : ChannelTests(site)
{
    private string Guild => $"/guilds/{Hall.Id}";

    [Fact]
    public async Task A_prune_removes_those_who_were_away_and_have_no_role()
    {
        var place = await Site.NewPlaceAsync();
        Hall hall;
        Account away, seen, helper, young;
        string role;
        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            hall = await host.CreateGuildAsync(await host.RegisterAsync());
            (away, seen, helper, young) = (await host.RegisterAsync(), await host.RegisterAsync(), await host.RegisterAsync(), await host.RegisterAsync());
            await host.JoinAsync(hall, away, seen, helper, young);
            await host.AddBotAsync(hall, Permissions.None);
            role = (string)(await host.SendAsync("POST", $"/guilds/{hall.Id}/roles", hall.Owner, new { name = "helper" })).Is(200).Json["id"]!;
            (await host.SendAsync("PUT", $"/guilds/{hall.Id}/members/{helper.Id}/roles/{role}", hall.Owner)).Is(204);
            // Joined 10 days ago; one was connected 5 days ago.
            var now = TimeProvider.System.GetUtcNow();
            var unit = new WriteUnit().Add("UPDATE members SET joined_at = $2 WHERE guild_id = $1", hall.Id, Timestamp.From(now.AddDays(-10)));
            unit.Add("UPDATE members SET joined_at = $3 WHERE guild_id = $1 AND user_id = $2", hall.Id, young.Id, Timestamp.From(now.AddDays(-6)));
            unit.Add("INSERT INTO last_seen (user_id, at) VALUES ($1, $2)", seen.Id, Timestamp.From(now.AddDays(-5)));
            await host.Database.CommitAsync(unit);
        }

        await using var again = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false"));
        var path = $"/guilds/{hall.Id}/prune";
        async Task<int> CountAsync(string query) => (int)(await again.SendAsync("GET", path + query, hall.Owner)).Is(200).Json["pruned"]!;
        Assert.Equal(1, await CountAsync(""));
        Assert.Equal(0, await CountAsync("?days=11"));
        Assert.Equal(2, await CountAsync("?days=6"));
        Assert.Equal(3, await CountAsync("?days=5"));
        Assert.Equal(2, await CountAsync($"?days=7&include_roles={role}"));

        Assert.Null((await again.SendAsync("POST", path, hall.Owner, new { days = 7, compute_prune_count = false })).Is(200).Json["pruned"]);
        (await again.SendAsync("GET", $"/guilds/{hall.Id}/members/{away.Id}", hall.Owner)).Is(404, 10007);
        Assert.Equal(3, (int)(await again.SendAsync("POST", path, hall.Owner, new { days = 5, include_roles = new[] { role } })).Is(200).Json["pruned"]!);
        Assert.Equal(2, (await again.SendAsync("GET", $"/guilds/{hall.Id}/members?limit=10", hall.Owner)).Json.AsArray().Count);
        var entry = (await again.SendAsync("GET", $"/guilds/{hall.Id}/audit-logs?action_type=21", hall.Owner)).Json["audit_log_entries"]![0]!;
        Assert.Equal(("5", "3"), ((string)entry["options"]!["delete_member_days"]!, (string)entry["options"]!["members_removed"]!));
    }

    [Fact]
    public async Task A_prune_has_limits_and_needs_two_permissions()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("GET", $"{Guild}/prune", member)).Is(403, 50013);
        (await Host.SendAsync("POST", $"{Guild}/prune", member, new { })).Is(403, 50013);
        (await Host.SendAsync("GET", $"{Guild}/prune?days=0", Owner)).IsInvalid("days: NUMBER_TYPE_MIN");
        (await Host.SendAsync("GET", $"{Guild}/prune?days=31", Owner)).IsInvalid("days: NUMBER_TYPE_MAX");
        (await Host.SendAsync("GET", $"{Guild}/prune?include_roles=a", Owner)).IsInvalid("include_roles: NUMBER_TYPE_COERCE");
        (await Host.SendAsync("GET", $"{Guild}/prune?include_roles=5", Owner)).Is(404, 10011);
        (await Host.SendAsync("GET", $"{Guild}/prune?days=30", Owner)).Is(200);
        Assert.Equal(0, (int)(await Host.SendAsync("POST", $"{Guild}/prune", Owner, new { days = 1 })).Is(200).Json["pruned"]!);
        (await Host.SendAsync("GET", $"{Guild}/prune", await Host.RegisterAsync())).Is(404, 10004);
    }

    [Fact]
    public async Task A_guild_of_the_third_level_has_a_code_of_its_own()
    {
        var path = $"{Guild}/vanity-url";
        var code = $"hall-{Hall.Id.Value % 1_000_000_007}";
        var member = await NewMemberAsync();
        Assert.Equal("""{"code":null,"uses":0}""", (await Host.SendAsync("GET", path, Owner)).Is(200).Body);
        (await Host.SendAsync("PATCH", path, Owner, new { code })).Is(400, 20035);
        await RaiseAsync(Hall);
        (await Host.SendAsync("PATCH", path, member, new { code })).Is(403, 50013);
        (await Host.SendAsync("GET", path, member)).Is(403, 50013);
        foreach (var wrong in new[] { "a", "-a", "a--b", "a b", "ä1" })
            (await Host.SendAsync("PATCH", path, Owner, new { code = wrong })).Is(400, 50020);
        (await Host.SendAsync("PATCH", path, Owner, new { code = new string('a', 33) })).IsInvalid("code: BASE_TYPE_MAX_LENGTH");

        Assert.Equal(code, (string?)(await Host.SendAsync("PATCH", path, Owner, new { code = code.ToUpperInvariant() })).Is(200).Json["code"]);
        var invite = (await Host.SendAsync("GET", $"/invites/{code}")).Is(200).Json;
        Assert.Equal((Hall.Id, Hall.ChannelId, null), (TestHost.Id(invite["guild"]!["id"]), TestHost.Id(invite["channel"]!["id"]), (string?)invite["expires_at"]));
        (await Host.SendAsync("POST", $"/invites/{code}", await Host.RegisterAsync())).Is(200);
        Assert.Equal(1, (int)(await Host.SendAsync("GET", path, Owner)).Json["uses"]!);
        Assert.Equal(code, (string?)(await Host.SendAsync("GET", Guild, Owner)).Json["vanity_url_code"]);

        var other = await Host.CreateGuildAsync(await Host.RegisterAsync());
        await RaiseAsync(other);
        (await Host.SendAsync("PATCH", $"/guilds/{other.Id}/vanity-url", other.Owner, new { code })).Is(400, 50020);
        Assert.Null((string?)(await Host.SendAsync("GET", $"/guilds/{other.Id}", other.Owner)).Json["vanity_url_code"]);
        (await Host.SendAsync("PATCH", path, Owner, new { code = (string?)null })).Is(200);
        (await Host.SendAsync("GET", $"/invites/{code}")).Is(404, 10006);
        (await Host.SendAsync("PATCH", $"/guilds/{other.Id}/vanity-url", other.Owner, new { code })).Is(200);
    }

    [Fact]
    public async Task Boosts_raise_the_bitrate_of_voice_channels()
    {
        object Voice(int bitrate) => new { name = "talk", type = 2, bitrate };
        (await Host.SendAsync("POST", $"{Guild}/channels", Owner, Voice(96_001))).IsInvalid("bitrate: NUMBER_TYPE_MAX");
        await RaiseAsync(Hall);
        (await Host.SendAsync("POST", $"{Guild}/channels", Owner, Voice(384_001))).IsInvalid("bitrate: NUMBER_TYPE_MAX");
        Assert.Equal(384_000, (int)(await Host.SendAsync("POST", $"{Guild}/channels", Owner, Voice(384_000))).Is(201).Json["bitrate"]!);
        var guild = (await Host.SendAsync("GET", Guild, Owner)).Json;
        Assert.Equal((3, 14), ((int)guild["premium_tier"]!, (int)guild["premium_subscription_count"]!));
    }

    [Fact]
    public async Task A_community_has_its_two_channels_and_administrators_make_it()
    {
        var rules = await NewChannelAsync();
        var member = await NewMemberAsync();
        (await Host.SendAsync("PATCH", Guild, Owner, new { features = new[] { "COMMUNITY" } })).IsInvalid("public_updates_channel_id: BASE_TYPE_REQUIRED", "rules_channel_id: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("PATCH", Guild, Owner, new { features = new[] { "PARTNERED" } })).IsInvalid("features.0: BASE_TYPE_CHOICES");
        (await Host.SendAsync("PATCH", $"{Guild}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone | Permissions.ManageGuild)).ToString() })).Is(200);
        var community = new { features = new[] { "COMMUNITY", "INVITES_DISABLED" }, rules_channel_id = rules.ToString(), public_updates_channel_id = Hall.ChannelId.ToString() };
        (await Host.SendAsync("PATCH", Guild, member, community)).Is(403, 50013);
        (await Host.SendAsync("PATCH", Guild, member, new { features = new[] { "INVITES_DISABLED" } })).Is(200);

        Assert.Equal(["COMMUNITY", "INVITES_DISABLED"], (await Host.SendAsync("PATCH", Guild, Owner, community)).Is(200).Json["features"]!.AsArray().Select(feature => (string?)feature));
        (await Host.SendAsync("PATCH", Guild, Owner, new { rules_channel_id = (string?)null })).IsInvalid("rules_channel_id: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("DELETE", $"/channels/{rules}", Owner)).Is(400, 50074);
        var ended = (await Host.SendAsync("PATCH", Guild, Owner, new { features = Array.Empty<string>() })).Is(200).Json;
        Assert.Null(ended["rules_channel_id"]);
        (await Host.SendAsync("DELETE", $"/channels/{rules}", Owner)).Is(200);
    }

    [Fact]
    public async Task Paused_invites_let_nobody_in()
    {
        var code = (string)(await Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/invites", Owner, new { })).Is(200).Json["code"]!;
        var person = await Host.RegisterAsync();
        (await Host.SendAsync("PATCH", Guild, Owner, new { features = new[] { "INVITES_DISABLED" } })).Is(200);

        (await Host.SendAsync("POST", $"/invites/{code}", person)).Is(403, 40006);
        (await Host.SendAsync("PATCH", Guild, Owner, new { features = Array.Empty<string>() })).Is(200);
        (await Host.SendAsync("POST", $"/invites/{code}", person)).Is(200);
    }

    [Fact]
    public async Task Locales_are_those_of_the_list()
    {
        (await Host.SendAsync("PATCH", Guild, Owner, new { preferred_locale = "tlh" })).IsInvalid("preferred_locale: BASE_TYPE_CHOICES");
        Assert.Equal("pt-BR", (string?)(await Host.SendAsync("PATCH", Guild, Owner, new { preferred_locale = "pt-BR" })).Is(200).Json["preferred_locale"]);
    }

    [Fact]
    public async Task Without_a_second_factor_moderators_of_a_guild_that_asks_for_one_can_only_do_what_all_can()
    {
        var (moderator, victim) = (await NewMemberAsync(), await NewMemberAsync());
        var role = (string)(await Host.SendAsync("POST", $"{Guild}/roles", Owner, new { name = "moderators", permissions = "8" })).Is(200).Json["id"]!;
        (await Host.SendAsync("PUT", $"{Guild}/members/{moderator.Id}/roles/{role}", Owner)).Is(204);
        var bot = await Host.AddBotAsync(Hall, Permissions.KickMembers);
        (await Host.SendAsync("POST", $"{Guild}/mfa", moderator, new { level = 1 })).Is(403, 50013);
        (await Host.SendAsync("POST", $"{Guild}/mfa", Owner, new { level = 1 })).Is(403, 60003);
        var owner = await WithSecondFactorAsync(Owner);
        (await Host.SendAsync("POST", $"{Guild}/mfa", owner, new { level = 2 })).IsInvalid("level: BASE_TYPE_CHOICES");
        (await Host.SendAsync("POST", $"{Guild}/mfa", owner, new { })).IsInvalid("level: BASE_TYPE_REQUIRED");
        Assert.Equal(1, (int)(await Host.SendAsync("POST", $"{Guild}/mfa", owner, new { level = 1 })).Is(200).Json["level"]!);
        Assert.Equal(1, (int)(await Host.SendAsync("GET", Guild, owner)).Json["mfa_level"]!);

        (await Host.SendAsync("PUT", $"{Guild}/bans/{victim.Id}", moderator, new { })).Is(403, 60003);
        (await Host.SendAsync("PATCH", $"/channels/{Hall.ChannelId}", moderator, new { name = "x" })).Is(403, 60003);
        var message = await Host.PostAsync(victim, Hall.ChannelId);
        (await Host.SendAsync("DELETE", $"{Messages}/{message}", moderator)).Is(403, 50013);
        // What needs none goes on, and so does everything for those who have one; a bot has its owner's.
        (await Host.SendAsync("PATCH", $"{Guild}/members/{victim.Id}", moderator, new { nick = "still may" })).Is(200);
        await Host.PostAsync(moderator, Hall.ChannelId);
        (await Host.SendAsync("DELETE", $"{Guild}/members/{victim.Id}", bot)).Is(204);
        moderator = await WithSecondFactorAsync(moderator);
        (await Host.SendAsync("PUT", $"{Guild}/bans/{victim.Id}", moderator, new { })).Is(204);
        Assert.Equal(0, (int)(await Host.SendAsync("POST", $"{Guild}/mfa", owner, new { level = 0 })).Is(200).Json["level"]!);
    }

    [Fact]
    public async Task A_voice_channel_says_something_of_itself()
    {
        var member = await NewMemberAsync();
        var voice = await Host.CreateChannelAsync(Hall, new { name = "talk", type = 2 });
        var path = $"/channels/{voice}/voice-status";

        (await Host.SendAsync("PUT", path, member, new { status = "x" })).Is(403, 50013);
        (await Host.SendAsync("PUT", $"/channels/{Hall.ChannelId}/voice-status", Owner, new { status = "x" })).Is(400, 50024);
        (await Host.SendAsync("PUT", path, Owner, new { status = new string('x', 501) })).IsInvalid("status: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("PUT", path, Owner, new { status = new string('x', 500) })).Is(204);
        (await Host.SendAsync("PUT", path, Owner, new { status = (string?)null })).Is(204);
        (await Host.SendAsync("PUT", path, Owner, new { status = "" })).Is(204);
        (await Host.SendAsync("PUT", path, await Host.RegisterAsync(), new { status = "x" })).Is(403, 50001);

        Assert.Equal([193, 192], (await Host.SendAsync("GET", $"{Guild}/audit-logs", Owner)).Json["audit_log_entries"]!.AsArray().Select(entry => (int)entry!["action_type"]!).Where(action => action >= 192));
    }

    [Fact]
    public async Task Nobody_is_added_by_a_token_that_is_none()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.CreateInstantInvite);
        var (member, person) = (await NewMemberAsync(), await Host.RegisterAsync());

        (await Host.SendAsync("PUT", $"{Guild}/members/{person.Id}", bot, new { access_token = person.Token })).Is(403, 50025);
        (await Host.SendAsync("PUT", $"{Guild}/members/{person.Id}", bot, new { })).IsInvalid("access_token: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("PUT", $"{Guild}/members/{member.Id}", bot, new { access_token = "x" })).Is(204);
        (await Host.SendAsync("PUT", $"{Guild}/members/{person.Id}", Owner, new { access_token = "x" })).Is(403, 20002);
        (await Host.SendAsync("GET", $"{Guild}/members/{person.Id}", Owner)).Is(404, 10007);
    }

    [Fact]
    public async Task An_invite_can_lead_to_somebodys_stream_or_to_an_application()
    {
        var path = $"/channels/{Hall.ChannelId}/invites";
        await Host.AddBotAsync(Hall, Permissions.None);
        var application = (string)(await Host.SendAsync("GET", "/applications", Owner)).Json[0]!["id"]!;

        (await Host.SendAsync("POST", path, Owner, new { target_type = 1 })).IsInvalid("target_user_id: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", path, Owner, new { target_type = 1, target_user_id = "5" })).IsInvalid("target_user_id: INVITE_TARGET_USER_INVALID");
        (await Host.SendAsync("POST", path, Owner, new { target_type = 2, target_application_id = "5" })).IsInvalid("target_application_id: INVITE_TARGET_APPLICATION_INVALID");
        (await Host.SendAsync("POST", path, Owner, new { target_type = 3 })).IsInvalid("target_type: BASE_TYPE_CHOICES");
        var stream = (await Host.SendAsync("POST", path, Owner, new { target_type = 1, target_user_id = Owner.Id.ToString() })).Is(200).Json;
        var activity = (await Host.SendAsync("POST", path, Owner, new { target_type = 2, target_application_id = application })).Is(200).Json;
        var plain = (await Host.SendAsync("POST", path, Owner, new { })).Is(200).Json;

        Assert.Equal(3, new[] { stream, activity, plain }.Select(invite => (string)invite["code"]!).Distinct().Count());
        Assert.Equal((1, Owner.Id), ((int)stream["target_type"]!, TestHost.Id(stream["target_user"]!["id"])));
        var read = (await Host.SendAsync("GET", $"/invites/{activity["code"]}")).Is(200).Json;
        Assert.Equal((2, application), ((int)read["target_type"]!, (string)read["target_application"]!["id"]!));
        Assert.False(plain.AsObject().ContainsKey("target_user"));
    }

    private async Task<Account> WithSecondFactorAsync(Account account)
    {
        const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        var code = Totp.CodeAt(Totp.ParseSecret(Secret)!, Totp.StepAt(TimeProvider.System.GetUtcNow()));
        var enabled = (await Host.SendAsync("POST", "/users/@me/mfa/totp/enable", account, new { password = TestHost.Password, secret = Secret, code })).Is(200).Json;
        return account with { Token = (string)enabled["token"]! };
    }

    private async Task RaiseAsync(Hall hall) => Assert.True(await Host.Services.GetRequiredService<IMediator>().Send(new SetPremiumTier(hall.Id, 3)));
}

public sealed class SqliteAdministrationTests(SqliteSite site) : AdministrationTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAdministrationTests(PostgresSite site) : AdministrationTests(site), IClassFixture<PostgresSite>;
