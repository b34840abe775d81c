using Discord.BuildingBlocks.Api;
using Discord.Modules.Voice.Servers;

namespace Discord.Modules.Voice.Regions;

/// <summary>GET /voice/regions: where voice is served from.</summary>
internal sealed class ListVoiceRegions(IVoicePlacement placement) : IEndpoint
{
    public Route Route => Route.Get("list_voice_regions", "/voice/regions");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Ok(VoiceRegion.All(placement)));
}
