using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.Effects;

/// <summary>POST /channels/{channel_id}/send-soundboard-sound: plays a sound to those who are in the voice channel with the caller.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Soundboard, "Send Soundboard Sound". Needs SPEAK and USE_SOUNDBOARD, for another guild's sounds USE_EXTERNAL_SOUNDS; the
/// caller hears, and is not silenced: neither by a moderator nor in a stage's audience. Fires VOICE_CHANNEL_EFFECT_SEND.
/// </remarks>
internal sealed class SendSoundboardSound(VoiceEffects effects, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("send_soundboard_sound", "/channels/{channel_id}/send-soundboard-sound") with { RateLimit = RateLimit.Per("voice_effects", 10, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var soundId = body.Value.Id("sound_id", required: true);
        var sourceId = body.Value.Id("source_guild_id", nullable: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        var read = await effects.ReadAsync(request, Permissions.Speak | Permissions.UseSoundboard);
        if (read.Error is { } refused)
            return refused;
        var (access, seat) = read.Value;
        if (seat.SelfDeaf || seat.Suppress || seat.Member is { Deaf: true } or { Mute: true })
            return ApiError.MissingPermissions;
        var guildId = sourceId ?? access.GuildId!.Value;
        if (guildId != access.GuildId && !access.Has(Permissions.UseExternalSounds))
            return ApiError.MissingPermissions;
        if (await mediator.Send(new FindSound(request.UserId, guildId, soundId!.Value), request.Cancelled) is not { } sound)
            return ApiError.UnknownSound;
        effects.Send(access, seat, effect => effect with { Emoji = sound.Emoji, SoundId = sound.Id, SoundVolume = sound.Volume });
        return Reply.NoContent;
    }
}
