using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>A list of threads as REST answers it.</summary>
/// <param name="Members">The caller's memberships of those that they joined.</param>
internal sealed record ThreadList(IReadOnlyList<ThreadChannel> Threads, IReadOnlyList<ThreadMember> Members, bool HasMore)
{
    /// <summary>In answers to a search.</summary>
    public int? TotalResults { get; init; }
}

/// <summary>Reads threads and their members for those who may see them.</summary>
internal sealed class ThreadReading(GuildHomes homes, ThreadStore store, MemberWire wire)
{
    /// <summary>A thread that the caller sees, with everybody in it.</summary>
    /// <returns>10003, 50024 for a channel that is no thread, 50001.</returns>
    public async ValueTask<Result<(GuildHome Home, GuildState State, GuildThread Thread)>> FindAsync(Snowflake threadId, Snowflake callerId)
    {
        var access = await homes.AccessAsync(threadId, callerId);
        if (access.Error is { } refused)
            return refused;
        if (access.Value.Thread is null)
            return ApiError.ChannelType;
        return await homes.FindAsync(access.Value.GuildId!.Value) is { State: { } state } home && await homes.FindThreadAsync(state, threadId) is { } thread ? (home, state, thread) : ApiError.UnknownChannel;
    }

    /// <summary>Thread members with what the guild knows of them; those who left the guild meanwhile are missing.</summary>
    public async ValueTask<IReadOnlyList<ThreadMember>> WithMembersAsync(GuildHome home, IReadOnlyList<ThreadMember> members)
    {
        var written = (await wire.WriteAsync(await home.Members.FindManyAsync(members.Select(member => member.UserId)))).ToDictionary(member => member.User!.Id);
        return [.. members.Where(member => written.ContainsKey(member.UserId)).Select(member => member with { Member = written[member.UserId] })];
    }

    /// <summary>A channel whose threads the caller may list.</summary>
    /// <returns>10003, 50001, 50013 without READ_MESSAGE_HISTORY, 50024 where there are no threads.</returns>
    public async ValueTask<Result<ChannelAccess>> ParentAsync(Snowflake channelId, Snowflake callerId)
    {
        var access = await homes.AccessAsync(channelId, callerId);
        if (access.Error is null && !access.Value.Type.TakesThreads())
            return ApiError.ChannelType;
        if (access.Error is null && !access.Value.Has(Permissions.ReadMessageHistory))
            return ApiError.MissingPermissions;
        return access;
    }

    /// <summary>A page of a channel's archived threads, the last archived first: before is a time; limit 2 to 100, default 50.</summary>
    /// <param name="isPrivate">Private ones, which needs MANAGE_THREADS, or all others.</param>
    public async ValueTask<Reply> ArchivedAsync(ApiRequest request, bool isPrivate)
    {
        var query = request.Query;
        var limit = query.Int("limit", 2, 100) ?? 50;
        var before = query.Time("before") ?? new Timestamp(long.MaxValue);
        if (query.Error is { } invalid)
            return invalid;
        var parent = await ParentAsync(request.Id("channel_id"), request.UserId);
        if (parent.Error is { } refused)
            return refused;
        if (isPrivate && !parent.Value.Has(Permissions.ManageThreads))
            return ApiError.MissingPermissions;
        return Reply.Ok(await WriteAsync(await store.ArchivedAsync(parent.Value.ChannelId, isPrivate, before, limit + 1), limit, request.UserId));
    }

    /// <summary>A page of stored threads with the caller's memberships.</summary>
    /// <param name="found">One more than <paramref name="limit"/> when there are more.</param>
    public async ValueTask<ThreadList> WriteAsync(IReadOnlyList<ThreadChannel> found, int limit, Snowflake callerId)
    {
        var page = found.Take(limit).ToList();
        return new ThreadList(page, await store.MembershipsAsync(callerId, [.. page.Select(thread => thread.Id)]), found.Count > limit);
    }
}
