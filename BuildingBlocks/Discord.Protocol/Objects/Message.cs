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
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
    /// <summary>Embeds as they were sent, with their type added.</summary>
    public IReadOnlyList<JsonElement> Embeds { get; init; } = [];
    public IReadOnlyList<JsonElement> Components { get; init; } = [];
    /// <summary>Null and left out for none.</summary>
    public IReadOnlyList<StickerItem>? StickerItems { get; init; }
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
    /// <summary>What a forward shows: copies of the forwarded messages as they were then.</summary>
    public IReadOnlyList<MessageSnapshot>? MessageSnapshots { get; init; }
    public Poll? Poll { get; init; }
    /// <summary>Of webhooks and followed channels; the author then is no user.</summary>
    public Snowflake? WebhookId { get; init; }
    /// <summary>In crossposts: channels of the guild that it comes from.</summary>
    public IReadOnlyList<MentionedChannel>? MentionChannels { get; init; }
    /// <summary>Of type <see cref="MessageType.Call"/>.</summary>
    public MessageCall? Call { get; init; }

    /// <summary>Whether addresses of attachments are in it, be it in its embeds or components.</summary>
    [JsonIgnore] public bool ShowsFiles { get; init; }

    // In gateway events only.
    public Snowflake? GuildId { get; init; }
    public Member? Member { get; init; }
    public ChannelType? ChannelType { get; init; }

    /// <summary>What those get who may not read content.</summary>
    /// <remarks>Source: Discord docs, Gateway, "Message Content Intent": content, embeds, attachments, components and poll, in what is answered or forwarded too.</remarks>
    public Message WithoutContent() => this with
    {
        Content = "",
        Embeds = [],
        Attachments = [],
        Components = [],
        Poll = null,
        MessageSnapshots = MessageSnapshots is null ? null : [.. MessageSnapshots.Select(snapshot => new MessageSnapshot(snapshot.Message with { Content = "", Embeds = [], Attachments = [], Components = [] }))],
    };
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
    Call = 3,
    ChannelNameChange = 4,
    ChannelIconChange = 5,
    ChannelPinnedMessage = 6,
    UserJoin = 7,
    GuildBoost = 8,
    GuildBoostTier1 = 9,
    GuildBoostTier2 = 10,
    GuildBoostTier3 = 11,
    ChannelFollowAdd = 12,
    GuildDiscoveryDisqualified = 14,
    GuildDiscoveryRequalified = 15,
    GuildDiscoveryGracePeriodInitialWarning = 16,
    GuildDiscoveryGracePeriodFinalWarning = 17,
    ThreadCreated = 18,
    Reply = 19,
    ChatInputCommand = 20,
    ThreadStarterMessage = 21,
    GuildInviteReminder = 22,
    ContextMenuCommand = 23,
    AutoModerationAction = 24,
    RoleSubscriptionPurchase = 25,
    InteractionPremiumUpsell = 26,
    StageStart = 27,
    StageEnd = 28,
    StageSpeaker = 29,
    StageRaiseHand = 30,
    StageTopic = 31,
    GuildApplicationPremiumSubscription = 32,
    GuildIncidentAlertModeEnabled = 36,
    GuildIncidentAlertModeDisabled = 37,
    GuildIncidentReportRaid = 38,
    GuildIncidentReportFalseAlarm = 39,
    PurchaseNotification = 44,
    PollResult = 46,
}

public static class MessageTypes
{
    /// <summary>What somebody wrote: it can be edited by its author, answered, pinned and forwarded. Everything else is said by the platform.</summary>
    public static bool IsWritten(this MessageType type) => type is MessageType.Default or MessageType.Reply or MessageType.ChatInputCommand or MessageType.ContextMenuCommand;

    /// <remarks>Source: Discord docs, Resources, Message, "Message Types", column "Deletable".</remarks>
    public static bool IsDeletable(this MessageType type) =>
        type is not (>= MessageType.RecipientAdd and <= MessageType.ChannelIconChange or >= MessageType.GuildDiscoveryDisqualified and <= MessageType.GuildDiscoveryGracePeriodFinalWarning or MessageType.ThreadStarterMessage);
}

/// <remarks>Source: Discord docs, Resources, Message, "Message Flags".</remarks>
[Flags]
public enum MessageFlags
{
    None = 0,
    Crossposted = 1 << 0,
    IsCrosspost = 1 << 1,
    SuppressEmbeds = 1 << 2,
    SourceMessageDeleted = 1 << 3,
    Urgent = 1 << 4,
    HasThread = 1 << 5,
    Ephemeral = 1 << 6,
    Loading = 1 << 7,
    FailedToMentionSomeRolesInThread = 1 << 8,
    SuppressNotifications = 1 << 12,
    IsVoiceMessage = 1 << 13,
    HasSnapshot = 1 << 14,
    IsComponentsV2 = 1 << 15,
}

/// <summary>Which message a reply answers, a forward shows, or a notice is about.</summary>
/// <param name="Type">0 = reply and everything else, 1 = forward.</param>
public sealed record MessageReference(int Type, Snowflake ChannelId, Snowflake? MessageId, Snowflake? GuildId)
{
    public const int Reply = 0;
    public const int Forward = 1;
}

/// <summary>A forwarded message as it was when it was forwarded.</summary>
public sealed record MessageSnapshot(SnapshotMessage Message);

/// <remarks>Source: Discord docs, Resources, Message, "Message Snapshot Structure": a subset of a message, without its author.</remarks>
public sealed record SnapshotMessage
{
    public MessageType Type { get; init; }
    public required string Content { get; init; }
    public IReadOnlyList<MentionedUser> Mentions { get; init; } = [];
    public IReadOnlyList<Snowflake> MentionRoles { get; init; } = [];
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
    public IReadOnlyList<JsonElement> Embeds { get; init; } = [];
    public required Timestamp Timestamp { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? EditedTimestamp { get; init; }
    public MessageFlags Flags { get; init; }
    public IReadOnlyList<JsonElement> Components { get; init; } = [];
}

/// <summary>A call of a direct message or group.</summary>
/// <param name="Participants">Who took part, each once.</param>
/// <param name="EndedTimestamp">Null, and written so: it is on.</param>
/// <remarks>Source: Discord docs, Resources, Message, "Message Call Object".</remarks>
public sealed record MessageCall(IReadOnlyList<Snowflake> Participants, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Timestamp? EndedTimestamp);

/// <summary>A channel that a crosspost names: of another guild, and seen by everybody there.</summary>
public sealed record MentionedChannel(Snowflake Id, Snowflake GuildId, ChannelType Type, string Name);

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
