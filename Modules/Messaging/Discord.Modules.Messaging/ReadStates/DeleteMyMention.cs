using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>DELETE /users/@me/mentions/{message_id}: takes a message out of the inbox; whether it counts as unread is another matter. Fires RECENT_MENTION_DELETE.</summary>
internal sealed class DeleteMyMention(MentionStore mentions, UnreadMentions unread, Database database) : IEndpoint
{
    public Route Route => Route.Delete("delete_my_mention", "/users/@me/mentions/{message_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var reader = await unread.ReaderAsync(request.UserId);
        var id = request.Id("message_id");
        if (!(await mentions.InboxAsync(request.UserId, reader.RoleIds, new Snowflake(id.Value + 1), 1)).Exists(mention => mention.MessageId == id))
            return ApiError.UnknownMessage;
        await database.CommitAsync(MentionStore.Dismiss(new WriteUnit(), request.UserId, id).Publish(new RecentMentionDeleted(request.UserId, id)));
        return Reply.NoContent;
    }
}
