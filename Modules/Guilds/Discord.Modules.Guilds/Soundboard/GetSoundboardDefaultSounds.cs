using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>GET /soundboard-default-sounds: sounds that everybody has. This instance comes with none.</summary>
internal sealed class GetSoundboardDefaultSounds : IEndpoint
{
    public Route Route => Route.Get("get_soundboard_default_sounds", "/soundboard-default-sounds");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Ok(Array.Empty<object>()));
}
