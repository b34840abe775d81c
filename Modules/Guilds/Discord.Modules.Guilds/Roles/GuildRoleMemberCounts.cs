using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>GET /guilds/{guild_id}/roles/member-counts: how many members have each role, @everyone left out.</summary>
internal sealed class GuildRoleMemberCounts(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("guild_role_member_counts", "/guilds/{guild_id}/roles/member-counts");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (home, state, _, _) = guild.Value;
        var counts = state.Roles.Keys.Where(id => id != state.Id).ToDictionary(id => id, home.Members.CountOf);
        return Reply.Ok<IReadOnlyDictionary<Snowflake, int>>(counts);
    }
}
