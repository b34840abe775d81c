using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>New, changed and deleted roles, and what else changes with them.</summary>
internal static class RoleChanges
{
    /// <summary>Source: Discord docs, JSON error 30005.</summary>
    public const int Max = 250;

    /// <summary>Adds a role just above @everyone; the roles that stood there move up by one, and keep their order.</summary>
    public static GuildState Insert(GuildState state, Role role, WriteUnit unit)
    {
        var (next, moved) = Insert(state, role);
        GuildStore.Save(unit, state.Id, role).Publish(new GuildRoleCreated(state.Id, role), next);
        return WriteUpdated(moved, next, unit);
    }

    /// <summary>The guild with a role at position 1, and the roles that made room.</summary>
    public static (GuildState Next, IReadOnlyList<Role> Moved) Insert(GuildState state, Role role)
    {
        var moved = new List<Role>();
        var free = role.Position + 1;
        foreach (var other in state.Roles.Values.Where(other => other.Id != state.Id).Order(Comparer<Role>.Create(Hierarchy.Compare)))
        {
            if (other.Position >= free)
                break;
            moved.Add(other with { Position = free++ });
        }

        var next = state.WithRole(role);
        foreach (var other in moved)
            next = next.WithRole(other);
        return (next, moved);
    }

    /// <summary>Stores roles and publishes GUILD_ROLE_UPDATE for each.</summary>
    public static GuildState WriteUpdated(IEnumerable<Role> roles, GuildState next, WriteUnit unit)
    {
        foreach (var role in roles)
            GuildStore.Save(unit, next.Id, role).Publish(new GuildRoleUpdated(next.Id, role), next);
        return next;
    }

    /// <summary>Deletes a role with its overwrites in every channel, and takes it from its members.</summary>
    /// <returns>The guild afterwards.</returns>
    public static GuildState Delete(GuildHome home, GuildState state, Role role, WriteUnit unit)
    {
        var changes = new ChannelChanges(state.With(roles: state.Roles.Remove(role.Id)));
        foreach (var channel in state.Channels.Values.Where(channel => channel.PermissionOverwrites?.Any(overwrite => overwrite.Id == role.Id) == true))
            changes.Set(channel with { PermissionOverwrites = [.. channel.PermissionOverwrites!.Where(overwrite => overwrite.Id != role.Id)] });
        home.Members.TakeRole(GuildStore.DeleteRole(unit, state.Id, role.Id), role.Id);
        changes.Write(unit).Publish(new GuildRoleDeleted(state.Id, role.Id), changes.Next);
        return changes.Next;
    }
}
