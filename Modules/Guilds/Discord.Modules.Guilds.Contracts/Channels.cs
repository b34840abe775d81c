using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>What a user may do in a channel, after roles, overwrites, implicit rules and timeouts. Answered from memory.</summary>
/// <returns>10003 when there is no such channel (or it is somebody else's direct message), 50001 when the user cannot view it.</returns>
public sealed record GetChannelAccess(Snowflake UserId, Snowflake ChannelId) : IRequest<Result<ChannelAccess>>;

/// <summary>The same, holding the turn on the channel's lane: what is decided and queued before the turn is disposed keeps its order.</summary>
/// <remarks>Dispose the turn as soon as the commit is queued; never await the commit inside.</remarks>
public sealed record EnterChannel(Snowflake UserId, Snowflake ChannelId) : IRequest<Result<ChannelTurn>>
{
    /// <summary>Whom <see cref="IChannelHome.FindMember"/> will be asked for: they are read before the turn is taken.</summary>
    public IReadOnlyCollection<Snowflake> Members { get; init; } = [];
}

/// <summary>Takes a turn on the lane of a channel's guild without a caller: for what the platform itself does there.</summary>
/// <returns>Null when the channel is gone.</returns>
public sealed record EnterChannelAsSystem(Snowflake ChannelId) : IRequest<ChannelTurn?>;

/// <summary>The turn on a channel's lane, and what the caller may do there.</summary>
/// <param name="ready">What has to happen before a message can be posted; null: nothing.</param>
public sealed class ChannelTurn(ChannelAccess access, IDisposable turn, Func<IReadOnlyList<Snowflake>, ValueTask<Result<ChannelAccess>>>? ready = null) : IDisposable
{
    public ChannelAccess Access => access;

    /// <summary>Call before a message that is sure to be posted. In a thread its author and those whom it mentions join, and an archived thread is opened; elsewhere nothing happens.</summary>
    /// <returns>The access with which to post; 160006 or 160007 when no more threads can be open.</returns>
    public ValueTask<Result<ChannelAccess>> ReadyAsync(IReadOnlyList<Snowflake> mentioned) => ready is null ? ValueTask.FromResult<Result<ChannelAccess>>(access) : ready(mentioned);

    public void Dispose() => turn.Dispose();
}

/// <param name="Permissions">Final: implicit rules and a timeout are applied. In a thread SEND_MESSAGES is what SEND_MESSAGES_IN_THREADS says.</param>
/// <param name="GuildId">Null in a direct message.</param>
/// <param name="SlowmodeSeconds">0 to 21600; 0 for those who are exempt.</param>
/// <param name="View">The guild as it is now; null in a direct message.</param>
/// <param name="Recipients">Who takes part in a direct message, the caller included; empty in a guild.</param>
/// <param name="Member">The caller as a member, without the user object; null in a direct message.</param>
/// <param name="Home">What else the channel's home knows.</param>
public sealed record ChannelAccess(Snowflake ChannelId, ChannelType Type, Snowflake? GuildId, Permissions Permissions, int SlowmodeSeconds, IGuildView? View,
    IReadOnlyList<Snowflake> Recipients, Member? Member, IChannelHome Home)
{
    /// <summary>Whether the caller meets the guild's verification level; if not, they may not write.</summary>
    public bool Verified { get; init; } = true;

    /// <summary>Why the caller can write nothing here although they may read: a block, or a stranger's direct message. Null: nothing is in the way.</summary>
    public ApiError? Unreachable { get; init; }

    /// <summary>Null: the channel is no thread.</summary>
    public ThreadPlace? Thread { get; init; }

    public bool Has(Permissions wanted) => Permissions.Has(wanted);

    /// <summary>Who sees what happens to messages of this channel. A thread is seen by those who see its parent, a private one by few of them.</summary>
    public Audience Audience => GuildId is not { } guild ? Audience.Users(Recipients, ChannelId)
        : Thread is not { } thread ? Audience.Channel(guild, ChannelId)
        : thread.Members is { } members ? Audience.PrivateThread(guild, thread.ParentId, members)
        : Audience.Channel(guild, thread.ParentId);
}

/// <summary>What Messaging asks and tells the home of a channel.</summary>
public interface IChannelHome
{
    Role? FindRole(Snowflake roleId);

    /// <summary>A member without the user object; null for others, and for one who was neither looked at lately nor loaded.</summary>
    Member? FindMember(Snowflake userId);

    /// <summary>Brings members into memory; a direct message has none.</summary>
    ValueTask LoadMembersAsync(IReadOnlyCollection<Snowflake> userIds) => ValueTask.CompletedTask;

    /// <summary>Asks the guild's rules about a text that a member is about to post. From memory; call on the channel's lane.</summary>
    /// <param name="mentions">How many users and roles the text names, each once.</param>
    /// <returns>Null, as for most texts: nothing is to be done. Otherwise see <see cref="ActOnModeration"/>.</returns>
    Moderation? Moderate(Snowflake authorId, string content, int mentions, bool isEdit = false);

    /// <summary>The newest message's id, kept in memory; null when there is none.</summary>
    Snowflake? LastMessageId { get; set; }

    /// <summary>When the newest pin was made; null when there is none.</summary>
    Timestamp? LastPinTimestamp { get; set; }
}

/// <summary>Asked by Guilds when it loads channels: the newest message and pin of each.</summary>
public sealed record GetChannelMarks(IReadOnlyCollection<Snowflake> ChannelIds) : IRequest<IReadOnlyDictionary<Snowflake, ChannelMarks>>;

public sealed record ChannelMarks(Snowflake? LastMessageId, Timestamp? LastPinTimestamp);

/// <summary>Where a user's direct message channels are.</summary>
/// <returns>The two users' channel, made if there was none.</returns>
public sealed record OpenDirectMessage(Snowflake UserId, Snowflake RecipientId) : IRequest<Result<Channel>>;

/// <summary>The direct message channels that a user has open, with the recipients' public forms.</summary>
public sealed record GetDirectMessages(Snowflake UserId) : IRequest<IReadOnlyList<Channel>>;
