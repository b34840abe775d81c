using System.Text.Json.Nodes;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Relationships;

/// <summary>Asking for a friendship, by name or by id: whom one may ask, and who wants to be asked.</summary>
internal sealed class FriendRequests(RelationshipHome home, UserDirectory directory, AccountStore store, IMediator mediator)
{
    public async ValueTask<ApiError?> SendAsync(Snowflake userId, User other)
    {
        if (other.Id == userId)
            return ApiError.FriendRequestToSelf;
        if (other.IsBot)
            return ApiError.BotsCannotHaveFriends;
        return await directory.FindAsync(userId) is { } user ? await home.BefriendAsync(user, other, () => TakesAsync(user.Id, other.Id)) : ApiError.UnknownUser;
    }

    // The setting friend_source_flags: from all, or from friends of friends, or from who shares a guild.
    private async ValueTask<bool> TakesAsync(Snowflake senderId, Snowflake receiverId)
    {
        var from = (await UserSettings.ReadAsync(store, receiverId))["friend_source_flags"];
        return Allows(from, "all")
            || Allows(from, "mutual_guilds") && (await mediator.Send(new GetMutualGuilds(senderId, receiverId))).Count > 0
            || Allows(from, "mutual_friends") && (await home.MutualFriendsAsync(senderId, receiverId)).Count > 0;
    }

    private static bool Allows(JsonNode? from, string source) => (bool?)from?[source] ?? false;
}
