using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /channels/{channel_id}/threads/archived/public: the archived threads of a channel that are not private.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "List Public Archived Threads". Needs READ_MESSAGE_HISTORY.</remarks>
internal sealed class ListPublicArchivedThreads(ThreadReading reading) : IEndpoint
{
    public Route Route => Route.Get("list_public_archived_threads", "/channels/{channel_id}/threads/archived/public");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => reading.ArchivedAsync(request, isPrivate: false);
}
