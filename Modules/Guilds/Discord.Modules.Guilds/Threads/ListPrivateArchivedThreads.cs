using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /channels/{channel_id}/threads/archived/private: the archived private threads of a channel.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "List Private Archived Threads". Needs READ_MESSAGE_HISTORY and MANAGE_THREADS.</remarks>
internal sealed class ListPrivateArchivedThreads(ThreadReading reading) : IEndpoint
{
    public Route Route => Route.Get("list_private_archived_threads", "/channels/{channel_id}/threads/archived/private");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => reading.ArchivedAsync(request, isPrivate: true);
}
