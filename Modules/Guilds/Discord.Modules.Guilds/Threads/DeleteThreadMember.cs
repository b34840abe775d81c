using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>DELETE /channels/{channel_id}/thread-members/{user_id}: takes somebody out of a thread.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Remove Thread Member": MANAGE_THREADS, or in a private one its starter; not in an archived one. Fires THREAD_MEMBERS_UPDATE.</remarks>
internal sealed class DeleteThreadMember(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Delete("delete_thread_member", "/channels/{channel_id}/thread-members/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterThreadAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var held = entered.Value;
        var (_, thread, permissions) = held;
        if (!permissions.Has(Permissions.ManageThreads) && !(thread.Channel.IsPrivate && thread.Channel.OwnerId == request.UserId))
            return ApiError.MissingPermissions;
        return await ThreadJoins.RemoveAsync(held, request.Id("user_id"));
    }
}
