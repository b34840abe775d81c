using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Bans;

/// <summary>Bans users on a guild's lane: one, or many in one commit.</summary>
internal sealed class Banning(Departures departures, ThreadStore threads, AuditTrail audit)
{
    /// <summary>Not oneself, not the owner, and of members only those below one's own highest role. Users who are no members can be banned too.</summary>
    public static async ValueTask<bool> MayBanAsync(GuildTurn turn, Snowflake userId) =>
        userId != turn.Member.UserId && userId != turn.State.OwnerId && (await turn.Home.Members.FindAsync(userId) is not { } member || turn.IsAbove(member));

    /// <summary>Bans users who were not banned: the ban, GUILD_MEMBER_REMOVE for members, GUILD_BAN_ADD, and the purge of their messages.</summary>
    public async Task BanAsync(GuildTurn turn, IReadOnlyCollection<User> users, BanForm form)
    {
        var unit = new WriteUnit();
        foreach (var user in users)
        {
            GuildStore.Save(unit, turn.State.Id, new Ban(user.Id, form.Reason)).Publish(new GuildBanAdded(turn.State.Id, user), turn.State);
            audit.Write(unit, turn, turn.State, AuditLogEvent.MemberBanAdd, user.Id, form.Reason);
            await PurgeAsync(turn, user.Id, form, unit);
        }

        await departures.RemoveAsync(turn, users, unit);
    }

    /// <summary>Asks Messaging to delete what somebody wrote lately, when the form says so.</summary>
    public async ValueTask PurgeAsync(GuildTurn turn, Snowflake userId, BanForm form, WriteUnit unit)
    {
        if (form.DeleteMessages <= TimeSpan.Zero)
            return;
        var since = turn.Now - form.DeleteMessages;
        var inThreads = await threads.UsedSinceAsync(turn.State.Id, Timestamp.From(since));
        Snowflake[] channels = [.. turn.State.Channels.Values.Where(channel => channel.Type.TakesMessages()).Select(channel => channel.Id), .. inThreads];
        unit.Publish(new UserMessagesPurged(turn.State.Id, userId, channels, Snowflake.FirstAt(since)), turn.State);
    }
}
