using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>GET /channels/{channel_id}/messages: a page of history, newest first.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Get Channel Messages": one of around, before, after; limit 1 to 100, default 50. Without READ_MESSAGE_HISTORY the page is empty.</remarks>
internal sealed class ListMessages(MessageStore store, MessageWire wire, ContentFilter content, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_messages", "/channels/{channel_id}/messages");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 100) ?? 50;
        var before = query.Id("before");
        var after = query.Has("after") && (string?)request.Http.Request.Query["after"] == "0" ? default(Snowflake) : query.Id("after");
        var around = query.Id("around");
        if (query.Error is { } invalid)
            return invalid;
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        if (!access.Value.Type.TakesMessages())
            return ApiError.NonTextChannel;
        if (!access.Value.Has(Permissions.ReadMessageHistory))
            return Reply.Ok(new List<Message>());

        var channelId = access.Value.ChannelId;
        List<StoredMessage> page;
        if (around is { } middle)
        {
            var half = limit / 2;
            page = await store.AfterAsync(channelId, middle, half);
            page.AddRange(await store.BeforeAsync(channelId, new Snowflake(middle.Value + 1), limit - half));
        }
        else if (after is { } start)
        {
            page = await store.AfterAsync(channelId, start, limit);
        }
        else
        {
            page = await store.BeforeAsync(channelId, before ?? new Snowflake(long.MaxValue), limit);
        }

        return Reply.Ok(await content.ApplyAsync(request.Caller, access.Value, await wire.WriteAsync(access.Value, page, request.UserId)));
    }
}
