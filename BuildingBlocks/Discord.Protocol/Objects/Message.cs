using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A message as everybody sees it.</summary>
/// <remarks>Source: Discord docs, Resources, Message; protocol.md 2.5 says which fields are always there.</remarks>
[JsonConverter(typeof(MessageJson))]
public sealed record Message
{
    public required Snowflake Id { get; init; }
    public required Snowflake ChannelId { get; init; }
    public required User Author { get; init; }
    public required string Content { get; init; }
    public required Timestamp Timestamp { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? EditedTimestamp { get; init; }
    public bool Tts { get; init; }
    public bool MentionEveryone { get; init; }
    public IReadOnlyList<MentionedUser> Mentions { get; init; } = [];
    public IReadOnlyList<Snowflake> MentionRoles { get; init; } = [];
    public IReadOnlyList<object> Attachments { get; init; } = [];
    /// <summary>Embeds as they were sent, with their type added.</summary>
    public IReadOnlyList<JsonElement> Embeds { get; init; } = [];
    public IReadOnlyList<JsonElement> Components { get; init; } = [];
    public bool Pinned { get; init; }
    public MessageType Type { get; init; }
    public MessageFlags Flags { get; init; }
    /// <summary>What the sender gave: a string or an integer, echoed as it came.</summary>
    public JsonElement? Nonce { get; init; }
    public IReadOnlyList<ReactionCount>? Reactions { get; init; }
    public MessageReference? MessageReference { get; init; }
    /// <summary>Absent: not a reply, or not fetched. JSON null: the message was deleted.</summary>
    public Referenced? ReferencedMessage { get; init; }
    /// <summary>The thread that was started from it.</summary>
    public ThreadChannel? Thread { get; init; }

    // In gateway events only.
    public Snowflake? GuildId { get; init; }
    public Member? Member { get; init; }
    public ChannelType? ChannelType { get; init; }
}

/// <summary>A user that a message mentions; in gateway events of guilds with the member.</summary>
public sealed record MentionedUser : User
{
    public Member? Member { get; init; }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public MentionedUser(User user, Member? member = null) : base(user) => Member = member;

    [JsonConstructor]
    public MentionedUser()
    {
    }
}

/// <remarks>Source: Discord docs, Resources, Message, "Message Types".</remarks>
public enum MessageType
{
    Default = 0,
    RecipientAdd = 1,
    RecipientRemove = 2,
    ChannelNameChange = 4,
    ChannelPinnedMessage = 6,
    UserJoin = 7,
    /// <summary>In the channel: a thread was started that no message stands for.</summary>
    ThreadCreated = 18,
    Reply = 19,
    /// <summary>In the thread: points to the message that it was started from.</summary>
    ThreadStarterMessage = 21,
    AutoModerationAction = 24,
}

public static class MessageTypes
{
    /// <summary>What tells of a group's members and name stays.</summary>
    public static bool IsDeletable(this MessageType type) => type is not (MessageType.RecipientAdd or MessageType.RecipientRemove or MessageType.ChannelNameChange);
}

/// <remarks>Source: Discord docs, Resources, Message, "Message Flags".</remarks>
[Flags]
public enum MessageFlags
{
    None = 0,
    SuppressEmbeds = 1 << 2,
    HasThread = 1 << 5,
    SuppressNotifications = 1 << 12,
}

/// <summary>Which message a reply answers.</summary>
/// <param name="Type">0 = reply.</param>
public sealed record MessageReference(int Type, Snowflake ChannelId, Snowflake? MessageId, Snowflake? GuildId);

/// <summary>The answered message, or that it is gone: written as the message, or as null.</summary>
[JsonConverter(typeof(ReferencedConverter))]
public sealed record Referenced(Message? Message)
{
    public static readonly Referenced Deleted = new((Message?)null);
}

internal sealed class ReferencedConverter : JsonConverter<Referenced>
{
    public override Referenced Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, ProtocolJson.TypeInfo<Message>()));

    public override void Write(Utf8JsonWriter writer, Referenced value, JsonSerializerOptions options)
    {
        if (value.Message is null)
            writer.WriteNullValue();
        else
            JsonSerializer.Serialize(writer, value.Message, ProtocolJson.TypeInfo<Message>());
    }
}

/// <summary>How often an emoji stands under a message.</summary>
public sealed record ReactionCount
{
    public required Emoji Emoji { get; init; }
    public required int Count { get; init; }
    public ReactionCountDetails CountDetails => new(0, Count);
    public IReadOnlyList<string> BurstColors { get; init; } = [];
    public bool MeBurst { get; init; }
    /// <summary>Whether the one who asks reacted.</summary>
    public bool Me { get; init; }
}

public sealed record ReactionCountDetails(int Burst, int Normal);

/// <summary>A unicode emoji (id null, name the characters) or a guild's own.</summary>
public sealed record Emoji(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Snowflake? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name)
{
    public bool? Animated { get; init; }

    /// <summary>The form of paths and of the store: "name:id", or the characters.</summary>
    [JsonIgnore] public string Key => Id is { } id ? $"{Name}:{id}" : Name ?? "";
}
