using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>DELETE /guilds/{guild_id}/roles/{role_id}: members lose the role, channels its overwrites.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Delete Guild Role". Needs MANAGE_ROLES and a role of one's own above it; neither @everyone nor a bot's
/// own role can be deleted. Fires GUILD_ROLE_DELETE, and CHANNEL_UPDATE where there were overwrites.
/// </remarks>
internal sealed class DeleteGuildRole(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_role", "/guilds/{guild_id}/roles/{role_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (!turn.State.Roles.TryGetValue(request.Id("role_id"), out var role))
            return ApiError.UnknownRole;
        if (role.Managed || role.Id == turn.State.Id)
            return ApiError.InvalidRole;
        if (!turn.IsAbove(role))
            return ApiError.MissingPermissions;

        var unit = new WriteUnit();
        var next = RoleChanges.Delete(turn.Home, turn.State, role, unit);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.RoleDelete, role.Id, request.Reason, AuditChanges.Between(role, null)), next);
        return Reply.NoContent;
    }
}
