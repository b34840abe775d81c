using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Regions;

/// <summary>GET /guilds/{guild_id}/regions: where a guild's voice can be served from: the same for all guilds.</summary>
internal sealed class ListGuildVoiceRegions(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("list_guild_voice_regions", "/guilds/{guild_id}/regions");

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        (await homes.ReadAsync(request.Id("guild_id"), request.UserId)).Error is { } refused ? refused : Reply.Ok(VoiceRegion.All);
}
