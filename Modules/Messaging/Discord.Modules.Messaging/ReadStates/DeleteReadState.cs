using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>DELETE /channels/{channel_id}/messages/ack: forgets how far the user has read there.</summary>
internal sealed class DeleteReadState(Acknowledging acknowledging, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("delete_read_state", "/channels/{channel_id}/messages/ack") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        await acknowledging.ForgetAsync(request, access.Value.ChannelId);
        return Reply.NoContent;
    }
}
