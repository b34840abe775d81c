using Discord.BuildingBlocks.Api;
using Route = Discord.BuildingBlocks.Api.Route;

namespace Discord.Host.Api;

/// <summary>GET /gateway: where the gateway is. Anybody may ask.</summary>
internal sealed class GetGateway : IEndpoint
{
    public Route Route => Route.Get("get_gateway", "/gateway") with { Access = Access.Anyone };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Ok(new { url = PublicAddress.GatewayOf(request.Http) }));
}
