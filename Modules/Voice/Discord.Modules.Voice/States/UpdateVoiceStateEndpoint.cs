using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Voice.States;

/// <summary>PATCH /guilds/{guild_id}/voice-states/{user_id}: a moderator of a stage invites somebody to speak, or sends them back to the audience.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Voice, "Modify User Voice State". Needs MUTE_MEMBERS. Who is invited may speak, and is marked by the time of the invitation until
/// they accept; bots accept at once. Fires VOICE_STATE_UPDATE.
/// </remarks>
internal sealed class UpdateVoiceStateEndpoint(StageSeats stages, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Patch("update_voice_state", "/guilds/{guild_id}/voice-states/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var channelId = form.Id("channel_id", nullable: true);
        var suppress = form.IsNull("suppress") ? null : form.Bool("suppress");
        if (form.Error is { } invalid)
            return invalid;
        return await stages.ChangeAsync(request, request.Id("user_id"), channelId, (seat, held) =>
        {
            if (!held.Has(Permissions.MuteMembers))
                return ApiError.MissingPermissions;
            if (suppress is not { } silent || silent == seat.Suppress)
                return seat;
            return seat with { Suppress = silent, RequestToSpeak = silent || seat.IsBot ? null : Timestamp.From(clock.GetUtcNow()) };
        });
    }
}
