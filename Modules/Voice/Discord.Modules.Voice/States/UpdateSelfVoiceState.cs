using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Voice.States;

/// <summary>PATCH /guilds/{guild_id}/voice-states/@me: the caller, on a stage, asks to speak, begins to, or goes back to the audience.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Voice, "Modify Current User Voice State". Asking needs REQUEST_TO_SPEAK; speaking MUTE_MEMBERS, or a moderator's invitation, which
/// has ended the suppression already. Fires VOICE_STATE_UPDATE.
/// </remarks>
internal sealed class UpdateSelfVoiceState(StageSeats stages, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Patch("update_self_voice_state", "/guilds/{guild_id}/voice-states/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var channelId = form.Id("channel_id", nullable: true);
        var suppress = form.IsNull("suppress") ? null : form.Bool("suppress");
        var asked = form.Time("request_to_speak_timestamp", nullable: true);
        if (form.Error is { } invalid)
            return invalid;
        var asks = form.Has("request_to_speak_timestamp");
        return await stages.ChangeAsync(request, request.UserId, channelId, (seat, held) =>
        {
            if (suppress is null && !asks)
                return seat;
            if (!(suppress ?? seat.Suppress))
                return seat.Suppress && !held.Has(Permissions.MuteMembers) ? ApiError.MissingPermissions : seat with { Suppress = false, RequestToSpeak = null };
            if (asked is not null && !held.Has(Permissions.RequestToSpeak))
                return ApiError.MissingPermissions;
            var keeps = !asks && seat.Suppress;
            return seat with { Suppress = true, RequestToSpeak = keeps ? seat.RequestToSpeak : asked is { } time ? Later(time) : null };
        });
    }

    // Present or future: what was the present when it was sent is so still.
    private Timestamp Later(Timestamp time) => new(Math.Max(time.UnixMilliseconds, clock.GetUtcNow().ToUnixTimeMilliseconds()));
}
