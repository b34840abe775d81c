using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>Discord's channel types.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Channel Types".</remarks>
public enum ChannelType
{
    GuildText = 0,
    Dm = 1,
    GuildVoice = 2,
    GroupDm = 3,
    GuildCategory = 4,
    GuildAnnouncement = 5,
    AnnouncementThread = 10,
    PublicThread = 11,
    PrivateThread = 12,
    GuildStageVoice = 13,
    GuildDirectory = 14,
    GuildForum = 15,
    GuildMedia = 16,
}

public static class ChannelTypes
{
    public static bool IsDm(this ChannelType type) => type is ChannelType.Dm or ChannelType.GroupDm;

    /// <summary>Where messages can be posted directly: forums take posts only as threads, categories none.</summary>
    public static bool TakesMessages(this ChannelType type) => type is not (ChannelType.GuildCategory or ChannelType.GuildForum or ChannelType.GuildMedia or ChannelType.GuildDirectory);

    public static bool IsThread(this ChannelType type) => type is ChannelType.AnnouncementThread or ChannelType.PublicThread or ChannelType.PrivateThread;

    /// <summary>Where every post is a thread of its own.</summary>
    public static bool IsForum(this ChannelType type) => type is ChannelType.GuildForum or ChannelType.GuildMedia;

    /// <summary>Where threads can be started.</summary>
    public static bool TakesThreads(this ChannelType type) => type is ChannelType.GuildText or ChannelType.GuildAnnouncement || type.IsForum();

    public static bool IsVoice(this ChannelType type) => type is ChannelType.GuildVoice or ChannelType.GuildStageVoice;

    /// <summary>The types that may be made in a guild by themselves (threads are started from a channel).</summary>
    public static bool CanBeCreatedInGuild(int type) => type is 0 or 2 or 4 or 5 or 13 or 15 or 16;
}

/// <summary>A channel of a guild, or a direct message channel.</summary>
/// <remarks>Source: Discord docs, Resources, Channel. One record for every type but threads: fields that a type lacks are null and left out.</remarks>
public sealed record Channel
{
    /// <summary>In <see cref="Flags"/> of a forum: every post carries a tag.</summary>
    public const int RequireTag = 1 << 4;

    public required Snowflake Id { get; init; }
    public required ChannelType Type { get; init; }
    public Snowflake? GuildId { get; init; }
    public string? Name { get; init; }
    public int? Position { get; init; }
    public IReadOnlyList<Overwrite>? PermissionOverwrites { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Topic { get; init; }
    public bool? Nsfw { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? LastMessageId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? LastPinTimestamp { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? ParentId { get; init; }
    /// <summary>Slowmode: seconds between two messages of one user, 0 to 21600.</summary>
    public int? RateLimitPerUser { get; init; }
    public int? Bitrate { get; init; }
    public int? UserLimit { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? RtcRegion { get; init; }
    public int? VideoQualityMode { get; init; }
    public int? DefaultAutoArchiveDuration { get; init; }
    /// <summary>The slowmode that new threads start with: seconds, 0 to 21600.</summary>
    public int? DefaultThreadRateLimitPerUser { get; init; }
    /// <summary>Forums: the tags that posts may carry, at most 20.</summary>
    public IReadOnlyList<ForumTag>? AvailableTags { get; init; }
    public DefaultReaction? DefaultReactionEmoji { get; init; }
    /// <summary>Forums: 0 latest activity, 1 creation time.</summary>
    public int? DefaultSortOrder { get; init; }
    /// <summary>Forums: 0 not set, 1 list, 2 gallery.</summary>
    public int? DefaultForumLayout { get; init; }
    /// <summary>Forums: <see cref="RequireTag"/>.</summary>
    public int Flags { get; init; }
    public IReadOnlyList<User>? Recipients { get; init; }
    public Snowflake? OwnerId { get; init; }
    public string? Icon { get; init; }
}

/// <summary>A tag of a forum's posts.</summary>
/// <param name="Moderated">Only members with MANAGE_THREADS may set or remove it.</param>
/// <remarks>Source: Discord docs, Resources, Channel, "Forum Tag Object".</remarks>
public sealed record ForumTag(Snowflake Id, string Name, bool Moderated)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? EmojiId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? EmojiName { get; init; }
}

/// <summary>The reaction that a forum offers for its posts.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Default Reaction Object".</remarks>
public sealed record DefaultReaction
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? EmojiId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? EmojiName { get; init; }
}

/// <summary>What a role or a member may do in one channel beyond, or less than, in the guild.</summary>
/// <param name="Id">The role's or the user's id.</param>
/// <param name="Type">0 role, 1 member.</param>
/// <remarks>Source: Discord docs, Resources, Channel, "Overwrite Object".</remarks>
public sealed record Overwrite(Snowflake Id, int Type, Permissions Allow, Permissions Deny)
{
    [JsonIgnore] public bool IsRole => Type == 0;
}
