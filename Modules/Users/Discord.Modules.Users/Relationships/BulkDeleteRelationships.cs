using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Contracts;

namespace Discord.Modules.Users.Relationships;

/// <summary>DELETE /users/@me/relationships: declines every request that waits for the caller's answer.</summary>
/// <remarks>Source: protocol.md 1.1; only relationship_type 3 can be asked for, and is the default. Fires RELATIONSHIP_REMOVE to both of each.</remarks>
internal sealed class BulkDeleteRelationships(RelationshipHome home) : IEndpoint
{
    public Route Route => Route.Delete("bulk_delete_relationships", "/users/@me/relationships") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        query.Choice("relationship_type", (int)RelationshipType.Incoming);
        if (query.Error is { } invalid)
            return invalid;
        await home.RemoveAsync(request.UserId, relation => relation.Type == RelationshipType.Incoming);
        return Reply.NoContent;
    }
}
