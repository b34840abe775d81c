using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>Which roles somebody may give to members or take from them.</summary>
/// <remarks>
/// Source: Discord docs, Topics, Permissions, "Permission Hierarchy": MANAGE_ROLES, and the role below one's own highest. @everyone and the roles
/// that belong to a bot are nobody's to give (50028).
/// </remarks>
internal static class MemberRoles
{
    /// <returns>Null when the caller may give or take the role, else 10011, 50028 or 50013.</returns>
    public static ApiError? Refuse(GuildTurn turn, Snowflake roleId)
    {
        if (!turn.Permissions.Has(Permissions.ManageRoles))
            return ApiError.MissingPermissions;
        if (!turn.State.Roles.TryGetValue(roleId, out var role))
            return ApiError.UnknownRole;
        if (role.Managed || role.Id == turn.State.Id)
            return ApiError.InvalidRole;
        return turn.IsAbove(role) ? null : ApiError.MissingPermissions;
    }
}
