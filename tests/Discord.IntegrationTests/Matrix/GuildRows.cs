using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Guilds, channels, roles, members, bans, invites.</summary>
internal static class GuildRows
{
    public static readonly Row[] Guilds =
    [
        People("create_guild", 201, new Request("POST", "/guilds", new { name = "another" })),
        Guild("get_guild", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}")),
        Guild("get_guild_preview", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/preview")),
        Guild("update_guild", 200, Permissions.ManageGuild, world => new Request("PATCH", $"/guilds/{world.Hall.Id}", new { name = "renamed" })),
        Own("list_my_guilds", 200, new Request("GET", "/users/@me/guilds")),
        new("delete_guild", 204)
        {
            ToStrangers = UnknownGuild,
            // Everybody tries their hand on the hall but its owner, who deletes another one.
            Request = async (world, caller) => new Request("DELETE", $"/guilds/{(caller == world.Owner ? await world.NewAsync("POST", "/guilds", new { name = "doomed" }) : world.Hall.Id)}"),
            Except = new Dictionary<CallerKind, (int, int)> { [CallerKind.MemberWithout] = (403, 50013), [CallerKind.MemberWith] = (403, 50013), [CallerKind.Bot] = (403, 50013) },
        },
        new("leave_guild", 204)
        {
            // A guild of somebody else that the caller just joined; bots and strangers are in none.
            Request = async (world, caller) =>
            {
                if (caller is null || caller.IsBot || caller == world[CallerKind.Other])
                    return new Request("DELETE", $"/users/@me/guilds/{new Snowflake(world.Hall.Id.Value + 1)}");
                var hall = await world.Host.CreateGuildAsync(world.Victim);
                await world.Host.JoinAsync(hall, caller);
                return new Request("DELETE", $"/users/@me/guilds/{hall.Id}");
            },
            Except = new Dictionary<CallerKind, (int, int)> { [CallerKind.Other] = UnknownGuild, [CallerKind.Bot] = UnknownGuild },
        },
    ];

    public static readonly Row[] Channels =
    [
        Guild("list_guild_channels", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/channels")),
        Guild("create_guild_channel", 201, Permissions.ManageChannels, world => new Request("POST", $"/guilds/{world.Hall.Id}/channels", new { name = "new" })),
        Guild("bulk_update_guild_channels", 204, Permissions.ManageChannels, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/channels", new[] { new { id = world.Hall.ChannelId.ToString(), position = 3 } })),
        Channel("get_channel", 200, Permissions.None, world => new Request("GET", $"/channels/{world.Hall.ChannelId}")),
        Channel("update_channel", 200, Permissions.ManageChannels, world => new Request("PATCH", $"/channels/{world.Hall.ChannelId}", new { topic = "talk" })),
        Channel("delete_channel", 200, Permissions.ManageChannels, async world => new Request("DELETE", $"/channels/{await world.NewChannelAsync()}")),
        Channel("set_channel_permission_overwrite", 204, Permissions.ManageRoles, world => new Request("PUT", $"/channels/{world.Hall.ChannelId}/permissions/{world.Victim.Id}", new { type = 1, allow = "0", deny = "0" })),
        Channel("delete_channel_permission_overwrite", 204, Permissions.ManageRoles, async world =>
        {
            (await world.AsOwnerAsync("PUT", $"/channels/{world.Hall.ChannelId}/permissions/{world.Victim.Id}", new { type = 1, allow = "0", deny = "0" })).Is(204);
            return new Request("DELETE", $"/channels/{world.Hall.ChannelId}/permissions/{world.Victim.Id}");
        }),
    ];

    public static readonly Row[] Roles =
    [
        Guild("list_guild_roles", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/roles")),
        Guild("get_guild_role", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/roles/{world.Hall.Id}")),
        Guild("guild_role_member_counts", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/roles/member-counts")),
        Guild("create_guild_role", 200, Permissions.ManageRoles, world => new Request("POST", $"/guilds/{world.Hall.Id}/roles", new { name = "new" })),
        Guild("bulk_update_guild_roles", 200, Permissions.ManageRoles, async world => new Request("PATCH", $"/guilds/{world.Hall.Id}/roles", new[] { new { id = (await NewRoleAsync(world)).ToString(), position = 1 } })),
        Guild("update_guild_role", 200, Permissions.ManageRoles, async world => new Request("PATCH", $"/guilds/{world.Hall.Id}/roles/{await NewRoleAsync(world)}", new { name = "renamed" })),
        Guild("delete_guild_role", 204, Permissions.ManageRoles, async world => new Request("DELETE", $"/guilds/{world.Hall.Id}/roles/{await NewRoleAsync(world)}")),
        Guild("add_guild_member_role", 204, Permissions.ManageRoles, async world => new Request("PUT", $"/guilds/{world.Hall.Id}/members/{world.Victim.Id}/roles/{await NewRoleAsync(world)}")),
        Guild("delete_guild_member_role", 204, Permissions.ManageRoles, async world => new Request("DELETE", $"/guilds/{world.Hall.Id}/members/{world.Victim.Id}/roles/{await NewRoleAsync(world)}")),
    ];

    public static readonly Row[] Members =
    [
        Guild("list_guild_members", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/members")),
        Guild("search_guild_members", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/members/search?query=p")),
        Guild("get_guild_member", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/members/{world.Victim.Id}")),
        Guild("get_my_guild_member", 200, Permissions.None, world => new Request("GET", $"/users/@me/guilds/{world.Hall.Id}/member")),
        Guild("update_guild_member", 200, Permissions.ManageNicknames, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/members/{world.Victim.Id}", new { nick = "nick" })),
        Guild("update_my_guild_member", 200, Permissions.ChangeNickname | Permissions.ManageNicknames, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/members/@me", new { nick = "me" })),
        Guild("update_my_nick", 200, Permissions.ChangeNickname | Permissions.ManageNicknames, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/members/@me/nick", new { nick = "me" })),
        Guild("delete_guild_member", 204, Permissions.KickMembers, async world =>
        {
            var kicked = await world.Host.RegisterAsync();
            await world.Host.JoinAsync(world.Hall, kicked);
            return new Request("DELETE", $"/guilds/{world.Hall.Id}/members/{kicked.Id}");
        }),
    ];

    public static readonly Row[] Bans =
    [
        Guild("list_guild_bans", 200, Permissions.BanMembers, world => new Request("GET", $"/guilds/{world.Hall.Id}/bans")),
        Guild("get_guild_ban", 200, Permissions.BanMembers, async world => new Request("GET", $"/guilds/{world.Hall.Id}/bans/{await BannedAsync(world)}")),
        Guild("ban_user_from_guild", 204, Permissions.BanMembers, world => new Request("PUT", $"/guilds/{world.Hall.Id}/bans/{world[CallerKind.Other]!.Id}", new { })),
        Guild("bulk_ban_users_from_guild", 200, Permissions.BanMembers | Permissions.ManageGuild, async world =>
        {
            await UnbanAsync(world);
            return new Request("POST", $"/guilds/{world.Hall.Id}/bulk-ban", new { user_ids = new[] { world[CallerKind.Other]!.Id.ToString() } });
        }),
        Guild("unban_user_from_guild", 204, Permissions.BanMembers, async world => new Request("DELETE", $"/guilds/{world.Hall.Id}/bans/{await BannedAsync(world)}")),
    ];

    public static readonly Row[] Invites =
    [
        Channel("create_channel_invite", 200, Permissions.CreateInstantInvite, world => new Request("POST", $"/channels/{world.Hall.ChannelId}/invites", new { })),
        Channel("list_channel_invites", 200, Permissions.ManageChannels, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/invites")),
        Guild("list_guild_invites", 200, Permissions.ManageGuild, world => new Request("GET", $"/guilds/{world.Hall.Id}/invites")),
        Public("invite_resolve", 200, async world => new Request("GET", $"/invites/{await InviteAsync(world)}")),
        Channel("invite_revoke", 200, Permissions.ManageChannels | Permissions.ManageGuild, async world => new Request("DELETE", $"/invites/{await InviteAsync(world)}")).But((CallerKind.Other, (403, 50013))),
        People("accept_invite", 200, async (world, _) =>
        {
            await UnbanAsync(world);
            var hall = await world.Host.CreateGuildAsync(world.Victim);
            var invite = await world.Host.SendAsync("POST", $"/channels/{hall.ChannelId}/invites", world.Victim, new { });
            return new Request("POST", $"/invites/{invite.Json["code"]}");
        }),
    ];

    private static Task<Snowflake> NewRoleAsync(World world) => world.NewAsync("POST", $"/guilds/{world.Hall.Id}/roles", new { name = "low" });

    private static async Task<Snowflake> BannedAsync(World world)
    {
        (await world.AsOwnerAsync("PUT", $"/guilds/{world.Hall.Id}/bans/{world[CallerKind.Other]!.Id}", new { })).Is(204);
        return world[CallerKind.Other]!.Id;
    }

    private static Task UnbanAsync(World world) => world.AsOwnerAsync("DELETE", $"/guilds/{world.Hall.Id}/bans/{world[CallerKind.Other]!.Id}");

    private static async Task<string> InviteAsync(World world) => (string)(await world.MakeAsync("POST", $"/channels/{world.Hall.ChannelId}/invites", new { unique = true }))["code"]!;
}
