using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /channels/{channel_id}/users/@me/threads/archived/private: the archived private threads of a channel that the caller is in, the newest first. before is a thread's id; limit 2 to 100, default 50.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "List Joined Private Archived Threads". Needs READ_MESSAGE_HISTORY.</remarks>
internal sealed class ListMyPrivateArchivedThreads(ThreadReading reading, ThreadStore store) : IEndpoint
{
    public Route Route => Route.Get("list_my_private_archived_threads", "/channels/{channel_id}/users/@me/threads/archived/private");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 2, 100) ?? 50;
        var before = query.Id("before") ?? new Snowflake(long.MaxValue);
        if (query.Error is { } invalid)
            return invalid;
        var parent = await reading.ParentAsync(request.Id("channel_id"), request.UserId);
        if (parent.Error is { } refused)
            return refused;
        return Reply.Ok(await reading.WriteAsync(await store.ArchivedOfAsync(parent.Value.ChannelId, request.UserId, before, limit + 1), limit, request.UserId));
    }
}
