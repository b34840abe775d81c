using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me. Fires MESSAGE_REACTION_REMOVE.</summary>
internal sealed class DeleteMyMessageReaction(ReactionRemoval removal) : IEndpoint
{
    public Route Route => Route.Delete("delete_my_message_reaction", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me") with { RateLimit = RateLimit.Per("reactions", 10, 2) };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => removal.RemoveAsync(request, request.UserId);
}
