using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>GET /invites/{code}: where an invite leads. Anybody may ask.</summary>
internal sealed class InviteResolve(Joins joins) : IEndpoint
{
    public Route Route => Route.Get("invite_resolve", "/invites/{code}") with { Access = Access.Anyone };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withCounts = query.Bool("with_counts") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        return await joins.FindAsync(request.Text("code"), withCounts) is { } invite ? Reply.Ok(invite) : ApiError.UnknownInvite;
    }
}
