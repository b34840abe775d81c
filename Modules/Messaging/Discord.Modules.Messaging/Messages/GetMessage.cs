using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>GET /channels/{channel_id}/messages/{message_id}: needs READ_MESSAGE_HISTORY.</summary>
internal sealed class GetMessage(MessageStore store, MessageWire wire, ContentFilter content, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_message", "/channels/{channel_id}/messages/{message_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        if (!access.Value.Has(Permissions.ReadMessageHistory))
            return ApiError.MissingAccess;
        return await store.FindAsync(access.Value.ChannelId, request.Id("message_id")) is { } stored
            ? Reply.Ok((await content.ApplyAsync(request.Caller, access.Value, await wire.WriteAsync(access.Value, [stored], request.UserId)))[0])
            : ApiError.UnknownMessage;
    }
}
