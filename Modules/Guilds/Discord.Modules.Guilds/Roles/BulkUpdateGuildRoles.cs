using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>PATCH /guilds/{guild_id}/roles: positions of many roles at once. @everyone stays at 0 and everything else above it.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Modify Guild Role Positions". Needs MANAGE_ROLES; a role that moves must be below the caller's highest
/// both before and after. Fires GUILD_ROLE_UPDATE for each role that moved; answers with all roles.
/// </remarks>
internal sealed class BulkUpdateGuildRoles(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Patch("bulk_update_guild_roles", "/guilds/{guild_id}/roles");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.JsonAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var rows = FormRows.Of(body.Value, RoleChanges.Max);
        if (rows.Error is { } noList)
            return noList;
        var moves = rows.Value.Forms.Select(form => (Id: form.Id("id", required: true) ?? default, Position: form.Int("position", 0, RoleChanges.Max * 4))).ToList();
        if (rows.Value.Errors is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var next = turn.State;
        foreach (var (id, position) in moves)
        {
            if (!next.Roles.TryGetValue(id, out var role))
                return ApiError.UnknownRole;
            // Libraries send the whole list, @everyone among it.
            if (id != next.Id && position is not null)
                next = next.WithRole(role with { Position = Math.Max(1, position.Value) });
        }

        var moved = next.Roles.Values.Where(role => role != turn.State.Roles[role.Id]).ToList();
        if (moved.Any(role => !turn.IsAbove(turn.State.Roles[role.Id]) || !turn.IsAbove(role)))
            return ApiError.MissingPermissions;
        if (moved.Count > 0)
        {
            var unit = new WriteUnit();
            RoleChanges.WriteUpdated(moved, next, unit);
            foreach (var role in moved)
                audit.Write(unit, turn, next, AuditLogEvent.RoleUpdate, role.Id, request.Reason, AuditChanges.Between(turn.State.Roles[role.Id], role));
            await turn.CommitAsync(unit, next);
        }

        return Reply.Ok(turn.State.SortedRoles);
    }
}
