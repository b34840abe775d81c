using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}: gives a member a role.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Add Guild Member Role". Needs MANAGE_ROLES and a role of one's own above it. Fires GUILD_MEMBER_UPDATE.</remarks>
internal sealed class AddGuildMemberRole(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Put("add_guild_member_role", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var roleId = request.Id("role_id");
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await turn.Home.Members.FindAsync(request.Id("user_id")) is not { } member)
            return ApiError.UnknownMember;
        if (MemberRoles.Refuse(turn, roleId) is { } refusedRole)
            return refusedRole;
        var saved = await wire.SaveAsync(turn, member.WithRoles(member.Roles.Append(roleId)), request.Reason);
        return saved.Error is { } gone ? gone : Reply.NoContent;
    }
}
