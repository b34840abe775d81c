using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Relationships, notes, profiles, groups, calls, second factors, sessions, the end of an account.</summary>
internal static class SocialRows
{
    private static readonly (int, int) s_wrongPassword = (400, 50035);

    public static readonly Row[] Relationships =
    [
        People("list_my_relationships", 200, new Request("GET", "/users/@me/relationships")),
        People("send_friend_request", 204, (world, _) => Task.FromResult(new Request("POST", "/users/@me/relationships", new { username = world.Victim.Name }))),
        People("set_relationship", 204, (world, _) => Task.FromResult(new Request("PUT", $"/users/@me/relationships/{world.Victim.Id}", new { }))),
        People("update_relationship", 204, async (world, caller) => new Request("PATCH", $"/users/@me/relationships/{await FriendAsync(world, caller)}", new { nickname = "pal" })),
        People("delete_relationship", 204, async (world, caller) => new Request("DELETE", $"/users/@me/relationships/{await FriendAsync(world, caller)}")),
        People("bulk_delete_relationships", 204, new Request("DELETE", "/users/@me/relationships")),
        People("list_my_notes", 200, new Request("GET", "/users/@me/notes")),
        People("set_my_note", 204, (world, _) => Task.FromResult(new Request("PUT", $"/users/@me/notes/{world.Owner.Id}", new { note = "owns it" }))),
        People("get_my_note", 200, async (world, caller) =>
        {
            await world.Host.SendAsync("PUT", $"/users/@me/notes/{world.Victim.Id}", caller, new { note = "poor soul" });
            return new Request("GET", $"/users/@me/notes/{world.Victim.Id}");
        }),
    ];

    public static readonly Row[] Profiles =
    [
        People("get_user_profile", 200, (world, _) => Task.FromResult(new Request("GET", $"/users/{world.Owner.Id}/profile"))).But((CallerKind.Other, MissingAccess)),
        People("update_my_profile", 200, new Request("PATCH", "/users/@me/profile", new { bio = "hello" })),
        Guild("update_my_guild_profile", 200, Permissions.None, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/profile/@me", new { bio = "hello" })).But((CallerKind.Bot, BotsCannot)),
        People("list_my_connections", 200, new Request("GET", "/users/@me/connections")),
    ];

    public static readonly Row[] Groups =
    [
        People("add_group_dm_user", 204, async (world, caller) => new Request("PUT", $"/channels/{await GroupAsync(world, caller)}/recipients/{await FriendAsync(world, caller)}", new { })),
        People("delete_group_dm_user", 204, async (world, caller) => new Request("DELETE", $"/channels/{await GroupAsync(world, caller)}/recipients/{Person(world, caller).Id}")),
        People("get_my_dm", 200, async (world, caller) =>
        {
            await world.Host.SendAsync("POST", "/users/@me/channels", caller, new { recipient_id = world.Victim.Id.ToString() });
            return new Request("GET", $"/users/@me/dms/{world.Victim.Id}");
        }),
        People("get_call", 200, async (world, caller) => new Request("GET", $"/channels/{await GroupAsync(world, caller)}/call")),
        People("ring_call", 400, async (world, caller) => new Request("POST", $"/channels/{await GroupAsync(world, caller)}/call/ring", new { })),
        People("stop_ringing_call", 400, async (world, caller) => new Request("POST", $"/channels/{await GroupAsync(world, caller)}/call/stop-ringing", new { })),
        People("update_call", 400, async (world, caller) => new Request("PATCH", $"/channels/{await GroupAsync(world, caller)}/call", new { region = "local" })),
    ];

    public static readonly Row[] Accounts =
    [
        Guarded("enable_totp", "/users/@me/mfa/totp/enable"),
        Guarded("disable_account", "/users/@me/disable"),
        Guarded("delete_account", "/users/@me/delete"),
        People("disable_totp", 400, new Request("POST", "/users/@me/mfa/totp/disable", new { code = "123456" })),
        Public("login_with_totp", 400, new Request("POST", "/auth/mfa/totp", new { ticket = "none", code = "123456" })),
        People("list_auth_sessions", 200, new Request("GET", "/auth/sessions")),
        People("logout_auth_sessions", 204, new Request("POST", "/auth/sessions/logout", new { session_id_hashes = Array.Empty<string>() })),
        Public("try_username", 200, new Request("POST", "/unique-username/username-attempt-unauthed", new { username = "someone" })),
        Public("get_location_metadata", 200, new Request("GET", "/auth/location-metadata")),
    ];

    // Callers are needed again: they give a wrong password, and get further than those who are not let in.
    private static Row Guarded(string id, string path)
    {
        var row = People(id, s_wrongPassword.Item1, new Request("POST", path, new { password = "not the one" }));
        return new[] { CallerKind.Other, CallerKind.MemberWithout, CallerKind.MemberWith, CallerKind.Owner }.Aggregate(row, (guarded, caller) => guarded.But((caller, s_wrongPassword)));
    }

    private static Account Person(World world, Account caller) => caller.IsBot ? world.Owner : caller;

    private static async Task<Snowflake> FriendAsync(World world, Account caller) => (await world.Host.BefriendAsync(Person(world, caller))).Id;

    private static async Task<Snowflake> GroupAsync(World world, Account caller) =>
        TestHost.Id((await world.Host.SendAsync("POST", "/users/@me/channels", Person(world, caller), new { recipients = Array.Empty<string>() })).Is(200).Json["id"]);
}
