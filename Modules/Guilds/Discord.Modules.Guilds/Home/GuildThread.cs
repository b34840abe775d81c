using System.Collections.Immutable;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Home;

/// <summary>A thread at one moment, with those who joined it. Immutable.</summary>
/// <param name="Channel">Of an active thread without the counters: those are its <see cref="Marks"/>.</param>
internal sealed record GuildThread(ThreadChannel Channel, ThreadMembers Members)
{
    public Snowflake Id => Channel.Id;

    public Snowflake ParentId => Channel.ParentId;

    public bool IsArchived => Channel.ThreadMetadata.Archived;

    /// <summary>Who sees what happens in it.</summary>
    public Audience Audience => Channel.IsPrivate ? Audience.PrivateThread(Channel.GuildId, ParentId, Members.Ids) : Audience.Channel(Channel.GuildId, ParentId);

    public ThreadPlace Place => new(ParentId, IsArchived, Channel.ThreadMetadata.Locked, Channel.IsPrivate ? Members.Ids : null);

    public ThreadMember? MemberOf(Snowflake userId) => Members.Find(Id, userId);
}

/// <summary>Who joined a thread, and when. Immutable.</summary>
internal sealed class ThreadMembers
{
    /// <summary>Source: Discord docs, JSON error 30033.</summary>
    public const int Max = 1000;

    /// <summary>Counting for clients stops here. Source: Discord docs, Resources, Channel, member_count.</summary>
    private const int MaxCounted = 50;

    public static readonly ThreadMembers None = new(ImmutableSortedDictionary<Snowflake, Timestamp>.Empty);

    private readonly ImmutableSortedDictionary<Snowflake, Timestamp> _joined;
    private HashSet<Snowflake>? _ids;

    private ThreadMembers(ImmutableSortedDictionary<Snowflake, Timestamp> joined) => _joined = joined;

    public int Count => _joined.Count;

    /// <summary>As clients are told it: 0 to 50.</summary>
    public int Counted => CountedOf(Count);

    /// <summary>Made once: events of a private thread carry it.</summary>
    public IReadOnlySet<Snowflake> Ids => _ids ??= [.. _joined.Keys];

    public static int CountedOf(int count) => Math.Min(count, MaxCounted);

    public static ThreadMembers Of(IEnumerable<ThreadMember> members) => new(members.ToImmutableSortedDictionary(member => member.UserId, member => member.JoinTimestamp));

    public bool Contains(Snowflake userId) => _joined.ContainsKey(userId);

    public ThreadMember? Find(Snowflake threadId, Snowflake userId) => _joined.TryGetValue(userId, out var at) ? new ThreadMember(threadId, userId, at) : null;

    /// <summary>By user id.</summary>
    public IEnumerable<ThreadMember> All(Snowflake threadId) => _joined.Select(entry => new ThreadMember(threadId, entry.Key, entry.Value));

    public ThreadMembers With(Snowflake userId, Timestamp at) => new(_joined.SetItem(userId, at));

    public ThreadMembers Without(Snowflake userId) => new(_joined.Remove(userId));
}
