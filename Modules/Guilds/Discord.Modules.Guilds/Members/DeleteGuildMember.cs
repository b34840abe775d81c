using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>DELETE /guilds/{guild_id}/members/{user_id}: a kick.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Remove Guild Member". Needs KICK_MEMBERS and a higher role than the member's. Fires GUILD_MEMBER_REMOVE.</remarks>
internal sealed class DeleteGuildMember(GuildHomes homes, Departures departures, AuditTrail audit, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_member", "/guilds/{guild_id}/members/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.KickMembers, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await turn.Home.Members.FindAsync(request.Id("user_id")) is not { } member || await mediator.Send(new GetUser(member.UserId), request.Cancelled) is not { } user)
            return ApiError.UnknownMember;
        if (!turn.IsAbove(member))
            return ApiError.MissingPermissions;
        await departures.RemoveAsync(turn, [user], audit.Write(new WriteUnit(), turn, turn.State, AuditLogEvent.MemberKick, user.Id, request.Reason));
        return Reply.NoContent;
    }
}
