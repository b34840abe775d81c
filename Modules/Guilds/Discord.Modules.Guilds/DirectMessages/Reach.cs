using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>Who may write to whom in a direct message: friends, those who share a guild, and who wrote to each other before; a block stops both.</summary>
/// <remarks>Source: protocol.md 2.4, 50007 and 50278. Answered from memory, but for the first message of all, when the receiver's settings are looked at.</remarks>
internal sealed class Reach(IMediator mediator)
{
    /// <returns>Null: nothing is in the way. Groups are open to all of their members.</returns>
    public async ValueTask<ApiError?> RefuseAsync(GuildHomes homes, DirectMessageHome home, Snowflake userId)
    {
        if (home.Type != ChannelType.Dm)
            return null;
        var other = home.Recipients[0] == userId ? home.Recipients[1] : home.Recipients[0];
        if (await mediator.Send(new GetUser(other)) is null)
            return ApiError.CannotMessageUser;
        var relation = await mediator.Send(new GetRelation(userId, other));
        if (relation.IsBlock)
            return ApiError.CannotMessageUser;
        if (relation.IsFriendship || home.LastMessageId is not null)
            return null;
        var shared = await homes.MutualGuildsAsync(userId, other);
        if (shared.Count == 0)
            return ApiError.NoMutualGuilds;
        return (await mediator.Send(new GetRestrictedGuilds(other))).IsSupersetOf(shared) ? ApiError.CannotMessageUser : null;
    }
}
