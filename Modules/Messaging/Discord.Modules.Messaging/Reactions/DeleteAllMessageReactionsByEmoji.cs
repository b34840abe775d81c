using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}: needs MANAGE_MESSAGES. Fires MESSAGE_REACTION_REMOVE_EMOJI.</summary>
internal sealed class DeleteAllMessageReactionsByEmoji(MessageStore store, Database database, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("delete_all_message_reactions_by_emoji", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await ReactionTarget.EnterAsync(request, mediator, store);
        if (entered.Error is { } refused)
            return refused;
        using var target = entered.Value;
        var access = target.Access;
        if (!access.Has(Permissions.ManageMessages) || access.GuildId is null)
            return ApiError.MissingPermissions;
        var unit = MessageStore.DeleteReactions(new WriteUnit(), target.Message.Id, target.Emoji.Key)
            .Publish(new ReactionEmojiCleared(access.ChannelId, target.Message.Id, access.GuildId, target.Emoji, access.Audience), access.View);
        await database.CommitAsync(unit);
        return Reply.NoContent;
    }
}
