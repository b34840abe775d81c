using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Users.Relationships;

/// <summary>GET /users/@me/relationships: the caller's friends, requests and blocks.</summary>
internal sealed class ListMyRelationships(RelationshipHome home) : IEndpoint
{
    public Route Route => Route.Get("list_my_relationships", "/users/@me/relationships") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => Reply.Ok(await home.ListAsync(request.UserId));
}
