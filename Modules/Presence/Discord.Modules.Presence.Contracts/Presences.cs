using System.Text.Json;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Presence.Contracts;

/// <summary>What is known of these users' presence; users who are offline or invisible are missing.</summary>
public sealed record GetPresences(IReadOnlyCollection<Snowflake> UserIds) : IRequest<IReadOnlyDictionary<Snowflake, Protocol.Presence>>;

/// <summary>How many of a guild's members are online: what invites show.</summary>
public sealed record CountOnline(Func<Snowflake, bool> IsMember) : IRequest<int>;

/// <summary>A gateway session says how its user is seen: at IDENTIFY and by op 3. A user's sessions are joined.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Status">online, idle, dnd, invisible or offline.</param>
/// <param name="Platform">desktop, mobile or web: the key in client_status.</param>
public sealed record SetSessionPresence(Snowflake UserId, string SessionId, string Status, IReadOnlyList<JsonElement> Activities, string Platform) : IRequest;

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
