using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Accounts;
using Discord.Protocol;

namespace Discord.Modules.Users.Relationships;

/// <summary>DELETE /users/@me/relationships/{user_id}: ends a friendship, takes back or declines a request, unblocks. What is not there is not an error.</summary>
/// <remarks>Source: protocol.md 1.1. Fires RELATIONSHIP_REMOVE: to both, but for a block to the caller alone.</remarks>
internal sealed class DeleteRelationship(RelationshipHome home, UserDirectory directory) : IEndpoint
{
    public Route Route => Route.Delete("delete_relationship", "/users/@me/relationships/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var otherId = request.Id("user_id");
        if (await directory.FindAsync(otherId) is null)
            return ApiError.UnknownUser;
        await home.RemoveAsync(request.UserId, relation => relation.OtherId == otherId);
        return Reply.NoContent;
    }
}
