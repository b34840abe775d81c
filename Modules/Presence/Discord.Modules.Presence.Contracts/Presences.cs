using System.Text.Json;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Presence.Contracts;

/// <summary>What is known of these users' presence; users who are offline or invisible are missing.</summary>
public sealed record GetPresences(IReadOnlyCollection<Snowflake> UserIds) : IRequest<IReadOnlyDictionary<Snowflake, Protocol.Presence>>;

/// <summary>How many of a guild's members are online: what invites show.</summary>
public sealed record CountOnline(Snowflake GuildId) : IRequest<int>;

/// <summary>Which of a guild's members are online, in no order.</summary>
public sealed record GetOnlineMembers(Snowflake GuildId) : IRequest<IReadOnlyCollection<Snowflake>>;

/// <summary>The sessions that a user has, as READY and SESSIONS_REPLACE list them.</summary>
public sealed record GetSessions(Snowflake UserId) : IRequest<IReadOnlyList<SessionInfo>>;

/// <param name="Status">What the session said: invisible too, for only its user sees this.</param>
/// <param name="Active">Whether it is the one whose status counts.</param>
/// <remarks>Source: protocol.md 3.6, SESSIONS_REPLACE.</remarks>
public sealed record SessionInfo(string SessionId, string Status, IReadOnlyList<JsonElement> Activities, SessionClient ClientInfo, bool Active);

/// <param name="Client">desktop, mobile or web.</param>
/// <param name="Os">windows, osx, linux, android, ios or other.</param>
public sealed record SessionClient(string Client, string Os, int Version = 0);

/// <summary>A gateway session says how its user is seen: at IDENTIFY and by op 3. A user's sessions are joined.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Status">online, idle, dnd, invisible or offline.</param>
/// <param name="Client">What client it is: the key in client_status.</param>
/// <param name="IsBot">Bots are not told of their own sessions.</param>
public sealed record SetSessionPresence(Snowflake UserId, string SessionId, string Status, IReadOnlyList<JsonElement> Activities, SessionClient Client, bool IsBot) : IRequest;

/// <summary>A gateway session ended.</summary>
public sealed record EndSessionPresence(Snowflake UserId, string SessionId) : IRequest;

/// <summary>PRESENCE_UPDATE, once for each guild that the user shares with others.</summary>
public sealed record PresenceUpdated(Snowflake GuildId, Protocol.Presence Presence) : GatewayEvent
{
    public override string Name => "PRESENCE_UPDATE";
    public override Intents Intents => Intents.GuildPresences;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => Presence with { GuildId = GuildId };
}

/// <summary>PRESENCE_UPDATE without a guild: what friends get, whatever guilds they share.</summary>
public sealed record FriendPresenceUpdated(IReadOnlyList<Snowflake> FriendIds, Protocol.Presence Presence) : GatewayEvent
{
    public override string Name => "PRESENCE_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users(FriendIds);
    public override object Data => Presence;
}

/// <summary>A user's sessions changed: they learn of each other, and of their user's own presence.</summary>
public sealed record SessionsReplaced(Snowflake UserId, IReadOnlyList<SessionInfo> Sessions) : GatewayEvent
{
    public override string Name => "SESSIONS_REPLACE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => Sessions;
}
