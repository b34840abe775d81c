using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Screening;

/// <summary>PATCH /guilds/{guild_id}/requests/{request_id}: lets somebody in, or shows them the door.</summary>
/// <remarks>Source: the published description: action APPROVED or REJECTED. Needs KICK_MEMBERS; who is rejected is kicked, which needs a higher role.</remarks>
internal sealed class ActionGuildJoinRequest(GuildHomes homes, JoinRequestStore store, JoinRequestWire wire, MemberWire members, Departures departures, AuditTrail audit, IMediator mediator) : IEndpoint
{
    private static readonly ApiError s_unknown = new(404, 0, "Unknown Guild Join Request");
    private static readonly ApiError s_decided = new(400, 0, "This join request was decided already");

    public Route Route => Route.Patch("action_guild_join_request", "/guilds/{guild_id}/requests/{request_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var action = form.String("action", required: true);
        var reason = form.String("rejection_reason", 0, 160, nullable: true);
        if (action is not (null or JoinRequest.Approved or JoinRequest.Rejected))
            form.Fail("action", "BASE_TYPE_CHOICES", $"Value must be one of {{{JoinRequest.Approved}, {JoinRequest.Rejected}}}.");
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.KickMembers, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await store.FindAsync(turn.State.Id, request.Id("request_id")) is not { } asked)
            return s_unknown;
        if (asked.ApplicationStatus != JoinRequest.Submitted || await turn.Home.Members.FindAsync(asked.UserId) is not { } member)
            return s_decided;
        var isApproved = action == JoinRequest.Approved;
        if (!isApproved && !turn.IsAbove(member))
            return ApiError.MissingPermissions;

        var decided = asked with { ApplicationStatus = action!, ReviewedAt = Timestamp.From(turn.Now), ActionedBy = request.UserId, RejectionReason = isApproved ? null : reason };
        var unit = JoinRequestStore.Save(new WriteUnit(), decided);
        if (isApproved)
        {
            await members.SaveAsync(turn, member.WithPending(false), null, unit, isLogged: false);
        }
        else if (await mediator.Send(new GetUser(asked.UserId), request.Cancelled) is { } user)
        {
            audit.Write(unit, turn, turn.State, AuditLogEvent.MemberKick, user.Id, request.Reason ?? reason);
            await departures.RemoveAsync(turn, [user], unit);
        }

        return Reply.Ok((await wire.WriteAsync([decided]))[0]);
    }
}
