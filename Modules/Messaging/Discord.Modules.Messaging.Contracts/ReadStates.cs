using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Messaging.Contracts;

/// <summary>How far somebody has read, and how often they were mentioned since: READY's "read_state".</summary>
/// <returns>An entry for each channel that they see and have read in or were mentioned in, and for what else they have read.</returns>
public sealed record GetReadStates(Snowflake UserId) : IRequest<IReadOnlyList<ReadState>>;

/// <summary>How far one user has read in one place.</summary>
/// <remarks>Source: protocol.md 3.11. Unread: the channel's last_message_id is greater than this one.</remarks>
public sealed record ReadState
{
    /// <summary>The channel; for other types what they belong to, a guild or the user.</summary>
    public required Snowflake Id { get; init; }
    /// <summary>Absent: a channel. 1 scheduled events, 2 notification centre, 3 home, 4 onboarding, 5 message requests.</summary>
    public int? ReadStateType { get; init; }
    /// <summary>Channels: the newest message that was read; 0: none.</summary>
    public Snowflake? LastMessageId { get; init; }
    /// <summary>Channels: mentions above it, at most 250 of a channel.</summary>
    public int? MentionCount { get; init; }
    /// <summary>Channels: the newest pin that was seen.</summary>
    public Timestamp? LastPinTimestamp { get; init; }
    /// <summary>1 guild channel, 2 thread.</summary>
    public int? Flags { get; init; }
    /// <summary>Days since 2015-01-01, as the client said.</summary>
    public int? LastViewed { get; init; }
    /// <summary>Other types: the newest entity that was seen.</summary>
    public Snowflake? LastAckedId { get; init; }
    public int? BadgeCount { get; init; }
}

/// <summary>Somebody has read in a channel: their other sessions follow.</summary>
/// <param name="SourceToken">The login session that said so.</param>
/// <param name="Version">Rises with each.</param>
/// <param name="MentionCount">When it was marked as unread: what is left.</param>
/// <param name="Manual">True when it was marked as unread.</param>
public sealed record MessageAcknowledged(Snowflake UserId, string SourceToken, Snowflake ChannelId, Snowflake MessageId, long Version, int? MentionCount, bool? Manual, int? Flags, int? LastViewed) : GatewayEvent
{
    public override string Name => "MESSAGE_ACK";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override string? ExceptToken => SourceToken;
    public override object Data => new
    {
        channel_id = ChannelId, message_id = MessageId, version = Version, mention_count = MentionCount, manual = Manual, flags = Flags, last_viewed = LastViewed, ack_type = 0,
    };
}

/// <summary>Somebody has seen a channel's pins.</summary>
/// <param name="Pin">The newest.</param>
public sealed record ChannelPinsAcknowledged(Snowflake UserId, string SourceToken, Snowflake ChannelId, Timestamp Pin, long Version) : GatewayEvent
{
    public override string Name => "CHANNEL_PINS_ACK";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override string? ExceptToken => SourceToken;
    public override object Data => new { channel_id = ChannelId, timestamp = Pin, version = Version };
}

/// <summary>Somebody has seen what is no message: a guild's events and the like, or what is the user's alone (types 2 and 5).</summary>
/// <param name="ResourceId">The guild, or the user.</param>
/// <param name="Type">As in <see cref="ReadState.ReadStateType"/>.</param>
public sealed record NonChannelAcknowledged(Snowflake UserId, string SourceToken, Snowflake ResourceId, Snowflake EntityId, int Type, long Version) : GatewayEvent
{
    public override string Name => Type is 2 or 5 ? "USER_NON_CHANNEL_ACK" : "GUILD_FEATURE_ACK";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override string? ExceptToken => SourceToken;
    public override object Data => new { resource_id = ResourceId, entity_id = EntityId, ack_type = Type, version = Version };
}

/// <summary>A message was taken out of somebody's inbox of mentions.</summary>
public sealed record RecentMentionDeleted(Snowflake UserId, Snowflake MessageId) : GatewayEvent
{
    public override string Name => "RECENT_MENTION_DELETE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => new { message_id = MessageId };
}
