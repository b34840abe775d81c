using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Messaging.Contracts;

/// <summary>
/// Something happened that the platform says in a channel: somebody joined, a group got a name, a stage began. Publish it in the commit of
/// what it tells of; Messaging posts the message, once, in its own time.
/// </summary>
/// <param name="GuildId">Null in a direct message or group.</param>
/// <param name="AuthorId">Who did it: the message is theirs.</param>
/// <remarks>Source: Discord docs, Resources, Message, "Message Types"; protocol.md 2.5.</remarks>
public sealed record SystemMessageCaused(Snowflake? GuildId, Snowflake ChannelId, Snowflake AuthorId, MessageType Type) : GatewayEvent
{
    public const string EventName = "SYSTEM_MESSAGE_CAUSED";

    /// <summary>A group's new name, a thread's name, a stage's topic; empty where the type says all.</summary>
    public string Content { get; init; } = "";

    /// <summary>The user who was added to or removed from a group.</summary>
    public Snowflake? MentionedId { get; init; }

    /// <summary>Everybody is to be notified: a stage that starts may ask for it.</summary>
    public bool MentionsEveryone { get; init; }

    /// <summary>What it is about, where clients can go there.</summary>
    public MessageReference? Reference { get; init; }

    /// <summary>The message's id, for who must know it at once; null: any.</summary>
    public Snowflake? MessageId { get; init; }

    /// <summary>A call that begins; see <see cref="CallChanged"/>.</summary>
    public MessageCall? Call { get; init; }

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(GuildId ?? ChannelId);
    public override object Data => new { channel_id = ChannelId, author_id = AuthorId, type = Type, content = Content, mentioned_id = MentionedId, mentions_everyone = MentionsEveryone, reference = Reference, id = MessageId, call = Call };
}

/// <summary>Somebody joined a call, or it ended: for Messaging alone, whose message tells of it. Comes behind the <see cref="SystemMessageCaused"/> of the call.</summary>
/// <param name="Joined">Who take part from now on; those who did before stay in the message.</param>
/// <param name="EndedAt">Null: the call goes on.</param>
public sealed record CallChanged(Snowflake ChannelId, Snowflake MessageId, IReadOnlyList<Snowflake> Joined, Timestamp? EndedAt) : GatewayEvent
{
    public const string EventName = "CALL_CHANGED";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(ChannelId);
    public override object Data => new { channel_id = ChannelId, message_id = MessageId, joined = Joined, ended_at = EndedAt };
}

/// <summary>A message that was crossposted changed, was deleted, or was just crossposted: for Messaging alone, which takes it to the followers.</summary>
/// <param name="IsNew">It was just crossposted: the followers get it.</param>
public sealed record CrosspostChanged(Snowflake GuildId, Snowflake ChannelId, Snowflake MessageId, bool IsNew) : GatewayEvent
{
    public const string EventName = "CROSSPOST_CHANGED";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(GuildId);
    public override object Data => new { channel_id = ChannelId, message_id = MessageId, is_new = IsNew };
}

/// <summary>The webhooks of a channel changed: a followed channel was added, or one went.</summary>
public sealed record WebhooksUpdated(Snowflake GuildId, Snowflake ChannelId) : GatewayEvent
{
    public override string Name => "WEBHOOKS_UPDATE";
    public override Intents Intents => Intents.GuildWebhooks;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId, Permissions.ViewChannel | Permissions.ManageWebhooks);
    public override object Data => new { guild_id = GuildId, channel_id = ChannelId };
}
