using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>Where somebody is in voice, and how. One for each user and guild, or call.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Voice State Object".</remarks>
public sealed record VoiceState
{
    /// <summary>Null in calls, and left out inside a guild's own object.</summary>
    public Snowflake? GuildId { get; init; }

    /// <summary>Null: not in voice (any more).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Snowflake? ChannelId { get; init; }

    public required Snowflake UserId { get; init; }

    /// <summary>In guilds; left out inside a guild's own object.</summary>
    public Member? Member { get; init; }

    /// <summary>The gateway session that is connected: what the voice server asks for in IDENTIFY.</summary>
    public required string SessionId { get; init; }

    /// <summary>Deafened by a moderator.</summary>
    public bool Deaf { get; init; }

    /// <summary>Muted by a moderator.</summary>
    public bool Mute { get; init; }

    public bool SelfDeaf { get; init; }

    public bool SelfMute { get; init; }

    /// <summary>Shares a screen ("Go Live").</summary>
    public bool SelfStream { get; init; }

    /// <summary>Shows a camera.</summary>
    public bool SelfVideo { get; init; }

    /// <summary>May not speak here: in the audience of a stage, or without SPEAK.</summary>
    public bool Suppress { get; init; }

    /// <summary>When somebody in the audience of a stage asked to speak.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Timestamp? RequestToSpeakTimestamp { get; init; }
}
