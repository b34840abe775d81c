using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>DELETE /channels/{channel_id}/messages/{message_id}/reactions: needs MANAGE_MESSAGES. Fires MESSAGE_REACTION_REMOVE_ALL.</summary>
internal sealed class DeleteAllMessageReactions(MessageStore store, Database database, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("delete_all_message_reactions", "/channels/{channel_id}/messages/{message_id}/reactions");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        if (access.GuildId is null)
            return ApiError.CannotExecuteOnDm;
        if (!access.Has(Permissions.ManageMessages))
            return ApiError.MissingPermissions;
        if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { } message)
            return ApiError.UnknownMessage;
        var unit = MessageStore.DeleteReactions(new WriteUnit(), message.Id, null);
        MessageStore.SetHasReactions(unit, access.ChannelId, message.Id, false)
            .Publish(new ReactionsCleared(access.ChannelId, message.Id, access.GuildId, access.Audience), access.View);
        await database.CommitAsync(unit);
        return Reply.NoContent;
    }
}
