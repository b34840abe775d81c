using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Messaging.Contracts;

/// <summary>A message was stored. Those who view the channel get it; readers without MESSAGE_CONTENT get it stripped.</summary>
public sealed record MessageCreated(Message Message, Audience Viewers) : GatewayEvent
{
    public const string EventName = "MESSAGE_CREATE";

    public override string Name => EventName;
    public override Intents Intents => MessageIntents.Of(Message);
    public override Audience Audience => Viewers;
    public override object Data => Message;
    public override object? DataWithoutContent => MessageIntents.Strip(Message);
    public override bool MayReadContent(Snowflake userId) => MessageIntents.MayRead(Message, userId);
    public override bool Concerns(Snowflake userId, IReadOnlyList<Snowflake> roles) => MessageIntents.Concerns(Message, userId, roles);
}

/// <summary>A message was edited, or its pin or embeds changed. The message is sent whole.</summary>
public sealed record MessageUpdated(Message Message, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_UPDATE";
    public override Intents Intents => MessageIntents.Of(Message);
    public override Audience Audience => Viewers;
    public override object Data => Message;
    public override object? DataWithoutContent => MessageIntents.Strip(Message);
    public override bool MayReadContent(Snowflake userId) => MessageIntents.MayRead(Message, userId);
    public override bool Concerns(Snowflake userId, IReadOnlyList<Snowflake> roles) => MessageIntents.Concerns(Message, userId, roles);
}

public sealed record MessageDeleted(Snowflake Id, Snowflake ChannelId, Snowflake? GuildId, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_DELETE";
    public override Intents Intents => GuildId is null ? Intents.DirectMessages : Intents.GuildMessages;
    public override Audience Audience => Viewers;
    public override object Data => new { id = Id, channel_id = ChannelId, guild_id = GuildId };
}

public sealed record MessagesDeleted(IReadOnlyList<Snowflake> Ids, Snowflake ChannelId, Snowflake? GuildId, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_DELETE_BULK";
    public override Intents Intents => GuildId is null ? Intents.DirectMessages : Intents.GuildMessages;
    public override Audience Audience => Viewers;
    public override object Data => new { ids = Ids, channel_id = ChannelId, guild_id = GuildId };
}

/// <param name="Member">The one who reacted, with the user object; null in direct messages.</param>
public sealed record ReactionAdded(Snowflake UserId, Snowflake ChannelId, Snowflake MessageId, Snowflake? GuildId, Emoji Emoji, Member? Member, Snowflake AuthorId, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_REACTION_ADD";
    public override Intents Intents => MessageIntents.OfReaction(GuildId);
    public override Audience Audience => Viewers;
    public override object Data => new
    {
        user_id = UserId, channel_id = ChannelId, message_id = MessageId, guild_id = GuildId, member = Member, emoji = Emoji, message_author_id = AuthorId, burst = false, type = 0,
    };
}

public sealed record ReactionRemoved(Snowflake UserId, Snowflake ChannelId, Snowflake MessageId, Snowflake? GuildId, Emoji Emoji, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_REACTION_REMOVE";
    public override Intents Intents => MessageIntents.OfReaction(GuildId);
    public override Audience Audience => Viewers;
    public override object Data => new { user_id = UserId, channel_id = ChannelId, message_id = MessageId, guild_id = GuildId, emoji = Emoji, burst = false, type = 0 };
}

public sealed record ReactionsCleared(Snowflake ChannelId, Snowflake MessageId, Snowflake? GuildId, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_REACTION_REMOVE_ALL";
    public override Intents Intents => MessageIntents.OfReaction(GuildId);
    public override Audience Audience => Viewers;
    public override object Data => new { channel_id = ChannelId, message_id = MessageId, guild_id = GuildId };
}

public sealed record ReactionEmojiCleared(Snowflake ChannelId, Snowflake MessageId, Snowflake? GuildId, Emoji Emoji, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_REACTION_REMOVE_EMOJI";
    public override Intents Intents => MessageIntents.OfReaction(GuildId);
    public override Audience Audience => Viewers;
    public override object Data => new { channel_id = ChannelId, message_id = MessageId, guild_id = GuildId, emoji = Emoji };
}

/// <param name="LastPin">Null when the last pin was removed: sent as null.</param>
public sealed record ChannelPinsUpdated(Snowflake ChannelId, Snowflake? GuildId, Timestamp? LastPin, Audience Viewers) : GatewayEvent
{
    public override string Name => "CHANNEL_PINS_UPDATE";
    public override Intents Intents => GuildId is null ? Intents.DirectMessages : Intents.Guilds;
    public override Audience Audience => Viewers;
    public override object Data => new PinsData(GuildId, ChannelId, LastPin);

    private sealed record PinsData(Snowflake? GuildId, Snowflake ChannelId,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] Timestamp? LastPinTimestamp);
}

/// <param name="AnswerId">The answer, from 1.</param>
public sealed record PollVoteAdded(Snowflake UserId, Snowflake ChannelId, Snowflake MessageId, Snowflake? GuildId, int AnswerId, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_POLL_VOTE_ADD";
    public override Intents Intents => MessageIntents.OfPoll(GuildId);
    public override Audience Audience => Viewers;
    public override object Data => new { user_id = UserId, channel_id = ChannelId, message_id = MessageId, guild_id = GuildId, answer_id = AnswerId };
}

public sealed record PollVoteRemoved(Snowflake UserId, Snowflake ChannelId, Snowflake MessageId, Snowflake? GuildId, int AnswerId, Audience Viewers) : GatewayEvent
{
    public override string Name => "MESSAGE_POLL_VOTE_REMOVE";
    public override Intents Intents => MessageIntents.OfPoll(GuildId);
    public override Audience Audience => Viewers;
    public override object Data => new { user_id = UserId, channel_id = ChannelId, message_id = MessageId, guild_id = GuildId, answer_id = AnswerId };
}

/// <summary>Somebody types. Lossy: it passes no outbox.</summary>
/// <param name="Timestamp">Unix seconds.</param>
public sealed record TypingStarted(Snowflake UserId, Snowflake ChannelId, Snowflake? GuildId, long Timestamp, Member? Member, Audience Viewers) : GatewayEvent
{
    public override string Name => "TYPING_START";
    public override Intents Intents => GuildId is null ? Intents.DirectMessageTyping : Intents.GuildMessageTyping;
    public override Audience Audience => Viewers;
    public override object Data => new { user_id = UserId, channel_id = ChannelId, guild_id = GuildId, timestamp = Timestamp, member = Member };
}

internal static class MessageIntents
{
    public static Intents Of(Message message) => message.GuildId is null ? Intents.DirectMessages : Intents.GuildMessages;

    public static Intents OfPoll(Snowflake? guildId) => guildId is null ? Intents.DirectMessagePolls : Intents.GuildMessagePolls;

    public static Intents OfReaction(Snowflake? guildId) => guildId is null ? Intents.DirectMessageReactions : Intents.GuildMessageReactions;

    /// <summary>Own messages, direct messages and messages that mention the reader are always whole.</summary>
    /// <remarks>Source: Discord docs, Gateway, "Message Content Intent".</remarks>
    public static bool MayRead(Message message, Snowflake userId) =>
        message.GuildId is null || message.Author.Id == userId || message.Mentions.Any(user => user.Id == userId);

    /// <summary>Own messages, and those that mention the reader: by name, by a role or with everybody.</summary>
    public static bool Concerns(Message message, Snowflake userId, IReadOnlyList<Snowflake> roles) =>
        message.Author.Id == userId || message.MentionEveryone || message.Mentions.Any(user => user.Id == userId) || message.MentionRoles.Any(roles.Contains);

    public static Message? Strip(Message message) => message.GuildId is null ? null : message.WithoutContent() with
    {
        ReferencedMessage = message.ReferencedMessage?.Message is { } answered ? new Referenced(answered.WithoutContent()) : message.ReferencedMessage,
    };
}
