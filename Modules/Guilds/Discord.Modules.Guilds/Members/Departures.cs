using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Integrations;
using Discord.Modules.Guilds.Onboarding;
using Discord.Modules.Guilds.Roles;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Modules.Guilds.Screening;
using Discord.Modules.Guilds.Threads;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>How users cease to be members: by leaving, by a kick or by a ban. A bot's own role and its integration go with it.</summary>
internal sealed class Departures(GuildHomes homes)
{
    /// <summary>Removes members, on the guild's lane.</summary>
    /// <param name="users">Who; those that are no members are passed over.</param>
    /// <param name="unit">What commits together with it.</param>
    public async Task RemoveAsync(GuildTurn turn, IReadOnlyCollection<User> users, WriteUnit unit)
    {
        var next = turn.State;
        foreach (var user in users)
        {
            if (await turn.Home.Members.FindAsync(user.Id) is not { } member)
                continue;
            foreach (var role in next.Roles.Values.Where(role => role.Tags?.BotId == user.Id).ToList())
                next = RoleChanges.Delete(turn.Home, next, role, unit);
            var threads = new ThreadChanges(turn.Home, next, unit);
            threads.RemoveFromAll(user.Id);
            next = threads.Next;
            if (next.Objects.All<GuildIntegration>().FirstOrDefault(integration => integration.BotId == user.Id) is { } integration)
                next = IntegrationWire.Remove(unit, next, integration);
            Forget(turn.Home.Members.Remove(unit, member), next.Id, user.Id).Publish(new GuildMemberRemoved(next.Id, user), next).Then(() => homes.NoteMember(user.Id, turn.State.Id, isMember: false));
        }

        await turn.CommitAsync(unit, next);
    }

    // With what they had said and asked for.
    private static WriteUnit Forget(WriteUnit unit, Snowflake guildId, Snowflake userId)
    {
        EventStore.RemoveResponses(unit, guildId, userId);
        OnboardingStore.Delete(unit, guildId, userId);
        return JoinRequestStore.DeleteWaiting(unit, guildId, userId);
    }
}
