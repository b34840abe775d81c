using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>Removes one user's reaction: the caller's own, or somebody's with MANAGE_MESSAGES.</summary>
internal sealed class ReactionRemoval(MessageStore store, Database database, IMediator mediator)
{
    public async ValueTask<Reply> RemoveAsync(ApiRequest request, Snowflake userId)
    {
        var entered = await ReactionTarget.EnterAsync(request, mediator, store);
        if (entered.Error is { } refused)
            return refused;
        using var target = entered.Value;
        var (_, message, emoji) = target;
        var access = target.Access;
        if (userId != request.UserId && !access.Has(Permissions.ManageMessages))
            return ApiError.MissingPermissions;
        if (!message.HasReactions || !await store.HasReactedAsync(message.Id, emoji.Key, userId))
            return ApiError.UnknownEmoji;
        var unit = MessageStore.DeleteReaction(new WriteUnit(), message.Id, emoji.Key, userId)
            .Publish(new ReactionRemoved(userId, access.ChannelId, message.Id, access.GuildId, emoji, access.Audience), access.View);
        await database.CommitAsync(unit);
        return Reply.NoContent;
    }
}
