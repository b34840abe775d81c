using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>How members come into threads: by joining, by being added, by writing there or being mentioned.</summary>
internal sealed class ThreadJoins(GuildHomes homes, MemberWire wire, Database database)
{
    /// <summary>Puts a member of the guild into the caller's thread.</summary>
    /// <param name="mayAdd">Asked when they are not in it yet: null, or why not.</param>
    public async ValueTask<Reply> AddAsync(ThreadTurn entered, Snowflake userId, Func<MemberState, ApiError?> mayAdd)
    {
        var (turn, thread, _) = entered;
        if (thread.IsArchived)
            return ApiError.ThreadArchived;
        if (await turn.Home.Members.FindAsync(userId) is not { } member)
            return ApiError.UnknownMember;
        if (thread.Members.Contains(userId))
            return Reply.NoContent;
        if (mayAdd(member) is { } refused)
            return refused;
        if (thread.Members.Count >= ThreadMembers.Max)
            return ApiError.MaximumThreadMembers;
        if (await wire.WriteAsync(member) is not { } joining)
            return ApiError.UnknownMember;
        var changes = new ThreadChanges(turn.Home, turn.State, new WriteUnit());
        changes.Add(thread, [joining], Timestamp.From(turn.Now));
        if (userId != turn.Member.UserId)
            changes.Unit.Publish(new SystemMessageCaused(changes.Next.Id, thread.Id, turn.Member.UserId, MessageType.RecipientAdd) { MentionedId = userId });
        await turn.CommitAsync(changes.Unit, changes.Next);
        return Reply.NoContent;
    }

    /// <summary>Takes somebody out of the caller's thread.</summary>
    public static async ValueTask<Reply> RemoveAsync(ThreadTurn entered, Snowflake userId)
    {
        var (turn, thread, _) = entered;
        if (thread.IsArchived)
            return ApiError.ThreadArchived;
        if (!thread.Members.Contains(userId))
            return userId == turn.Member.UserId ? Reply.NoContent : ApiError.UnknownMember;
        var changes = new ThreadChanges(turn.Home, turn.State, new WriteUnit());
        changes.Remove(thread, userId);
        if (userId != turn.Member.UserId)
            changes.Unit.Publish(new SystemMessageCaused(changes.Next.Id, thread.Id, turn.Member.UserId, MessageType.RecipientRemove) { MentionedId = userId });
        await turn.CommitAsync(changes.Unit, changes.Next);
        return Reply.NoContent;
    }

    /// <summary>Whether somebody may bring others into a thread: into a private one that says so only its starter and moderators.</summary>
    public static bool MayInvite(GuildThread thread, Snowflake userId, Permissions held) =>
        !thread.Channel.IsPrivate || thread.Channel.ThreadMetadata.Invitable != false || thread.Channel.OwnerId == userId || held.Has(Permissions.ManageThreads);

    /// <summary>Makes a thread ready for a message: an archived one is opened, the author joins, and so do those whom the message mentions and who see the channel.</summary>
    /// <remarks>On the thread's lane. A commit of its own, made only when something changes: the first message of somebody, not each.</remarks>
    public async ValueTask<Result<ChannelAccess>> ReadyAsync(ChannelAccess access, Snowflake authorId, IReadOnlyList<Snowflake> mentioned)
    {
        if (homes.FindLoaded(access.GuildId!.Value) is not { State: { } state } home || await homes.FindThreadAsync(state, access.ChannelId) is not { } thread)
            return ApiError.UnknownChannel;
        var wanted = MayInvite(thread, authorId, access.Permissions) ? mentioned.Prepend(authorId) : [authorId];
        var joining = wanted.Where(id => !thread.Members.Contains(id)).Distinct().ToList();
        if (joining.Count == 0 && !thread.IsArchived)
            return access;
        var changes = new ThreadChanges(home, state, new WriteUnit());
        if (thread.IsArchived)
        {
            if (ThreadChanges.RefuseAnother(state, thread.Channel.Type) is { } full)
                return full;
            thread = changes.Open(thread, homes.Now);
        }

        var members = (await home.Members.FindManyAsync(joining)).Where(member => homes.Final(state, state.Channels[thread.ParentId], member).Has(Permissions.ViewChannel));
        if (await wire.WriteAsync([.. members.Take(ThreadMembers.Max - thread.Members.Count)]) is { Count: > 0 } added)
            thread = changes.Add(thread, added, Timestamp.From(homes.Now));
        if (changes.Next != state)
            await database.CommitAsync(changes.Unit.Then(() => home.State = changes.Next));
        return homes.Access(home, changes.Next, thread, access.Permissions) with { Member = access.Member, Verified = access.Verified };
    }
}
