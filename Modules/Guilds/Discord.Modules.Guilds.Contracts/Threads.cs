using System.Text.Json.Serialization;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>What is special about a channel that is a thread.</summary>
/// <param name="Members">Of a private thread those who joined; null in public ones.</param>
public sealed record ThreadPlace(Snowflake ParentId, bool Archived, bool Locked, IReadOnlySet<Snowflake>? Members);

/// <summary>A thread that somebody wants to start, its form checked already.</summary>
/// <param name="Type">Null: what the parent takes without saying.</param>
/// <param name="AutoArchiveDuration">60, 1440, 4320 or 10080 minutes; null: the parent's default.</param>
/// <param name="RateLimitPerUser">0 to 21600 seconds; null: the parent's default.</param>
/// <param name="MessageId">The message of the parent that it is started from, or null.</param>
public sealed record WantedThread(string Name, ChannelType? Type, int? AutoArchiveDuration, int? RateLimitPerUser, bool? Invitable, IReadOnlyList<Snowflake> AppliedTags, Snowflake? MessageId = null);

/// <summary>Decides whether somebody may start a thread, and how it will be. Ask while holding the turn on the parent; nothing is changed yet.</summary>
/// <param name="Parent">What they may do in the channel.</param>
/// <param name="Reason">For the audit log.</param>
/// <returns>50024 where no such thread can be, 50013, 160004 for a second one of a message, 160006 and 160007, 40066 and 40067, 10087.</returns>
public sealed record PlanThread(ChannelAccess Parent, Snowflake UserId, WantedThread Wanted, string? Reason) : IRequest<Result<ThreadPlan>>;

/// <summary>A thread about to be. Whoever asked for it publishes the events, in the unit of what else belongs to the start, and lets <paramref name="Apply"/> run when that is durable, all on the same turn.</summary>
/// <param name="Thread">As its starter sees it.</param>
/// <param name="Access">What the starter may do there. Its view is that of the guild with the thread.</param>
/// <param name="Events">Publishing <see cref="ThreadStarted"/> is what stores the thread.</param>
/// <param name="Apply">Changes memory only.</param>
public sealed record ThreadPlan(ThreadChannel Thread, ChannelAccess Access, IReadOnlyList<GatewayEvent> Events, Action Apply);

/// <summary>The threads that were started from some messages, by the message's id. Messages without one are missing.</summary>
public sealed record GetThreadsOfMessages(Snowflake GuildId, IReadOnlyCollection<Snowflake> MessageIds) : IRequest<IReadOnlyDictionary<Snowflake, ThreadChannel>>;

/// <summary>A thread was started; its starter has joined. Guilds stores both in the commit that publishes this.</summary>
public sealed record ThreadStarted(ThreadChannel Thread, Audience Viewers) : GatewayEvent
{
    public override string Name => "THREAD_CREATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Viewers;
    public override object Data => Thread with { NewlyCreated = true, Member = null };
}

/// <summary>A private thread was shown to somebody who was added to it.</summary>
/// <param name="Thread">With their membership.</param>
public sealed record ThreadShown(ThreadChannel Thread, Snowflake UserId) : GatewayEvent
{
    public override string Name => "THREAD_CREATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Members(Thread.GuildId, [UserId]);
    public override object Data => Thread;
}

public sealed record ThreadUpdated(ThreadChannel Thread, Audience Viewers) : GatewayEvent
{
    public override string Name => "THREAD_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Viewers;
    public override object Data => Thread;
}

/// <summary>A thread was deleted. Messaging forgets it at the message that it was started from.</summary>
public sealed record ThreadDeleted(ThreadChannel Thread, Audience Viewers) : GatewayEvent
{
    public override string Name => "THREAD_DELETE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Viewers;
    public override object Data => new { id = Thread.Id, guild_id = Thread.GuildId, parent_id = Thread.ParentId, type = Thread.Type };
}

/// <summary>Somebody's own membership: a signal to their other clients that they are in the thread.</summary>
public sealed record ThreadMemberUpdated(Snowflake GuildId, ThreadMember Member) : GatewayEvent
{
    public override string Name => "THREAD_MEMBER_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Members(GuildId, [Member.UserId]);
    public override object Data => new { id = Member.Id, guild_id = GuildId, user_id = Member.UserId, join_timestamp = Member.JoinTimestamp, flags = Member.Flags };
}

/// <summary>People joined a thread or left it.</summary>
/// <param name="Added">With their members and users.</param>
/// <param name="MemberCount">Afterwards: 0 to 50.</param>
/// <remarks>Source: Discord docs, Gateway Events, "Thread Members Update": without GUILD_MEMBERS only what happens to oneself.</remarks>
public sealed record ThreadMembersUpdated(Snowflake Id, Snowflake GuildId, int MemberCount, IReadOnlyList<ThreadMember> Added, IReadOnlyList<Snowflake> RemovedIds, Audience Viewers) : GatewayEvent
{
    public override string Name => "THREAD_MEMBERS_UPDATE";
    public override Intents Intents => Intents.GuildMembers;
    public override Audience Audience => Viewers;

    public override object Data => new
    {
        id = Id,
        guild_id = GuildId,
        member_count = MemberCount,
        added_members = Added.Count == 0 ? null : Added.Select(member => new AddedMember(member.Id, member.UserId, member.JoinTimestamp, member.Flags, member.Member)),
        removed_member_ids = RemovedIds.Count == 0 ? null : RemovedIds,
    };

    public override Intents IntentsFor(Snowflake userId) =>
        RemovedIds.Contains(userId) || Added.Any(member => member.UserId == userId) ? Intents.Guilds | Intents.GuildMembers : Intents.GuildMembers;

    // One body for all who get the event, of whom some may not see presences: it names none.
    private sealed record AddedMember(Snowflake Id, Snowflake UserId, Timestamp JoinTimestamp, int Flags, Member? Member)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public object? Presence => null;
    }
}
