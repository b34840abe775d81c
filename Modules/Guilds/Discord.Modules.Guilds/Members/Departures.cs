using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Roles;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>How users cease to be members: by leaving, by a kick or by a ban. A bot's own role goes with it.</summary>
internal sealed class Departures(GuildHomes homes)
{
    /// <summary>Removes members, on the guild's lane.</summary>
    /// <param name="users">Who; those that are no members are passed over.</param>
    /// <param name="unit">What commits together with it.</param>
    public async Task RemoveAsync(GuildTurn turn, IReadOnlyCollection<User> users, WriteUnit unit)
    {
        var next = turn.State;
        var gone = new List<User>(users.Count);
        foreach (var user in users)
        {
            if (await turn.Home.Members.ContainsAsync(user.Id))
                gone.Add(user);
        }

        var roles = new List<Snowflake>();
        foreach (var user in gone)
        {
            foreach (var role in next.Roles.Values.Where(role => role.Tags?.BotId == user.Id).ToList())
            {
                next = RoleChanges.Delete(next, role, unit);
                roles.Add(role.Id);
            }

            GuildStore.DeleteMember(unit, next.Id, user.Id).Publish(new GuildMemberRemoved(next.Id, user), next);
        }

        var guilds = new List<GuildSet>(gone.Count);
        foreach (var user in gone)
            guilds.Add(await homes.GuildsOfAsync(user.Id));
        unit.Then(() =>
        {
            foreach (var user in gone)
                turn.Home.Members.Remove(user.Id);
            foreach (var set in guilds)
                set.Remove(next.Id);
            foreach (var role in roles)
                RoleChanges.TakeFromMembers(turn.Home, role);
        });
        await turn.CommitAsync(unit, next);
    }
}
