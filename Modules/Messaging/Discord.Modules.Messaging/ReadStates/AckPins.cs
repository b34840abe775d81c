using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>POST /channels/{channel_id}/pins/ack: the newest pin was seen. Fires CHANNEL_PINS_ACK to the user's other sessions.</summary>
internal sealed class AckPins(Acknowledging acknowledging, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("ack_pins", "/channels/{channel_id}/pins/ack") with { Access = Access.Users, RateLimit = RateLimit.Per("ack", 50, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        await acknowledging.SeePinsAsync(request, access.Value);
        return Reply.NoContent;
    }
}
