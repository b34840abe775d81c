using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Pins;

/// <summary>GET /channels/{channel_id}/messages/pins: the newest pins first; before is a time, limit 1 to 50, default 50.</summary>
internal sealed class ListPins(MessageStore store, MessageWire wire, ContentFilter content, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_pins", "/channels/{channel_id}/messages/pins");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 50) ?? 50;
        var before = query.Time("before") ?? new Timestamp(long.MaxValue);
        if (query.Error is { } invalid)
            return invalid;
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        if (!access.Value.Has(Permissions.ReadMessageHistory))
            return Reply.Ok(new { items = Array.Empty<object>(), has_more = false });
        var page = await store.PinsAsync(access.Value.ChannelId, before, limit + 1);
        var shown = page.Take(limit).ToList();
        var messages = await content.ApplyAsync(request.Caller, access.Value, await wire.WriteAsync(access.Value, shown, request.UserId));
        return Reply.Ok(new { items = messages.Zip(shown, (message, stored) => new { pinned_at = stored.PinnedAt, message }), has_more = page.Count > limit });
    }
}
