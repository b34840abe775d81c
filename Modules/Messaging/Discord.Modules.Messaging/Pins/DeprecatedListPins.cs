using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Pins;

/// <summary>GET /channels/{channel_id}/pins: the older form, a plain list of the newest 50 pinned messages.</summary>
internal sealed class DeprecatedListPins(MessageStore store, MessageWire wire, ContentFilter content, IMediator mediator) : IEndpoint
{
    private const int Limit = 50;

    public Route Route => Route.Get("deprecated_list_pins", "/channels/{channel_id}/pins");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        var page = access.Value.Has(Permissions.ReadMessageHistory) ? await store.PinsAsync(access.Value.ChannelId, new Timestamp(long.MaxValue), Limit) : [];
        return Reply.Ok(await content.ApplyAsync(request.Caller, access.Value, await wire.WriteAsync(access.Value, page, request.UserId)));
    }
}
