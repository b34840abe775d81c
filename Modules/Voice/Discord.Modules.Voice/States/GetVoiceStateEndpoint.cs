using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Voice.States;

/// <summary>GET /guilds/{guild_id}/voice-states/{user_id}: where somebody is in voice.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Get User Voice State".</remarks>
internal sealed class GetVoiceStateEndpoint(VoiceStateReading reading) : IEndpoint
{
    public Route Route => Route.Get("get_voice_state", "/guilds/{guild_id}/voice-states/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await reading.FindAsync(request, request.Id("user_id"));
        return found.Error is { } refused ? refused : Reply.Ok(found.Value.State);
    }
}
