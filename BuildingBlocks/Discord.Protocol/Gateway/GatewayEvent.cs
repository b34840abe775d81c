using System.Text.Json;

namespace Discord.Protocol.Gateway;

/// <summary>Something that happened, that goes through the outbox, and that gateway sessions may see. One record per event.</summary>
/// <remarks>
/// The name and the data are Discord's own (or an internal name in capitals with <see cref="Audience.Nobody"/>, for other modules only).
/// The outbox stores exactly these two, never a CLR type name, so that a rename cannot orphan a row.
/// </remarks>
public abstract record GatewayEvent
{
    /// <summary>The frame's "t": MESSAGE_CREATE.</summary>
    public abstract string Name { get; }

    /// <summary>A session gets the event if it asked for one of these; <see cref="Intents.None"/> is sent to all.</summary>
    public abstract Intents Intents { get; }

    /// <summary>Who may see it. Evaluated at the event's place in the guild's stream.</summary>
    public abstract Audience Audience { get; }

    /// <summary>The frame's "d".</summary>
    public abstract object Data { get; }

    /// <summary>The "d" for sessions that may not read message content, or null when it is the same for all.</summary>
    /// <returns>Null, or data without what the MESSAGE_CONTENT intent protects.</returns>
    public virtual object? DataWithoutContent => null;

    /// <summary>Those who get the full content even without the intent: the author, and whom the message mentions.</summary>
    public virtual bool MayReadContent(Snowflake userId) => true;

    /// <summary>What a session of this user must have asked for. What happens to oneself is told for less: a change of one's own membership always.</summary>
    public virtual Intents IntentsFor(Snowflake userId) => this is IMembershipChange change && change.UserId == userId ? Intents.None : Intents;

    /// <summary>The login session that caused it and knows already, by its token's hash; null: everybody in the audience is told.</summary>
    public virtual string? ExceptToken => null;

    /// <summary>Whether the event is this member's own matter: their message, or one that mentions them. People get such from every guild.</summary>
    /// <param name="roles">The member's roles.</param>
    public virtual bool Concerns(Snowflake userId, IReadOnlyList<Snowflake> roles) => false;

    public byte[] SerializeData() => JsonSerializer.SerializeToUtf8Bytes(Data, Data.GetType(), ProtocolJson.Options);
}

/// <summary>Who may see an event.</summary>
public readonly record struct Audience
{
    public AudienceKind Kind { get; private init; }

    /// <summary>The guild whose stream carries the event; default for direct messages and users' own events.</summary>
    public Snowflake GuildId { get; private init; }

    public Snowflake ChannelId { get; private init; }

    /// <summary>What the viewer needs: in the channel when there is one, else in the guild.</summary>
    public Permissions Required { get; private init; }

    /// <summary>Beside <see cref="Required"/>, one of these at least; none: nothing more.</summary>
    public Permissions AnyOf { get; private init; }

    public IReadOnlyList<Snowflake> UserIds { get; private init; }

    /// <summary>Of a channel's viewers, only those who do not see this one; default: all of them.</summary>
    public Snowflake HiddenIn { get; init; }

    /// <summary>Who is told otherwise: the one whom the event is about. Default: nobody.</summary>
    public Snowflake Except { get; init; }

    /// <summary>In a private thread: those who see it without MANAGE_THREADS. Null elsewhere.</summary>
    public IReadOnlySet<Snowflake>? ThreadMembers { get; private init; }

    /// <summary>Of <see cref="AudienceKind.Session"/>.</summary>
    public string? SessionId { get; private init; }

    /// <summary>The slot key: what keeps the event's order. The guild, the direct message channel, or the user.</summary>
    public Snowflake StreamKey => Kind switch
    {
        AudienceKind.Users => ChannelId.Value != 0 ? ChannelId : UserIds[0],
        _ => GuildId,
    };

    /// <summary>Not for sessions: an outbox record for other modules.</summary>
    public static Audience Nobody(Snowflake streamKey) => new() { Kind = AudienceKind.Nobody, GuildId = streamKey, UserIds = [] };

    /// <summary>Members of the guild; with <paramref name="required"/> only those who hold it there.</summary>
    public static Audience Guild(Snowflake guildId, Permissions required = Permissions.None) =>
        new() { Kind = AudienceKind.Guild, GuildId = guildId, Required = required, UserIds = [] };

    /// <summary>Members of the guild who hold one or more of these there.</summary>
    public static Audience GuildAny(Snowflake guildId, Permissions anyOf) => new() { Kind = AudienceKind.Guild, GuildId = guildId, AnyOf = anyOf, UserIds = [] };

    /// <summary>Members of the guild who hold <paramref name="required"/> in the channel: VIEW_CHANNEL at least.</summary>
    public static Audience Channel(Snowflake guildId, Snowflake channelId, Permissions required = Permissions.ViewChannel) =>
        new() { Kind = AudienceKind.Channel, GuildId = guildId, ChannelId = channelId, Required = required, UserIds = [] };

    /// <summary>Those of a private thread's members who view its parent, and whoever holds MANAGE_THREADS there.</summary>
    /// <param name="members">The members as they are when the event happens; never changed afterwards.</param>
    /// <remarks>What happens in a public thread is for those who view its parent: <see cref="Channel"/>. Source: protocol.md 4.2.</remarks>
    public static Audience PrivateThread(Snowflake guildId, Snowflake parentId, IReadOnlySet<Snowflake> members) => Channel(guildId, parentId) with { ThreadMembers = members };

    /// <summary>These members of the guild, at the event's place in the guild's stream.</summary>
    public static Audience Members(Snowflake guildId, IReadOnlyList<Snowflake> userIds) => new() { Kind = AudienceKind.Members, GuildId = guildId, UserIds = userIds };

    /// <summary>These users, in every one of their sessions (bots: on shard 0).</summary>
    /// <param name="channelId">The direct message channel, when the event belongs to one.</param>
    public static Audience Users(IReadOnlyList<Snowflake> userIds, Snowflake channelId = default) =>
        new() { Kind = AudienceKind.Users, ChannelId = channelId, UserIds = userIds };

    /// <summary>One gateway session alone, at the event's place in a stream.</summary>
    /// <param name="streamKey">The guild, or the channel of a call: the event keeps its order among theirs.</param>
    public static Audience Session(Snowflake userId, string sessionId, Snowflake streamKey) =>
        new() { Kind = AudienceKind.Session, GuildId = streamKey, UserIds = [userId], SessionId = sessionId };

    /// <summary>Whether somebody who holds this set, in the channel or the guild, may see the event.</summary>
    public bool Admits(Permissions held) => held.Has(Required) && (AnyOf == Permissions.None || (held & AnyOf) != 0);
}

public enum AudienceKind
{
    Nobody,
    Guild,
    Channel,
    Members,
    Users,
    Session,
}

/// <summary>An event that changes who is in a guild or which roles somebody has: the dispatcher follows it.</summary>
public interface IMembershipChange
{
    Snowflake GuildId { get; }

    Snowflake UserId { get; }

    /// <summary>The member's roles from here on, without @everyone; null: no longer a member.</summary>
    IReadOnlyList<Snowflake>? Roles { get; }
}

/// <summary>An event after which the guild is no more.</summary>
public interface IGuildEnd
{
    Snowflake GuildId { get; }
}

/// <summary>An event that ends gateway sessions of a user.</summary>
public interface ISessionEnd
{
    Snowflake UserId { get; }

    /// <summary>The ended token's hash, or null for all tokens of the user.</summary>
    string? TokenHash { get; }
}

/// <summary>
/// One state of a guild, immutable: what permissions follow from it, and the body of GUILD_CREATE.
/// Each event of a guild carries the view that held when it happened, so that visibility is decided at the event's place in the stream.
/// </summary>
public interface IGuildView
{
    Snowflake Id { get; }

    Snowflake OwnerId { get; }

    int MemberCount { get; }

    /// <summary>The roles that members are grouped under, the highest first.</summary>
    IReadOnlyList<Snowflake> HoistedRoles { get; }

    /// <summary>Which member list a channel has: "everyone", or a number that channels with the same viewers share.</summary>
    string MemberListId(Snowflake channelId);

    /// <summary>Every channel of the guild.</summary>
    IEnumerable<Snowflake> ChannelIds { get; }

    bool HasChannel(Snowflake channelId);

    /// <summary>True when nobody's visible channels can differ between two states: roles, channels and owner are the same.</summary>
    bool ShowsSameChannels(IGuildView other);

    /// <summary>The "d" of THREAD_LIST_SYNC: the active threads of these channels that the user may see. Null when none of the channels takes threads.</summary>
    byte[]? WriteThreadList(IReadOnlyList<Snowflake> channelIds, Snowflake userId, IReadOnlyList<Snowflake> roles);

    /// <summary>A channel as CHANNEL_CREATE and CHANNEL_DELETE carry it, or null when there is no such channel.</summary>
    byte[]? WriteChannel(Snowflake channelId);

    /// <summary>What somebody with these roles holds in the guild. @everyone is implied.</summary>
    Permissions InGuild(Snowflake userId, IReadOnlyList<Snowflake> roles);

    /// <summary>What somebody with these roles holds in a channel; none when there is no such channel.</summary>
    Permissions InChannel(Snowflake channelId, Snowflake userId, IReadOnlyList<Snowflake> roles);

    /// <summary>Users with an overwrite of their own in the channel: they are not decided by their class of roles.</summary>
    IReadOnlySet<Snowflake> OverwrittenUsers(Snowflake channelId);

    /// <summary>The "d" of GUILD_CREATE for one session, or null when the user is no member.</summary>
    /// <param name="scope">Which members and presences it holds.</param>
    ValueTask<byte[]?> WriteGuildCreateAsync(Snowflake userId, GuildCreateScope scope);
}

/// <summary>What a session gets inside GUILD_CREATE.</summary>
/// <param name="AllMembersUpTo">All members when there are at most this many (the large_threshold of IDENTIFY, 50 to 250), else the user's own, the acquaintances and, with presences for bots, who is online.</param>
/// <param name="Members">False: only the own member, whatever the size.</param>
/// <param name="Presences">Whether presences are in it.</param>
/// <param name="OnlyViewableChannels">Human clients get only channels that they can see; bots get all, as they do elsewhere.</param>
/// <param name="Acquaintances">Whom the user knows: their members and presences are in it, however large the guild is.</param>
public readonly record struct GuildCreateScope(int AllMembersUpTo, bool Members, bool Presences, bool OnlyViewableChannels, IReadOnlyList<Snowflake> Acquaintances);
