using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using MediatR;

namespace Discord.Modules.Guilds.Invites;

/// <summary>POST /invites/{code}: the caller joins the guild.</summary>
/// <remarks>A user-account operation: protocol.md 1.1. Fires GUILD_MEMBER_ADD, and GUILD_CREATE to the caller.</remarks>
internal sealed class AcceptInvite(IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("accept_invite", "/invites/{code}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var joined = await mediator.Send(new AcceptInviteFor(request.Text("code"), request.UserId), request.Cancelled);
        return joined.Error is { } refused ? refused : Reply.Ok(joined.Value);
    }
}
