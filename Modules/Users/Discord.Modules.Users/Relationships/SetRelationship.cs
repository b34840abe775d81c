using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Users.Relationships;

/// <summary>PUT /users/@me/relationships/{user_id}: without a type asks for a friendship or accepts theirs; with type 2 blocks.</summary>
/// <remarks>Source: protocol.md 1.1. Fires RELATIONSHIP_ADD; a block ends a friendship with RELATIONSHIP_REMOVE to the other.</remarks>
internal sealed class SetRelationship(RelationshipHome home, FriendRequests requests, UserDirectory directory) : IEndpoint
{
    public Route Route => Route.Put("set_relationship", "/users/@me/relationships/{user_id}") with { Access = Access.Users, RateLimit = RateLimit.Per("relationships", 20, 10) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var type = body.Value.Choice("type", (int)RelationshipType.Friend, (int)RelationshipType.Blocked);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (await directory.FindAsync(request.Id("user_id")) is not { } other)
            return ApiError.UnknownUser;
        if (type != (int)RelationshipType.Blocked)
            return await requests.SendAsync(request.UserId, other) is { } refused ? refused : Reply.NoContent;
        if (other.Id == request.UserId)
            return ApiError.FriendRequestToSelf;
        await home.BlockAsync(request.UserId, other);
        return Reply.NoContent;
    }
}
