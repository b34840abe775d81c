using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>PUT /channels/{channel_id}/recipients/{user_id}: lets a friend into a group; from a direct message makes a group of the three.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Group DM Add Recipient". Fires CHANNEL_RECIPIENT_ADD, CHANNEL_CREATE to who comes, and a notice of type 1.</remarks>
internal sealed class AddGroupDmUser(Groups groups) : IEndpoint
{
    public Route Route => Route.Put("add_group_dm_user", "/channels/{channel_id}/recipients/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var added = await groups.AddAsync(request.Id("channel_id"), request.UserId, request.Id("user_id"), request.Cancelled);
        if (added.Error is { } refused)
            return refused;
        return added.Value is { } group ? Reply.Created(group) : Reply.NoContent;
    }
}
