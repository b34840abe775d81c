using System.Globalization;
using Discord.IntegrationTests.Sites;
using Xunit;

namespace Discord.IntegrationTests.Api;

public abstract class AccountTests(Site site) : ApiTests(site)
{
    private static int s_names;

    [Fact]
    public async Task Who_registers_is_logged_in_and_sees_their_own_account()
    {
        var name = NewName();
        var answer = await RegisterAsync(Host, new { username = name, email = $"{name}@Example.org", password = TestHost.Password, global_name = "Zoë 日本" });

        answer.Is(201);
        Assert.Equal(["token", "user_id"], answer.Json.AsObject().Select(field => field.Key).Order());
        var me = await Host.SendRawAsync("GET", "/api/v10/users/@me", (string?)answer.Json["token"]);
        me.Is(200);
        Assert.Equal(((string?)answer.Json["user_id"], name, $"{name}@Example.org", "Zoë 日本"),
            ((string?)me.Json["id"], (string?)me.Json["username"], (string?)me.Json["email"], (string?)me.Json["global_name"]));
        Assert.DoesNotContain("password", me.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password", 7, 8, "BASE_TYPE_BAD_LENGTH")]
    [InlineData("password", 73, 72, "BASE_TYPE_BAD_LENGTH")]
    [InlineData("username", 1, 2, "BASE_TYPE_BAD_LENGTH")]
    [InlineData("username", 33, 32, "BASE_TYPE_BAD_LENGTH")]
    [InlineData("global_name", 33, 32, "BASE_TYPE_BAD_LENGTH")]
    [InlineData("email", 255, 254, "BASE_TYPE_BAD_LENGTH")]
    public async Task Lengths_have_limits(string field, int wrong, int right, string code)
    {
        (await RegisterAsync(Host, Form(field, wrong))).IsInvalid($"{field}: {code}");
        (await RegisterAsync(Host, Form(field, right))).Is(201);

        static Dictionary<string, string> Form(string field, int length)
        {
            var name = NewName();
            var form = new Dictionary<string, string> { ["username"] = name, ["email"] = $"{name}@example.org", ["password"] = TestHost.Password };
            // Different each time, even with two letters.
            var filling = name[^2..].PadLeft(length, 'x');
            form[field] = field == "email" ? $"{name}@".PadRight(length, 'x') : filling[^length..];
            return form;
        }
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        (await RegisterAsync(Host, new { })).IsInvalid("email: BASE_TYPE_REQUIRED", "password: BASE_TYPE_REQUIRED", "username: BASE_TYPE_REQUIRED");
        (await RegisterAsync(Host, new { username = "every@ne", email = "nowhere", password = "short" }))
            .IsInvalid("email: EMAIL_TYPE_INVALID_EMAIL", "password: BASE_TYPE_BAD_LENGTH", "username: USERNAME_INVALID_CONTAINS");
    }

    [Fact]
    public async Task A_taken_name_or_address_is_refused_whatever_its_case_and_makes_no_account()
    {
        var account = await Host.RegisterAsync();
        var (name, other) = (NewName(), NewName());

        (await RegisterAsync(Host, new { username = account.Name.ToUpperInvariant(), email = $"{name}@example.org", password = TestHost.Password })).IsInvalid("username: USERNAME_ALREADY_TAKEN");
        (await RegisterAsync(Host, new { username = other, email = $"{account.Name.ToUpperInvariant()}@EXAMPLE.ORG", password = TestHost.Password })).IsInvalid("email: EMAIL_ALREADY_REGISTERED");

        (await LoginAsync(Host, $"{name}@example.org", TestHost.Password)).IsInvalid("login: INVALID_LOGIN", "password: INVALID_LOGIN");
        (await RegisterAsync(Host, new { username = other, email = $"{other}@example.org", password = TestHost.Password })).Is(201);
    }

    [Fact]
    public async Task Of_two_who_register_one_name_at_once_one_gets_it()
    {
        var name = NewName();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RegisterAsync(Host, new { username = name, email = $"{name}{i}@example.org", password = TestHost.Password })));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsInvalid("username: USERNAME_ALREADY_TAKEN"));
    }

    [Fact]
    public async Task Login_takes_the_address_or_the_name_and_gives_another_token()
    {
        var account = await Host.RegisterAsync();

        var byAddress = await LoginAsync(Host, $"{account.Name.ToUpperInvariant()}@example.org", TestHost.Password);
        var byName = await LoginAsync(Host, account.Name, TestHost.Password);

        Assert.Equal(account.Id, TestHost.Id(byAddress.Is(200).Json["user_id"]));
        Assert.NotNull(byAddress.Json["user_settings"]);
        string[] tokens = [account.Token, (string)byAddress.Json["token"]!, (string)byName.Is(200).Json["token"]!];
        Assert.Equal(3, tokens.Distinct().Count());
        foreach (var token in tokens)
            (await MeAsync(Host, token)).Is(200);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        var account = await Host.RegisterAsync();

        var wrong = await LoginAsync(Host, account.Name, TestHost.Password + "x");
        var unknown = await LoginAsync(Host, NewName(), TestHost.Password);

        wrong.IsInvalid("login: INVALID_LOGIN", "password: INVALID_LOGIN");
        Assert.Equal((wrong.Status, wrong.Body), (unknown.Status, unknown.Body));
        (await Host.SendAsync("POST", "/auth/login", null, new { })).IsInvalid("login: BASE_TYPE_REQUIRED", "password: BASE_TYPE_REQUIRED");
    }

    [Fact]
    public async Task Logging_out_ends_this_token_and_no_other()
    {
        var account = await Host.RegisterAsync();
        var second = (string)(await LoginAsync(Host, account.Name, TestHost.Password)).Json["token"]!;

        (await Host.SendAsync("POST", "/auth/logout", account)).Is(204);

        (await MeAsync(Host, account.Token)).Is(401, 0);
        (await Host.SendAsync("POST", "/auth/logout", account)).Is(401, 0);
        (await MeAsync(Host, second)).Is(200);
    }

    [Fact]
    public async Task A_new_password_ends_every_token_and_answers_with_a_new_one()
    {
        var account = await Host.RegisterAsync();
        var other = await Host.RegisterAsync();
        var second = (string)(await LoginAsync(Host, account.Name, TestHost.Password)).Json["token"]!;

        var changed = await Host.SendAsync("PATCH", "/users/@me", account, new { password = TestHost.Password, new_password = "another one" });

        var token = (string)changed.Is(200).Json["token"]!;
        (await MeAsync(Host, token)).Is(200);
        (await MeAsync(Host, account.Token)).Is(401, 0);
        (await MeAsync(Host, second)).Is(401, 0);
        (await MeAsync(Host, other.Token)).Is(200);
        (await LoginAsync(Host, account.Name, TestHost.Password)).Is(400, 50035);
        (await LoginAsync(Host, account.Name, "another one")).Is(200);
    }

    [Theory]
    [InlineData("""{"password":"wrong one","new_password":"another one"}""")]
    [InlineData("""{"new_password":"another one"}""")]
    [InlineData("""{"password":"wrong one","email":"stolen@example.org"}""")]
    [InlineData("""{"username":"stolen"}""")]
    public async Task Without_the_right_password_nothing_changes(string body)
    {
        var account = await Host.RegisterAsync();
        var before = await MeAsync(Host, account.Token);

        (await Host.SendAsync("PATCH", "/users/@me", account, body)).IsInvalid("password: PASSWORD_DOES_NOT_MATCH");

        Assert.Equal(before.Body, (await MeAsync(Host, account.Token)).Body);
        (await LoginAsync(Host, account.Name, TestHost.Password)).Is(200);
    }

    [Fact]
    public async Task A_display_name_changes_without_a_password()
    {
        var account = await Host.RegisterAsync();

        (await Host.SendAsync("PATCH", "/users/@me", account, new { global_name = "New" })).Is(200);
        Assert.Equal("New", (string?)(await MeAsync(Host, account.Token)).Json["global_name"]);
        (await Host.SendAsync("PATCH", "/users/@me", account, """{"global_name":null}""")).Is(200);
        Assert.Null((await MeAsync(Host, account.Token)).Json["global_name"]);
    }

    [Fact]
    public async Task Tokens_survive_a_restart_and_ended_ones_stay_ended()
    {
        var place = await Site.NewPlaceAsync();
        Account stays, ended;
        await using (var first = await TestHost.StartAsync(place))
        {
            stays = await first.RegisterAsync();
            ended = await first.RegisterAsync();
            (await first.SendAsync("POST", "/auth/logout", ended)).Is(204);
        }

        await using var second = await TestHost.StartAsync(place);
        (await MeAsync(second, stays.Token)).Is(200);
        (await MeAsync(second, ended.Token)).Is(401, 0);
        (await LoginAsync(second, ended.Name, TestHost.Password)).Is(200);
    }

    [Fact]
    public async Task With_invites_only_a_valid_one_lets_in_and_joins_its_guild()
    {
        var place = await Site.NewPlaceAsync();
        Hall hall;
        string code;
        await using (var open = await TestHost.StartAsync(place))
        {
            hall = await open.CreateGuildAsync(await open.RegisterAsync());
            code = (string)(await open.SendAsync("POST", $"/channels/{hall.ChannelId}/invites", hall.Owner, new { max_uses = 1 })).Is(200).Json["code"]!;
        }

        await using var host = await TestHost.StartAsync(place, ("Users:Registration", "invite"));
        (await RegisterAsync(host, Form(null))).IsInvalid("invite: INVITE_REQUIRED");
        (await RegisterAsync(host, Form("no-such-invite"))).IsInvalid("invite: INVITE_REQUIRED");
        var registered = await RegisterAsync(host, Form(code));
        var token = (string)registered.Is(201).Json["token"]!;
        // It was good for one.
        (await RegisterAsync(host, Form(code))).IsInvalid("invite: INVITE_REQUIRED");

        var guilds = await host.SendRawAsync("GET", "/api/v10/users/@me/guilds", token);
        Assert.Equal([hall.Id.ToString()], guilds.Is(200).Json.AsArray().Select(guild => (string?)guild!["id"]));
        (await LoginAsync(host, hall.Owner.Name, TestHost.Password)).Is(200);
    }

    [Fact]
    public async Task Closed_registration_lets_nobody_in_and_those_inside_log_in()
    {
        var place = await Site.NewPlaceAsync();
        Account account;
        await using (var open = await TestHost.StartAsync(place))
            account = await open.RegisterAsync();

        await using var host = await TestHost.StartAsync(place, ("Users:Registration", "closed"));

        (await RegisterAsync(host, Form(null))).IsInvalid("email: REGISTRATION_CLOSED");
        (await LoginAsync(host, account.Name, TestHost.Password)).Is(200);
    }

    [Fact]
    public async Task Registrations_of_an_address_are_limited_by_the_hour()
    {
        await using var host = await Site.StartHostAsync(("Users:RegistrationsPerHour", "3"));

        // What is refused for its form takes nothing of the limit.
        (await RegisterAsync(host, new { })).Is(400, 50035);
        for (var i = 0; i < 3; i++)
            (await RegisterAsync(host, Form(null))).Is(201);
        var refused = await RegisterAsync(host, Form(null));

        refused.Is(429, 0);
        var wait = (double)refused.Json["retry_after"]!;
        Assert.InRange(wait, 3000, 3600);
        Assert.False((bool)refused.Json["global"]!);
        Assert.Equal(Math.Ceiling(wait).ToString(CultureInfo.InvariantCulture), refused.Header("Retry-After"));
        Assert.Null(refused.Header("X-RateLimit-Global"));
        Assert.Equal("shared", refused.Header("X-RateLimit-Scope"));
    }

    [Fact]
    public async Task A_setting_that_means_nothing_keeps_the_server_from_starting()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Site.StartHostAsync(("Users:Registration", "sometimes")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Site.StartHostAsync(("Users:RegistrationsPerHour", "-1")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Site.StartHostAsync(("Database:Engine", "paper")));
    }

    private static string NewName() => string.Create(CultureInfo.InvariantCulture, $"somebody{Interlocked.Increment(ref s_names):0000}");

    private static Dictionary<string, string> Form(string? invite)
    {
        var name = NewName();
        var form = new Dictionary<string, string> { ["username"] = name, ["email"] = $"{name}@example.org", ["password"] = TestHost.Password };
        if (invite is not null)
            form["invite"] = invite;
        return form;
    }

    private static Task<Answer> RegisterAsync(TestHost host, object body) => host.SendAsync("POST", "/auth/register", null, body);

    private static Task<Answer> LoginAsync(TestHost host, string login, string password) => host.SendAsync("POST", "/auth/login", null, new { login, password });

    private static Task<Answer> MeAsync(TestHost host, string token) => host.SendRawAsync("GET", "/api/v10/users/@me", token);
}

public sealed class SqliteAccountTests(SqliteSite site) : AccountTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAccountTests(PostgresSite site) : AccountTests(site), IClassFixture<PostgresSite>;
