using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>PUT /channels/{channel_id}/thread-members/{user_id}: adds a member of the guild who sees the channel; again changes nothing.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Add Thread Member": the caller may write in the thread, and in a private one that is not invitable
/// started it or holds MANAGE_THREADS. Fires THREAD_MEMBERS_UPDATE, THREAD_MEMBER_UPDATE, and for a private one THREAD_CREATE to the added.
/// </remarks>
internal sealed class AddThreadMember(GuildHomes homes, ThreadJoins joins) : IEndpoint
{
    public Route Route => Route.Put("add_thread_member", "/channels/{channel_id}/thread-members/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterThreadAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var held = entered.Value;
        var (turn, thread, permissions) = held;
        if (!permissions.Has(Permissions.SendMessages) || !ThreadJoins.MayInvite(thread, request.UserId, permissions))
            return ApiError.MissingPermissions;
        return await joins.AddAsync(held, request.Id("user_id"), member => homes.Final(turn.State, turn.State.Channels[thread.ParentId], member).Has(Permissions.ViewChannel) ? null : ApiError.MissingAccess);
    }
}
