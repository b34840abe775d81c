using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>GET /guilds/{guild_id}: a guild of the caller; with_counts adds approximate numbers.</summary>
internal sealed class GetGuild(GuildHomes homes, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_guild", "/guilds/{guild_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withCounts = query.Bool("with_counts") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (home, state, _, _) = guild.Value;
        var wire = state.Wire;
        if (withCounts)
        {
            wire = wire with
            {
                ApproximateMemberCount = home.Members.Count,
                ApproximatePresenceCount = await mediator.Send(new CountOnline(state.Id), request.Cancelled),
            };
        }

        return Reply.Ok(wire);
    }
}
