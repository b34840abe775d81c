using Discord.BuildingBlocks.Api;
using Discord.Host.Gateway;
using Discord.Modules.Guilds.Contracts;
using MediatR;
using Route = Discord.BuildingBlocks.Api.Route;

namespace Discord.Host.Api;

/// <summary>GET /gateway/bot: where the gateway is, how many shards a bot should use, and how fast it may identify.</summary>
/// <remarks>Source: Discord docs, Gateway, "Get Gateway Bot". Libraries crash without session_start_limit.</remarks>
internal sealed class GetBotGateway(IMediator mediator) : IEndpoint
{
    private const int GuildsPerShard = 1000;
    private const int SessionStarts = 1000;

    public Route Route => Route.Get("get_bot_gateway", "/gateway/bot");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guilds = await mediator.Send(new CountGuildsOf(request.UserId), request.Cancelled);
        return Reply.Ok(new
        {
            url = PublicAddress.GatewayOf(request.Http),
            shards = 1 + guilds / GuildsPerShard,
            session_start_limit = new { total = SessionStarts, remaining = SessionStarts, reset_after = 86_400_000, max_concurrency = GatewayLimits.MaxConcurrency },
        });
    }
}
