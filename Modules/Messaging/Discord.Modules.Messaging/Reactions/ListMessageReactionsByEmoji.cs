using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>GET /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}: who reacted, by user id; limit 1 to 100, default 25.</summary>
internal sealed class ListMessageReactionsByEmoji(MessageStore store, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_message_reactions_by_emoji", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 100) ?? 25;
        var after = query.Id("after") ?? default;
        var burst = query.Choice("type", 0, 1) == 1;
        if (query.Error is { } invalid)
            return invalid;
        if (Emojis.Parse(request.Text("emoji_name")) is not { } emoji)
            return ApiError.UnknownEmoji;
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        if (!access.Value.Has(Permissions.ReadMessageHistory))
            return ApiError.MissingAccess;
        if (await store.FindAsync(access.Value.ChannelId, request.Id("message_id")) is not { } message)
            return ApiError.UnknownMessage;
        emoji = await ReactionTarget.ResolveAsync(store, message, emoji);
        var ids = burst ? [] : await store.ReactorsAsync(message.Id, emoji.Key, after, limit);
        var users = await mediator.Send(new GetUsers(ids), request.Cancelled);
        return Reply.Ok(ids.Where(users.ContainsKey).Select(id => users[id]).ToList());
    }
}
