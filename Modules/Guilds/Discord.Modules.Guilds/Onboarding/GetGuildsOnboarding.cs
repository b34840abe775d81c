using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>GET /guilds/{guild_id}/onboarding: what newcomers see and are asked.</summary>
internal sealed class GetGuildsOnboarding(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_guilds_onboarding", "/guilds/{guild_id}/onboarding");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        return guild.Error is { } refused ? refused : Reply.Ok(GuildOnboarding.Of(guild.Value.State).ToWire(guild.Value.State));
    }
}
