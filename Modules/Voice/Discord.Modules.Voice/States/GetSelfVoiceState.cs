using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Voice.States;

/// <summary>GET /guilds/{guild_id}/voice-states/@me: where the caller is in voice.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Get Current User Voice State".</remarks>
internal sealed class GetSelfVoiceState(VoiceStateReading reading) : IEndpoint
{
    public Route Route => Route.Get("get_self_voice_state", "/guilds/{guild_id}/voice-states/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await reading.FindAsync(request, request.UserId);
        return found.Error is { } refused ? refused : Reply.Ok(found.Value.State);
    }
}
