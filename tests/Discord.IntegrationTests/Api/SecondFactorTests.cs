using Discord.IntegrationTests.Sites;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Logins in two halves, sessions, and the end of an account.</summary>
public abstract class SecondFactorTests(Site site) : ChannelTests(site)
{
    private const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    // One test takes up to three codes, and none twice: each is of a step of its own, all near enough.
    private readonly long _step = Totp.StepAt(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task With_a_second_factor_a_login_needs_a_code_that_is_taken_once()
    {
        var (account, _) = await EnableAsync(await Host.RegisterAsync());
        Assert.True((bool)(await Host.SendAsync("GET", "/users/@me", account)).Is(200).Json["mfa_enabled"]!);

        var first = (await LoginAsync(account)).Is(200).Json;
        Assert.Null(first["token"]);
        Assert.True((bool)first["mfa"]!);
        var ticket = (string)first["ticket"]!;
        (await FinishAsync(ticket, Code(-1))).Is(400, 60008);
        (await FinishAsync("made up", Code(1))).Is(400, 60006);
        var token = (string)(await FinishAsync(ticket, Code(1))).Is(200).Json["token"]!;
        (await Host.SendRawAsync("GET", "/api/v10/users/@me", token)).Is(200);

        // Neither the ticket nor the code is good for another.
        (await FinishAsync(ticket, Code(1))).Is(400, 60006);
        (await FinishAsync((string)(await LoginAsync(account)).Json["ticket"]!, Code(1))).Is(400, 60008);
        (await Host.SendAsync("POST", "/auth/mfa/totp", null, new { })).IsInvalid("code: BASE_TYPE_REQUIRED", "ticket: BASE_TYPE_REQUIRED");
    }

    [Fact]
    public async Task Ten_backup_codes_are_good_for_one_login_each()
    {
        var (account, codes) = await EnableAsync(await Host.RegisterAsync());
        Assert.Equal(10, codes.Distinct().Count());

        foreach (var code in new[] { codes[0], codes[9].ToUpperInvariant() })
        {
            (await FinishAsync((string)(await LoginAsync(account)).Json["ticket"]!, code)).Is(200);
            (await FinishAsync((string)(await LoginAsync(account)).Json["ticket"]!, code)).Is(400, 60008);
        }

        var other = await EnableAsync(await Host.RegisterAsync());
        (await FinishAsync((string)(await LoginAsync(other.Account)).Json["ticket"]!, codes[1])).Is(400, 60008);
    }

    [Fact]
    public async Task Enabling_needs_the_password_a_secret_and_a_code_of_it_and_ends_every_session()
    {
        var account = await Host.RegisterAsync();
        var second = account with { Token = (string)(await LoginAsync(account)).Json["token"]! };

        (await EnableAsync(account, "wrong one", Secret, Code(0))).IsInvalid("password: PASSWORD_DOES_NOT_MATCH");
        (await EnableAsync(account, TestHost.Password, "not base32!", Code(0))).Is(400, 60005);
        (await EnableAsync(account, TestHost.Password, null, Code(0))).Is(400, 60005);
        (await EnableAsync(account, TestHost.Password, Secret, "000")).Is(400, 60008);
        (await Host.SendAsync("POST", "/users/@me/mfa/totp/disable", account, new { code = Code(0) })).Is(400, 60002);
        Assert.False((bool)(await Host.SendAsync("GET", "/users/@me", account)).Is(200).Json["mfa_enabled"]!);
        var enabled = await EnableAsync(account, TestHost.Password, Secret, Code(0));

        (await Host.SendAsync("GET", "/users/@me", account)).Is(401, 0);
        (await Host.SendAsync("GET", "/users/@me", second)).Is(401, 0);
        var renewed = account with { Token = (string)enabled.Is(200).Json["token"]! };
        (await EnableAsync(renewed, TestHost.Password, Secret, Code(1))).Is(400, 60001);
        Assert.True(await Host.Services.GetRequiredService<IMediator>().Send(new HasMfa(account.Id)));
    }

    [Fact]
    public async Task A_code_takes_the_second_factor_away()
    {
        var (account, codes) = await EnableAsync(await Host.RegisterAsync());

        (await Host.SendAsync("POST", "/users/@me/mfa/totp/disable", account, new { code = Code(0) })).Is(400, 60008);
        var token = (string)(await Host.SendAsync("POST", "/users/@me/mfa/totp/disable", account, new { code = Code(1) })).Is(200).Json["token"]!;

        Assert.NotNull((await LoginAsync(account)).Is(200).Json["token"]);
        Assert.False(await Host.Services.GetRequiredService<IMediator>().Send(new HasMfa(account.Id)));
        (await Host.SendAsync("POST", "/users/@me/mfa/totp/disable", account with { Token = token }, new { code = codes[0] })).Is(400, 60002);
    }

    [Fact]
    public async Task Five_wrong_codes_are_enough_for_a_while_whatever_the_ticket()
    {
        var (account, codes) = await EnableAsync(await Host.RegisterAsync());
        for (var i = 0; i < 5; i++)
            (await FinishAsync((string)(await LoginAsync(account)).Json["ticket"]!, "000")).Is(400, 60008);

        var refused = await FinishAsync((string)(await LoginAsync(account)).Json["ticket"]!, codes[0]);

        refused.Is(429, 0);
        Assert.InRange((double)refused.Json["retry_after"]!, 1, 900);
        (await Host.SendAsync("POST", "/users/@me/mfa/totp/disable", account, new { code = codes[0] })).Is(429, 0);
        (await Host.SendAsync("GET", "/users/@me", account)).Is(200);
    }

    [Fact]
    public async Task What_cannot_be_taken_back_needs_a_code_too()
    {
        var (account, codes) = await EnableAsync(await Host.RegisterAsync());

        (await Host.SendAsync("PATCH", "/users/@me", account, new { password = TestHost.Password, new_password = "another one" })).Is(400, 60008);
        (await Host.SendAsync("POST", "/users/@me/delete", account, new { password = TestHost.Password })).Is(400, 60008);
        (await Host.SendAsync("POST", "/users/@me/disable", account, new { password = TestHost.Password, code = "000" })).Is(400, 60008);
        (await Host.SendAsync("PATCH", "/users/@me", account, new { global_name = "Free" })).Is(200);
        (await Host.SendAsync("PATCH", "/users/@me", account, new { password = TestHost.Password, new_password = "another one", code = codes[0] })).Is(200);
        Assert.NotNull((await Host.SendAsync("POST", "/auth/login", null, new { login = account.Name, password = "another one" })).Is(200).Json["ticket"]);
    }

    [Fact]
    public async Task A_second_factor_and_what_was_used_of_it_outlive_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Account account;
        string used, left;
        await using (var first = await TestHost.StartAsync(place))
        {
            account = await first.RegisterAsync();
            var codes = (await first.SendAsync("POST", "/users/@me/mfa/totp/enable", account, new { password = TestHost.Password, secret = Secret, code = Code(0) })).Is(200).Json["backup_codes"]!.AsArray();
            (used, left) = ((string)codes[0]!["code"]!, (string)codes[1]!["code"]!);
            (await FinishAsync(first, used)).Is(200);
        }

        await using var second = await TestHost.StartAsync(place);
        (await FinishAsync(second, Code(0))).Is(400, 60008);
        (await FinishAsync(second, used)).Is(400, 60008);
        (await FinishAsync(second, left)).Is(200);

        async Task<Answer> FinishAsync(TestHost host, string code)
        {
            var login = await host.SendAsync("POST", "/auth/login", null, new { login = account.Name, password = TestHost.Password });
            return await host.SendAsync("POST", "/auth/mfa/totp", null, new { ticket = (string)login.Is(200).Json["ticket"]!, code });
        }
    }

    [Fact]
    public async Task Sessions_are_listed_by_what_logged_in_and_ended_by_their_hash()
    {
        var (account, other) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        var agent = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        var login = await Host.SendRawAsync("POST", "/api/v10/auth/login", null, TestHost.Json(new { login = account.Name, password = TestHost.Password }), agent);
        var second = account with { Token = (string)login.Is(200).Json["token"]! };

        var sessions = (await Host.SendAsync("GET", "/auth/sessions", account)).Is(200).Json["user_sessions"]!.AsArray();

        Assert.Equal(2, sessions.Count);
        var firefox = sessions.Single(session => (string?)session!["client_info"]!["platform"] == "Firefox")!;
        Assert.Equal("Linux", (string?)firefox["client_info"]!["os"]);
        Assert.True(firefox["client_info"]!.AsObject().ContainsKey("location"));
        Assert.True(DateTimeOffset.TryParse((string?)firefox["approx_last_used_time"], out _));
        Assert.All(sessions, session => Assert.DoesNotContain((string)session!["id_hash"]!, new[] { account.Token, second.Token }));
        object hashes = new { session_id_hashes = new[] { (string)firefox["id_hash"]!, "unknown" } };

        (await Host.SendAsync("POST", "/auth/sessions/logout", other, hashes)).Is(204);
        (await Host.SendAsync("GET", "/users/@me", second)).Is(200);
        (await Host.SendAsync("POST", "/auth/sessions/logout", account, new { })).IsInvalid("session_id_hashes: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", "/auth/sessions/logout", account, hashes)).Is(204);
        (await Host.SendAsync("GET", "/users/@me", second)).Is(401, 0);
        (await Host.SendAsync("GET", "/users/@me", account)).Is(200);
    }

    [Fact]
    public async Task A_disabled_account_comes_back_by_a_login_that_says_so()
    {
        var account = await Host.RegisterAsync();
        (await Host.SendAsync("POST", "/users/@me/disable", account, new { password = "wrong one" })).IsInvalid("password: PASSWORD_DOES_NOT_MATCH");

        (await Host.SendAsync("POST", "/users/@me/disable", account, new { password = TestHost.Password })).Is(204);

        (await Host.SendAsync("GET", "/users/@me", account)).Is(401, 0);
        (await LoginAsync(account)).Is(403, 20013);
        (await Host.SendAsync("POST", "/auth/login", null, new { login = account.Name, password = "wrong one", undelete = true })).Is(400, 50035);
        (await Host.SendAsync("POST", "/auth/login", null, new { login = account.Name, password = TestHost.Password, undelete = true })).Is(200);
        (await LoginAsync(account)).Is(200);
    }

    [Fact]
    public async Task A_deleted_account_leaves_its_messages_behind_and_nothing_else()
    {
        var place = await Site.NewPlaceAsync();
        Account account, friend;
        Hall hall;
        Snowflake group, message;
        await using (var host = await TestHost.StartAsync(place))
        {
            hall = await host.CreateGuildAsync(await host.RegisterAsync());
            account = await host.RegisterAsync();
            friend = await host.BefriendAsync(account);
            await host.JoinAsync(hall, account);
            message = await host.PostAsync(account, hall.ChannelId, "I was here");
            group = TestHost.Id((await host.SendAsync("POST", "/users/@me/channels", account, new { recipients = Array.Empty<string>() })).Json["id"]);
            (await host.SendAsync("PUT", $"/channels/{group}/recipients/{friend.Id}", account)).Is(204);
            var direct = (await host.SendAsync("POST", "/users/@me/channels", friend, new { recipient_id = account.Id.ToString() })).Json["id"];
            var owned = await host.CreateGuildAsync(account);

            (await host.SendAsync("POST", "/users/@me/delete", account, new { password = "wrong one" })).IsInvalid("password: PASSWORD_DOES_NOT_MATCH");
            (await host.SendAsync("POST", "/users/@me/delete", account, new { password = TestHost.Password })).Is(400, 40011);
            (await host.SendAsync("DELETE", $"/guilds/{owned.Id}", account)).Is(204);
            (await host.SendAsync("POST", "/users/@me/delete", account, new { password = TestHost.Password })).Is(204);

            (await host.SendAsync("GET", "/users/@me", account)).Is(401, 0);
            (await host.SendAsync("GET", $"/users/{account.Id}", friend)).Is(404, 10013);
            (await host.SendAsync("POST", $"/channels/{direct}/messages", friend, new { content = "hello?" })).Is(403, 50007);
            (await host.SendAsync("POST", "/auth/login", null, new { login = account.Name, password = TestHost.Password })).Is(400, 50035);
            // The name is free again.
            (await host.SendAsync("POST", "/auth/register", null, new { username = account.Name, email = $"{account.Name}@example.org", password = TestHost.Password })).Is(201);
        }

        // The server finished what it had begun before it closed.
        await using var second = await TestHost.StartAsync(place);
        var left = (await second.SendAsync("GET", $"/channels/{hall.ChannelId}/messages/{message}", hall.Owner)).Is(200).Json;
        Assert.Equal(("I was here", account.Id, "Deleted User"), ((string?)left["content"], TestHost.Id(left["author"]!["id"]), (string?)left["author"]!["username"]));
        (await second.SendAsync("GET", $"/guilds/{hall.Id}/members/{account.Id}", hall.Owner)).Is(404, 10007);
        Assert.Equal("[]", (await second.SendAsync("GET", "/users/@me/relationships", friend)).Is(200).Body);
        var seen = (await second.SendAsync("GET", $"/channels/{group}", friend)).Is(200).Json;
        Assert.Equal((friend.Id, 0), (TestHost.Id(seen["owner_id"]), seen["recipients"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_name_can_be_tried_before_it_is_taken()
    {
        var account = await Host.RegisterAsync();

        Assert.Equal("""{"taken":true}""", (await TryAsync(account.Name.ToUpperInvariant())).Is(200).Body);
        Assert.Equal("""{"taken":false}""", (await TryAsync("somebody_else")).Is(200).Body);
        (await TryAsync("every@ne")).IsInvalid("username: USERNAME_INVALID_CONTAINS");
        (await TryAsync("x")).IsInvalid("username: BASE_TYPE_BAD_LENGTH");

        Task<Answer> TryAsync(string username) => Host.SendAsync("POST", "/unique-username/username-attempt-unauthed", null, new { username });
    }

    private string Code(int steps) => Totp.CodeAt(Totp.ParseSecret(Secret)!, _step + steps);

    private Task<Answer> EnableAsync(Account account, string password, string? secret, string code) => Host.SendAsync("POST", "/users/@me/mfa/totp/enable", account, new { password, secret, code });

    private async Task<(Account Account, IReadOnlyList<string> Codes)> EnableAsync(Account account)
    {
        var enabled = (await EnableAsync(account, TestHost.Password, Secret, Code(0))).Is(200).Json;
        return (account with { Token = (string)enabled["token"]! }, [.. enabled["backup_codes"]!.AsArray().Select(code => (string)code!["code"]!)]);
    }

    private Task<Answer> LoginAsync(Account account) => Host.SendAsync("POST", "/auth/login", null, new { login = account.Name, password = TestHost.Password });

    private Task<Answer> FinishAsync(string ticket, string code) => Host.SendAsync("POST", "/auth/mfa/totp", null, new { ticket, code });
}

public sealed class SqliteSecondFactorTests(SqliteSite site) : SecondFactorTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresSecondFactorTests(PostgresSite site) : SecondFactorTests(site), IClassFixture<PostgresSite>;
