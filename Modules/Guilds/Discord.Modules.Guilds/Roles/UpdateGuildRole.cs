using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>PATCH /guilds/{guild_id}/roles/{role_id}: a role's name, permissions and looks.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Modify Guild Role". Needs MANAGE_ROLES, a role of one's own above it, and each bit that changes.
/// Of @everyone only the permissions can be changed. Fires GUILD_ROLE_UPDATE.
/// </remarks>
internal sealed class UpdateGuildRole(GuildHomes homes, IImages images, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_role", "/guilds/{guild_id}/roles/{role_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var fields = new RoleForm(body.Value);
        using var icon = await images.ReadAsync(body.Value, "icon", ImageKind.RoleIcon, request.Cancelled);
        if (body.Value.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (!turn.State.Roles.TryGetValue(request.Id("role_id"), out var old))
            return ApiError.UnknownRole;
        if (!turn.IsAbove(old))
            return ApiError.MissingPermissions;
        var isEveryone = old.Id == turn.State.Id;
        if (isEveryone && fields.Name is { } name && name != old.Name)
            return ApiError.InvalidRole;
        var role = isEveryone ? old with { Permissions = fields.Permissions ?? old.Permissions } : fields.Apply(old) with { Icon = icon.Or(old.Icon) };
        if (!turn.MayGive(old.Permissions ^ role.Permissions))
            return ApiError.MissingPermissions;
        if (role == old)
            return Reply.Ok(old);

        var unit = isEveryone ? new WriteUnit() : icon.Keep(new WriteUnit(), role.Id, old.Icon, turn.State.Id);
        var next = RoleChanges.WriteUpdated([role], turn.State.WithRole(role), unit);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.RoleUpdate, role.Id, request.Reason, AuditChanges.Between(old, role)), next);
        return Reply.Ok(role);
    }
}
