using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Threads;

/// <summary>DELETE /channels/{channel_id}/thread-members/@me: the caller leaves a thread; who is not in it stays out.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Leave Thread": not an archived one. Fires THREAD_MEMBERS_UPDATE.</remarks>
internal sealed class LeaveThread(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Delete("leave_thread", "/channels/{channel_id}/thread-members/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterThreadAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var thread = entered.Value;
        return await ThreadJoins.RemoveAsync(thread, request.UserId);
    }
}
