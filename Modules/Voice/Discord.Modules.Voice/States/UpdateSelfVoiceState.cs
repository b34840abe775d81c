using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Voice.States;

/// <summary>PATCH /guilds/{guild_id}/voice-states/@me: the caller, on a stage, asks to speak, begins to, or goes back to the audience.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Modify Current User Voice State". Fires VOICE_STATE_UPDATE.</remarks>
internal sealed class UpdateSelfVoiceState(StageSeats stages) : IEndpoint
{
    public Route Route => Route.Patch("update_self_voice_state", "/guilds/{guild_id}/voice-states/@me");

    public ValueTask<Reply> HandleAsync(ApiRequest request) =>
        stages.ChangeAsync(request, request.UserId, static (wish, seat, held, now) => wish.OfOneself(seat, held, now));
}
