using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using MediatR;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>GET /users/@me/channels: the direct messages that the caller has open.</summary>
internal sealed class ListMyPrivateChannels(IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_my_private_channels", "/users/@me/channels");

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => Reply.Ok(await mediator.Send(new GetDirectMessages(request.UserId), request.Cancelled));
}
