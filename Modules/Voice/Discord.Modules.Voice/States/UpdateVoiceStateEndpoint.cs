using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Voice.States;

/// <summary>PATCH /guilds/{guild_id}/voice-states/{user_id}: a moderator of a stage invites somebody to speak, or sends them back to the audience.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Modify User Voice State". Fires VOICE_STATE_UPDATE.</remarks>
internal sealed class UpdateVoiceStateEndpoint(StageSeats stages) : IEndpoint
{
    public Route Route => Route.Patch("update_voice_state", "/guilds/{guild_id}/voice-states/{user_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) =>
        stages.ChangeAsync(request, request.Id("user_id"), static (wish, seat, held, now) => wish.OfAnother(seat, held, now));
}
