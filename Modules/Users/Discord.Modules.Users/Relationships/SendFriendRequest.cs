using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Relationships;

/// <summary>POST /users/@me/relationships: asks somebody by name for a friendship, or accepts theirs.</summary>
/// <remarks>Source: protocol.md 1.1. Fires RELATIONSHIP_ADD to both.</remarks>
internal sealed class SendFriendRequest(FriendRequests requests, AccountStore store) : IEndpoint
{
    public Route Route => Route.Post("send_friend_request", "/users/@me/relationships") with { Access = Access.Users, RateLimit = RateLimit.Per("relationships", 20, 10) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var username = body.Value.String("username", 1, 32, required: true);
        // A left-over of the time when names were not unique: people have none or 0.
        var discriminator = body.Value.String("discriminator", 0, 4);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (discriminator is not (null or "" or "0" or "0000") || await store.FindByNameAsync(username!) is not { } account)
            return ApiError.NoUserOfThatName;
        return await requests.SendAsync(request.UserId, account.ToUser()) is { } refused ? refused : Reply.NoContent;
    }
}
