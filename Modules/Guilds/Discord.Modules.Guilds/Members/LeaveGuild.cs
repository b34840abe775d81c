using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>DELETE /users/@me/guilds/{guild_id}: the caller leaves. The owner cannot: they hand the guild over or delete it.</summary>
/// <remarks>Source: Discord docs, Resources, User, "Leave Guild". Fires GUILD_MEMBER_REMOVE, and GUILD_DELETE to the caller.</remarks>
internal sealed class LeaveGuild(GuildHomes homes, Departures departures, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("leave_guild", "/users/@me/guilds/{guild_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (turn.IsOwner)
            return ApiError.InvalidGuild;
        if (await mediator.Send(new GetUser(request.UserId), request.Cancelled) is not { } user)
            return ApiError.UnknownUser;
        await departures.RemoveAsync(turn, [user], new WriteUnit());
        return Reply.NoContent;
    }
}
