using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>POST /guilds/{guild_id}/roles: a new role just above @everyone, with @everyone's permissions unless others are given.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Create Guild Role". Needs MANAGE_ROLES and the bits that it gives. Fires GUILD_ROLE_CREATE.</remarks>
internal sealed class CreateGuildRole(GuildHomes homes, IImages images, SnowflakeGenerator ids, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Post("create_guild_role", "/guilds/{guild_id}/roles");

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
        if (turn.State.Roles.Count >= RoleChanges.Max)
            return ApiError.MaximumRoles;
        var role = fields.Apply(new Role { Id = ids.Next(), Name = "new role", Permissions = turn.State.Everyone.Permissions, Position = 1, Icon = icon.Hash });
        if (!turn.MayGive(role.Permissions))
            return ApiError.MissingPermissions;

        var unit = icon.Keep(new WriteUnit(), role.Id, null, turn.State.Id);
        var next = RoleChanges.Insert(turn.State, role, unit);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.RoleCreate, role.Id, request.Reason, AuditChanges.Between(null, role)), next);
        return Reply.Ok(role);
    }
}
