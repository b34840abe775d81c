using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A thread: a channel inside a text, announcement, forum or media channel. Permissions are those of its parent.</summary>
/// <remarks>Source: Discord docs, Topics, Threads; Resources, Channel. In a forum or media channel every post is a thread.</remarks>
public sealed record ThreadChannel
{
    /// <summary>In <see cref="Flags"/>: stands at the top of its forum. One post of a forum at most.</summary>
    public const int Pinned = 1 << 1;

    /// <summary>That of the message which the thread was started from, or of its first message in a forum; else its own.</summary>
    public required Snowflake Id { get; init; }
    /// <summary>10 announcement, 11 public, 12 private.</summary>
    public required ChannelType Type { get; init; }
    public required Snowflake GuildId { get; init; }
    public required Snowflake ParentId { get; init; }
    /// <summary>Who started it.</summary>
    public required Snowflake OwnerId { get; init; }
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? LastMessageId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? LastPinTimestamp { get; init; }
    /// <summary>Slowmode: seconds between two messages of one user, 0 to 21600.</summary>
    public int RateLimitPerUser { get; init; }
    /// <summary>Messages that are there, without the one that it was started with.</summary>
    public int MessageCount { get; init; }
    /// <summary>The same with those that were deleted since.</summary>
    public int TotalMessageSent { get; init; }
    /// <summary>0 to 50: counting stops there.</summary>
    public int MemberCount { get; init; }
    public int Flags { get; init; }
    /// <summary>In forums: the post's tags, at most 5.</summary>
    public IReadOnlyList<Snowflake>? AppliedTags { get; init; }
    public required ThreadMetadata ThreadMetadata { get; init; }

    /// <summary>The reader's own membership, when they joined and it is asked for them alone.</summary>
    public ThreadMember? Member { get; init; }
    /// <summary>In the answer to a new post of a forum: its first message.</summary>
    public Message? Message { get; init; }
    /// <summary>In THREAD_CREATE: it was not merely shown to somebody.</summary>
    public bool? NewlyCreated { get; init; }

    [JsonIgnore] public bool IsPrivate => Type == ChannelType.PrivateThread;
    [JsonIgnore] public bool IsPinned => (Flags & Pinned) != 0;
}

/// <summary>What a thread has and no other channel.</summary>
/// <param name="ArchiveTimestamp">When it was last archived or opened; when it was started, if never.</param>
/// <param name="AutoArchiveDuration">Minutes without a message after which it is archived: 60, 1440, 4320 or 10080.</param>
/// <param name="Locked">Only MANAGE_THREADS may write in it or open it.</param>
/// <remarks>Source: Discord docs, Resources, Channel, "Thread Metadata Object".</remarks>
public sealed record ThreadMetadata(bool Archived, Timestamp ArchiveTimestamp, int AutoArchiveDuration, bool Locked)
{
    public Timestamp? CreateTimestamp { get; init; }
    /// <summary>Private threads: whether members without MANAGE_THREADS may add others.</summary>
    public bool? Invitable { get; init; }
}

/// <summary>Somebody who joined a thread.</summary>
/// <param name="Id">The thread.</param>
/// <remarks>Source: Discord docs, Resources, Channel, "Thread Member Object".</remarks>
public sealed record ThreadMember(Snowflake Id, Snowflake UserId, Timestamp JoinTimestamp)
{
    /// <summary>Notification settings; none are kept here.</summary>
    public int Flags { get; init; }
    /// <summary>When it was asked for, and in THREAD_MEMBERS_UPDATE.</summary>
    public Member? Member { get; init; }
}
