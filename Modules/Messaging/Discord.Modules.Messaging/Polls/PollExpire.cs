using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Polls;

/// <summary>POST /channels/{channel_id}/polls/{message_id}/expire: its author ends a poll at once.</summary>
/// <remarks>Source: Discord docs, Resources, Poll, "End Poll". Fires MESSAGE_UPDATE, and MESSAGE_CREATE of the result.</remarks>
internal sealed class PollExpire(MessageStore store, MessageWire wire, PollEnds ends, IMediator mediator, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Post("poll_expire", "/channels/{channel_id}/polls/{message_id}/expire");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { } stored)
            return ApiError.UnknownMessage;
        if (stored.Extras?.Poll is not { } poll)
            return ApiError.NotAPoll;
        if (stored.AuthorId != request.UserId)
            return ApiError.CannotEditOthersMessage;
        if (poll.HasEnded(clock.GetUtcNow()))
            return ApiError.PollExpired;
        return Reply.Ok(await wire.WriteAsync(access, await ends.EndAsync(access, stored, poll), request.UserId));
    }
}
