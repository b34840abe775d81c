using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Threads;

/// <summary>PUT /channels/{channel_id}/thread-members/@me: the caller joins a thread that they see; again changes nothing.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Join Thread": not an archived one. Fires THREAD_MEMBERS_UPDATE and THREAD_MEMBER_UPDATE.</remarks>
internal sealed class JoinThread(GuildHomes homes, ThreadJoins joins) : IEndpoint
{
    public Route Route => Route.Put("join_thread", "/channels/{channel_id}/thread-members/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterThreadAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var thread = entered.Value;
        return await joins.AddAsync(thread, request.UserId, _ => null);
    }
}
