using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>DELETE /channels/{channel_id}/recipients/{user_id}: the owner of a group takes somebody out, or the caller leaves.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Group DM Remove Recipient". Fires CHANNEL_RECIPIENT_REMOVE, CHANNEL_DELETE to who goes, and a notice of type 2.</remarks>
internal sealed class DeleteGroupDmUser(Groups groups) : IEndpoint
{
    public Route Route => Route.Delete("delete_group_dm_user", "/channels/{channel_id}/recipients/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        (await groups.RemoveAsync(request.Id("channel_id"), request.UserId, request.Id("user_id"), silent: false, request.Cancelled)).Error is { } refused ? refused : Reply.NoContent;
}
