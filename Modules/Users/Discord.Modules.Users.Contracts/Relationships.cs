using System.Text.Json.Serialization;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Users.Contracts;

/// <summary>What somebody is to somebody else, seen from one of the two.</summary>
/// <remarks>Source: protocol.md 1.1. Implicit relationships (5) are not kept.</remarks>
public enum RelationshipType
{
    None = 0,
    Friend = 1,
    Blocked = 2,
    Incoming = 3,
    Outgoing = 4,
}

/// <summary>An entry of somebody's list of friends, requests and blocks, as their clients get it.</summary>
/// <param name="Id">The other user's id.</param>
/// <param name="Nickname">What the list's owner calls a friend: 1 to 32 characters; null: nothing of their own.</param>
/// <param name="Since">When it came to be what it is.</param>
public sealed record Relationship(
    Snowflake Id,
    RelationshipType Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Nickname,
    User User,
    Timestamp Since)
{
    /// <summary>In RELATIONSHIP_ADD only: whether the client should tell its user.</summary>
    public bool? ShouldNotify { get; init; }
}

/// <summary>Somebody's friends, requests and blocks: READY's "relationships".</summary>
public sealed record GetRelationships(Snowflake UserId) : IRequest<IReadOnlyList<Relationship>>;

/// <summary>Whom somebody has blocked. Answered from memory.</summary>
public sealed record GetBlocked(Snowflake UserId) : IRequest<IReadOnlySet<Snowflake>>;

/// <summary>What two users are to each other. Answered from memory.</summary>
public sealed record GetRelation(Snowflake UserId, Snowflake OtherId) : IRequest<Relation>;

/// <param name="Mine">What the other is to the user.</param>
/// <param name="Theirs">What the user is to the other.</param>
public readonly record struct Relation(RelationshipType Mine, RelationshipType Theirs)
{
    /// <summary>One of the two blocked the other.</summary>
    public bool IsBlock => Mine == RelationshipType.Blocked || Theirs == RelationshipType.Blocked;

    public bool IsFriendship => Mine == RelationshipType.Friend;
}

/// <summary>Guilds whose members somebody takes no first direct message from, unless they are friends.</summary>
public sealed record GetRestrictedGuilds(Snowflake UserId) : IRequest<IReadOnlySet<Snowflake>>;

/// <summary>What somebody wrote down about others, by the others' ids: READY's "notes".</summary>
public sealed record GetNotes(Snowflake UserId) : IRequest<IReadOnlyDictionary<Snowflake, string>>;

public sealed record RelationshipAdded(Snowflake UserId, Relationship Relationship) : GatewayEvent
{
    public override string Name => "RELATIONSHIP_ADD";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => Relationship;
}

public sealed record RelationshipUpdated(Snowflake UserId, Relationship Relationship) : GatewayEvent
{
    public override string Name => "RELATIONSHIP_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => Relationship;
}

public sealed record RelationshipRemoved(Snowflake UserId, Snowflake OtherId, RelationshipType Type) : GatewayEvent
{
    public override string Name => "RELATIONSHIP_REMOVE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => new { id = OtherId, type = Type };
}

/// <param name="Note">Empty: it was removed.</param>
public sealed record UserNoteUpdated(Snowflake UserId, Snowflake AboutId, string Note) : GatewayEvent
{
    public override string Name => "USER_NOTE_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => new { id = AboutId, note = Note };
}
