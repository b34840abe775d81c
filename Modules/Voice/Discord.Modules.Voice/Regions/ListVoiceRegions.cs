using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Voice.Regions;

/// <summary>GET /voice/regions: where voice is served from.</summary>
internal sealed class ListVoiceRegions : IEndpoint
{
    public Route Route => Route.Get("list_voice_regions", "/voice/regions");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Ok(VoiceRegion.All));
}
