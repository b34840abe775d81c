using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>GET /guilds/{guild_id}/roles/{role_id}: one role.</summary>
internal sealed class GetGuildRole(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_guild_role", "/guilds/{guild_id}/roles/{role_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return guild.Value.State.Roles.TryGetValue(request.Id("role_id"), out var role) ? Reply.Ok(role) : ApiError.UnknownRole;
    }
}
