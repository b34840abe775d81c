using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Roles;

/// <summary>GET /guilds/{guild_id}/roles: every role, the lowest first.</summary>
internal sealed class ListGuildRoles(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("list_guild_roles", "/guilds/{guild_id}/roles");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        return guild.Error is { } refused ? refused : Reply.Ok(guild.Value.State.SortedRoles);
    }
}
