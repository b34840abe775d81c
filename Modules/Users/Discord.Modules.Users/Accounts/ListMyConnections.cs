using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Users.Accounts;

/// <summary>GET /users/@me/connections: accounts elsewhere. None can be connected here, so there are none.</summary>
internal sealed class ListMyConnections : IEndpoint
{
    public Route Route => Route.Get("list_my_connections", "/users/@me/connections") with { Access = Access.Users };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Ok(Array.Empty<object>()));
}
