using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.Servers;
using MediatR;

namespace Discord.Modules.Voice.Regions;

/// <summary>Where voice is served from: the place of each server that carries it.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Voice Region Object".</remarks>
internal sealed record VoiceRegion(string Id, string Name, bool Optimal, bool Deprecated, bool Custom)
{
    public static IReadOnlyList<VoiceRegion> All(IVoicePlacement placement) =>
        [.. placement.Regions.Select((id, index) => new VoiceRegion(id, id == "local" ? "This server" : id, Optimal: index == 0, Deprecated: false, Custom: false))];
}

internal sealed class GetVoiceRegionsHandler(IVoicePlacement placement) : IRequestHandler<GetVoiceRegions, IReadOnlyCollection<string>>
{
    public Task<IReadOnlyCollection<string>> Handle(GetVoiceRegions request, CancellationToken cancellationToken) => Task.FromResult(placement.Regions);
}
