using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>Changes of a guild's threads that are made together, the state they lead to, and the events that tell of them.</summary>
/// <param name="unit">What commits together with them.</param>
internal sealed class ThreadChanges(GuildHome home, GuildState before, WriteUnit unit)
{
    /// <summary>Active threads of a guild; announcement threads are counted apart.</summary>
    /// <remarks>Source: Discord docs, JSON errors 160006 and 160007, Topics, Threads.</remarks>
    public const int MaxActive = 1000;

    /// <summary>The guild after all changes.</summary>
    public GuildState Next { get; private set; } = before;

    public WriteUnit Unit => unit;

    /// <returns>Null when one more of a type can be active, else 160006 or 160007.</returns>
    public static ApiError? RefuseAnother(GuildState state, ChannelType type)
    {
        var isNews = type == ChannelType.AnnouncementThread;
        return state.Threads.Values.Count(thread => thread.Channel.Type == ChannelType.AnnouncementThread == isNews) < MaxActive ? null
            : isNews ? ApiError.MaximumActiveAnnouncementThreads : ApiError.MaximumActiveThreads;
    }

    /// <summary>Archives a thread, opens it, or changes what else it says of itself. An archived thread leaves the memory, an opened one comes back.</summary>
    /// <param name="changed">Made from <see cref="GuildState.WireOf(GuildThread, Snowflake?)"/>, so that it has the counters.</param>
    public GuildThread Set(GuildThread thread, ThreadChannel changed)
    {
        var after = thread with { Channel = changed with { Member = null } };
        if (after.IsArchived)
            Next = Next.WithoutThread(thread.Id);
        else
            Next = Next.WithThread(after);
        ThreadStore.Update(unit, after.Channel).Publish(new ThreadUpdated(after.Channel, after.Audience), Next);
        if (thread.IsArchived && !after.IsArchived)
            unit.Then(() => home.Watch(after.Channel));
        if (after.IsArchived)
            unit.Then(() => home.Marks.TryRemove(thread.Id, out _));
        return after;
    }

    /// <summary>Archives a thread now. It is no longer pinned.</summary>
    /// <remarks>Source: Discord docs, Topics, Threads: archiving unsets the PINNED flag.</remarks>
    public void Archive(GuildThread thread, DateTimeOffset now)
    {
        var channel = Next.WireOf(thread);
        Set(thread, channel with { Flags = channel.Flags & ~ThreadChannel.Pinned, ThreadMetadata = channel.ThreadMetadata with { Archived = true, ArchiveTimestamp = home.NextArchiveTime(now) } });
    }

    /// <summary>Opens an archived thread now.</summary>
    public GuildThread Open(GuildThread thread, DateTimeOffset now)
    {
        var channel = Next.WireOf(thread);
        return Set(thread, channel with { ThreadMetadata = channel.ThreadMetadata with { Archived = false, ArchiveTimestamp = Timestamp.From(now) } });
    }

    /// <summary>Adds members to an active thread. A private one is shown to them first.</summary>
    /// <param name="joining">With their users; none is in the thread yet.</param>
    public GuildThread Add(GuildThread thread, IReadOnlyCollection<Member> joining, Timestamp now)
    {
        var after = thread with { Members = joining.Aggregate(thread.Members, (members, member) => members.With(member.User!.Id, now)) };
        Next = Next.WithThread(after);
        var added = joining.Select(member => after.MemberOf(member.User!.Id)! with { Member = member }).ToList();
        foreach (var member in added)
        {
            ThreadStore.Insert(unit, member);
            if (thread.Channel.IsPrivate)
                unit.Publish(new ThreadShown(Next.WireOf(after, member.UserId), member.UserId), Next);
            unit.Publish(new ThreadMemberUpdated(Next.Id, member), Next);
        }

        unit.Publish(new ThreadMembersUpdated(after.Id, Next.Id, after.Members.Counted, added, [], after.Audience), Next);
        return after;
    }

    /// <summary>Takes a member out of an active thread. They hear of it too.</summary>
    public void Remove(GuildThread thread, Snowflake userId)
    {
        var after = thread with { Members = thread.Members.Without(userId) };
        Next = Next.WithThread(after);
        ThreadStore.DeleteMember(unit, thread.Id, userId).Publish(new ThreadMembersUpdated(after.Id, Next.Id, after.Members.Counted, [], [userId], thread.Audience), Next);
    }

    /// <summary>Takes a member who leaves the guild out of all its threads.</summary>
    public void RemoveFromAll(Snowflake userId)
    {
        foreach (var thread in Next.Threads.Values.Where(thread => thread.Members.Contains(userId)).ToList())
            Remove(thread, userId);
        ThreadStore.DeleteMemberships(unit, Next.Id, userId);
    }

    /// <summary>Deletes a thread; its messages are purged afterwards.</summary>
    public void Delete(GuildThread thread)
    {
        Next = Next.WithoutThread(thread.Id);
        ThreadStore.Delete(unit, [thread.Id]).Publish(new ThreadDeleted(thread.Channel, thread.Audience), Next).Publish(new ChannelsPurged(Next.Id, [thread.Id]), Next);
        unit.Then(() => home.Marks.TryRemove(thread.Id, out _));
    }
}
