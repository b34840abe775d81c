using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>Something that was done to a guild, by whom and why.</summary>
/// <remarks>Source: Discord docs, Resources, Audit Log. Entries are kept for 45 days.</remarks>
public sealed record AuditLogEntry
{
    public required Snowflake Id { get; init; }
    /// <summary>Who did it; null when it was the platform.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? UserId { get; init; }
    /// <summary>What it was done to: a user, channel, role, ...; null where there is no one thing (prune, bulk delete).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? TargetId { get; init; }
    public required AuditLogEvent ActionType { get; init; }
    public IReadOnlyList<AuditLogChange>? Changes { get; init; }
    public AuditLogOptions? Options { get; init; }
    /// <summary>1 to 512 characters, from X-Audit-Log-Reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>One field before and after; absent values mean that there was none.</summary>
public sealed record AuditLogChange(string Key)
{
    public JsonElement? OldValue { get; init; }
    public JsonElement? NewValue { get; init; }
}

/// <summary>What some actions say beyond their changes. Numbers are sent as strings, as Discord does.</summary>
/// <remarks>Source: Discord docs, Resources, Audit Log, "Optional Audit Entry Info".</remarks>
public sealed record AuditLogOptions
{
    /// <summary>MEMBER_DISCONNECT, MEMBER_MOVE, MESSAGE_PIN and the like, MESSAGE_DELETE, stage instances, automod.</summary>
    public Snowflake? ChannelId { get; init; }
    /// <summary>MESSAGE_DELETE, MESSAGE_BULK_DELETE, MEMBER_DISCONNECT, MEMBER_MOVE: how many.</summary>
    public string? Count { get; init; }
    /// <summary>MEMBER_PRUNE: days of inactivity.</summary>
    public string? DeleteMemberDays { get; init; }
    public string? MembersRemoved { get; init; }
    /// <summary>Pins: the message.</summary>
    public Snowflake? MessageId { get; init; }
    /// <summary>Channel overwrites: the role or member.</summary>
    public Snowflake? Id { get; init; }
    /// <summary>Channel overwrites: "0" role, "1" member.</summary>
    public string? Type { get; init; }
    /// <summary>Channel overwrites of a role.</summary>
    public string? RoleName { get; init; }
    public string? AutoModerationRuleName { get; init; }
    public string? AutoModerationRuleTriggerType { get; init; }
    public Snowflake? ApplicationId { get; init; }
    public string? IntegrationType { get; init; }
    /// <summary>VOICE_CHANNEL_STATUS_UPDATE.</summary>
    public string? Status { get; init; }
}

/// <remarks>Source: Discord docs, Resources, Audit Log, "Audit Log Events".</remarks>
public enum AuditLogEvent
{
    GuildUpdate = 1,
    ChannelCreate = 10,
    ChannelUpdate = 11,
    ChannelDelete = 12,
    ChannelOverwriteCreate = 13,
    ChannelOverwriteUpdate = 14,
    ChannelOverwriteDelete = 15,
    MemberKick = 20,
    MemberPrune = 21,
    MemberBanAdd = 22,
    MemberBanRemove = 23,
    MemberUpdate = 24,
    MemberRoleUpdate = 25,
    MemberMove = 26,
    MemberDisconnect = 27,
    BotAdd = 28,
    RoleCreate = 30,
    RoleUpdate = 31,
    RoleDelete = 32,
    InviteCreate = 40,
    InviteUpdate = 41,
    InviteDelete = 42,
    WebhookCreate = 50,
    WebhookUpdate = 51,
    WebhookDelete = 52,
    EmojiCreate = 60,
    EmojiUpdate = 61,
    EmojiDelete = 62,
    MessageDelete = 72,
    MessageBulkDelete = 73,
    MessagePin = 74,
    MessageUnpin = 75,
    IntegrationCreate = 80,
    IntegrationUpdate = 81,
    IntegrationDelete = 82,
    StageInstanceCreate = 83,
    StageInstanceUpdate = 84,
    StageInstanceDelete = 85,
    StickerCreate = 90,
    StickerUpdate = 91,
    StickerDelete = 92,
    GuildScheduledEventCreate = 100,
    GuildScheduledEventUpdate = 101,
    GuildScheduledEventDelete = 102,
    ThreadCreate = 110,
    ThreadUpdate = 111,
    ThreadDelete = 112,
    ApplicationCommandPermissionUpdate = 121,
    SoundboardSoundCreate = 130,
    SoundboardSoundUpdate = 131,
    SoundboardSoundDelete = 132,
    AutoModerationRuleCreate = 140,
    AutoModerationRuleUpdate = 141,
    AutoModerationRuleDelete = 142,
    AutoModerationBlockMessage = 143,
    AutoModerationFlagToChannel = 144,
    AutoModerationUserCommunicationDisabled = 145,
    AutoModerationQuarantineUser = 146,
    OnboardingPromptCreate = 163,
    OnboardingPromptUpdate = 164,
    OnboardingPromptDelete = 165,
    OnboardingCreate = 166,
    OnboardingUpdate = 167,
    VoiceChannelStatusUpdate = 192,
    VoiceChannelStatusDelete = 193,
}
