using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.Effects;

/// <summary>POST /channels/{channel_id}/voice-channel-effects: a reaction that flies over the voice channel that the caller is in.</summary>
/// <remarks>Unofficial: as Discord's own clients send it. Needs ADD_REACTIONS, for another guild's emoji USE_EXTERNAL_EMOJIS. Fires VOICE_CHANNEL_EFFECT_SEND.</remarks>
internal sealed class SendVoiceChannelEffect(VoiceEffects effects, IMediator mediator) : IEndpoint
{
    private const int MaxAnimation = 20;

    public Route Route => Route.Post("send_voice_channel_effect", "/channels/{channel_id}/voice-channel-effects") with { RateLimit = RateLimit.Per("voice_effects", 10, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var type = form.Choice("animation_type", 0, 1) ?? 1;
        var animation = form.Int("animation_id", 0, MaxAnimation) ?? 0;
        var emojiId = form.Id("emoji_id", nullable: true);
        var name = form.String("emoji_name", 1, 32, required: emojiId is null);
        if (form.Error is { } invalid)
            return invalid;
        var read = await effects.ReadAsync(request, Permissions.AddReactions);
        if (read.Error is { } refused)
            return refused;
        var (access, seat) = read.Value;
        Emoji emoji;
        if (emojiId is { } id)
        {
            if (await mediator.Send(new FindEmoji(request.UserId, id), request.Cancelled) is not { } found)
                return ApiError.UnknownEmoji;
            if (found.GuildId != access.GuildId && !access.Has(Permissions.UseExternalEmojis))
                return ApiError.MissingPermissions;
            emoji = found.Emoji;
        }
        else if (Emoji.IsUnicode(name!))
        {
            emoji = new Emoji(null, name);
        }
        else
        {
            return ApiError.UnknownEmoji;
        }

        effects.Send(access, seat, effect => effect with { Emoji = emoji, AnimationType = type, AnimationId = animation });
        return Reply.NoContent;
    }
}
