using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}: needs MANAGE_MESSAGES. Fires MESSAGE_REACTION_REMOVE.</summary>
internal sealed class DeleteUserMessageReaction(ReactionRemoval removal) : IEndpoint
{
    public Route Route => Route.Delete("delete_user_message_reaction", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}") with { RateLimit = RateLimit.Per("reactions", 10, 2) };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => removal.RemoveAsync(request, request.Id("user_id"));
}
