using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Bans;

/// <summary>DELETE /guilds/{guild_id}/bans/{user_id}: lifts a ban.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Remove Guild Ban". Needs BAN_MEMBERS. Fires GUILD_BAN_REMOVE.</remarks>
internal sealed class UnbanUserFromGuild(GuildHomes homes, GuildStore store, AuditTrail audit, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("unban_user_from_guild", "/guilds/{guild_id}/bans/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var userId = request.Id("user_id");
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.BanMembers, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await store.FindBanAsync(turn.State.Id, userId) is null || await mediator.Send(new GetUser(userId), request.Cancelled) is not { } user)
            return ApiError.UnknownBan;
        var unit = GuildStore.DeleteBan(new WriteUnit(), turn.State.Id, userId).Publish(new GuildBanRemoved(turn.State.Id, user), turn.State);
        await turn.CommitAsync(audit.Write(unit, turn, turn.State, AuditLogEvent.MemberBanRemove, userId, request.Reason));
        return Reply.NoContent;
    }
}
