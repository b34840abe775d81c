using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Accounts;
using Discord.Protocol;

namespace Discord.Modules.Users.Relationships;

/// <summary>PATCH /users/@me/relationships/{user_id}: what the caller calls a friend; null takes the nickname away.</summary>
/// <remarks>Source: protocol.md 1.1. Fires RELATIONSHIP_UPDATE to the caller alone.</remarks>
internal sealed class UpdateRelationship(RelationshipHome home, UserDirectory directory) : IEndpoint
{
    public Route Route => Route.Patch("update_relationship", "/users/@me/relationships/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var nickname = body.Value.String("nickname", 0, 32, nullable: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (await directory.FindAsync(request.Id("user_id")) is not { } friend)
            return ApiError.UnknownUser;
        return await home.RenameAsync(request.UserId, friend, string.IsNullOrWhiteSpace(nickname) ? null : nickname) is { } refused ? refused : Reply.NoContent;
    }
}
