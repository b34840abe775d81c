using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Accounts, direct messages, applications, consent, the gateway's address.</summary>
internal static class AccountRows
{
    public static readonly Row[] Accounts =
    [
        Own("get_my_user", 200, new Request("GET", "/users/@me")),
        Own("get_user", 200, (world, _) => Task.FromResult(new Request("GET", $"/users/{world.Victim.Id}"))),
        Own("update_my_user", 200, new Request("PATCH", "/users/@me", new { })),
        People("get_user_settings", 200, new Request("GET", "/users/@me/settings")),
        People("update_user_settings", 200, new Request("PATCH", "/users/@me/settings", new { theme = "dark" })),
        Own("create_dm", 200, (world, _) => Task.FromResult(new Request("POST", "/users/@me/channels", new { recipient_id = world.Victim.Id.ToString() }))),
        Own("list_my_private_channels", 200, new Request("GET", "/users/@me/channels")),
        Public("register", 201, _ => Task.FromResult(new Request("POST", "/auth/register", new { username = $"new{Guid.NewGuid():N}"[..20], email = $"{Guid.NewGuid():N}@example.org", password = TestHost.Password }))),
        Public("login", 200, world => Task.FromResult(new Request("POST", "/auth/login", new { login = $"{world.Victim.Name}@example.org", password = TestHost.Password }))),
        People("claim_owner", 404, new Request("POST", "/auth/claim-owner", new { token = "not the one" })),
        People("logout", 204, async (world, caller) => new Request("POST", "/auth/logout", null, caller.IsBot ? null : await LoginAsync(world, caller))),
    ];

    public static readonly Row[] Applications =
    [
        Public("get_gateway", 200, new Request("GET", "/gateway")),
        Own("get_bot_gateway", 200, new Request("GET", "/gateway/bot")),
        People("list_applications", 200, new Request("GET", "/applications")),
        People("create_application", 201, new Request("POST", "/applications", new { name = "another" })),
        OfOwner("get_application", 200, "GET", "", null),
        OfOwner("update_application", 200, "PATCH", "", new { description = "does things" }),
        OfOwner("reset_bot_token", 200, "POST", "/bot/reset", null).But((CallerKind.Bot, BotsCannot)),
        OfBots("get_my_application", "GET", "/applications/@me", null),
        OfBots("get_my_oauth2_application", "GET", "/oauth2/applications/@me", null),
        OfBots("update_my_application", "PATCH", "/applications/@me", new { }),
        People("get_oauth2_authorize", 200, async (world, _) => new Request("GET", $"/oauth2/authorize?client_id={await ApplicationAsync(world)}&scope=bot")),
        new("create_oauth2_authorize", 200)
        {
            Needs = Permissions.ManageGuild,
            ToStrangers = UnknownGuild,
            Request = async (world, _) => new Request("POST", $"/oauth2/authorize?client_id={await ApplicationAsync(world)}&scope=bot", new { authorize = true, guild_id = world.Hall.Id.ToString(), permissions = "0" }),
            Except = new Dictionary<CallerKind, (int, int)> { [CallerKind.Bot] = BotsCannot },
        },
    ];

    // An application of the hall's owner.
    private static Row OfOwner(string id, int success, string method, string path, object? body) => Own(id, success, async (world, _) => new Request(method, $"/applications/{await ApplicationAsync(world)}{path}", body))
        .But((CallerKind.Other, (403, 20012)), (CallerKind.MemberWithout, (403, 20012)), (CallerKind.MemberWith, (403, 20012)), (CallerKind.Bot, (403, 20012)));

    private static Row OfBots(string id, string method, string path, object? body) => Own(id, 200, new Request(method, path, body))
        .But((CallerKind.Other, OnlyBots), (CallerKind.MemberWithout, OnlyBots), (CallerKind.MemberWith, OnlyBots), (CallerKind.Owner, OnlyBots));

    private static Task<Snowflake> ApplicationAsync(World world) => world.NewAsync("POST", "/applications", new { name = "tool" });

    private static async Task<Account> LoginAsync(World world, Account account)
    {
        var login = await world.Host.SendAsync("POST", "/auth/login", null, new { login = $"{account.Name}@example.org", password = TestHost.Password });
        return account with { Token = (string)login.Json["token"]! };
    }
}
