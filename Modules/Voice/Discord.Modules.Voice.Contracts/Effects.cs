using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Voice.Contracts;

/// <summary>Somebody sent a sound or a reaction into a voice channel: for those who are connected to it. Lossy: it passes no outbox.</summary>
/// <param name="Present">Who is connected to the channel.</param>
/// <remarks>Source: Discord docs, Gateway Events, "Voice Channel Effect Send".</remarks>
public sealed record VoiceChannelEffectSent(Snowflake GuildId, Snowflake ChannelId, Snowflake UserId, IReadOnlyList<Snowflake> Present) : GatewayEvent
{
    /// <summary>The reaction, or what is shown with the sound; null, and sent so: nothing.</summary>
    public Emoji? Emoji { get; init; }

    /// <summary>Of reactions: 0 premium, 1 basic.</summary>
    public int? AnimationType { get; init; }

    /// <summary>Of reactions: which of the client's animations.</summary>
    public int? AnimationId { get; init; }

    /// <summary>Null: a reaction.</summary>
    public Snowflake? SoundId { get; init; }

    /// <summary>0 to 1.</summary>
    public double? SoundVolume { get; init; }

    public override string Name => "VOICE_CHANNEL_EFFECT_SEND";
    public override Intents Intents => Intents.GuildVoiceStates;
    public override Audience Audience => Audience.Members(GuildId, Present);
    public override object Data => new EffectData(ChannelId, GuildId, UserId, Emoji, AnimationType, AnimationId, SoundId, SoundVolume);

    private sealed record EffectData(Snowflake ChannelId, Snowflake GuildId, Snowflake UserId, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] Emoji? Emoji,
        int? AnimationType, int? AnimationId, Snowflake? SoundId, double? SoundVolume);
}
