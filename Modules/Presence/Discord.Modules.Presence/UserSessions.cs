using System.Text.Json;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Presence;

/// <summary>The sessions of one user and what follows from them together. Used under a lock on the object.</summary>
internal sealed class UserSessions(Snowflake userId)
{
    // The most telling status of several sessions is shown: who is "do not disturb" somewhere is so everywhere.
    private static readonly string[] s_precedence = ["dnd", "online", "idle"];

    private readonly Dictionary<string, SetSessionPresence> _bySession = [];

    /// <summary>What others were told last.</summary>
    public Protocol.Presence Published { get; set; } = Offline(userId);

    /// <summary>The guilds whose members were told.</summary>
    public IReadOnlySet<Snowflake> Guilds { get; set; } = new HashSet<Snowflake>();

    /// <summary>Somebody tells the guilds just now, and looks again when they are done.</summary>
    public bool IsTelling { get; set; }

    public bool MustTell { get; set; }

    /// <summary>Without a session, and out of the table: whoever holds it still looks for the new one.</summary>
    public bool IsGone { get; set; }

    public bool IsEmpty => _bySession.Count == 0;

    public bool IsBot => _bySession.Values.Any(session => session.IsBot);

    /// <summary>What others see. Source: Discord docs, Gateway Events, "Presence Update"; invisible is shown as offline.</summary>
    public Protocol.Presence Shown
    {
        get
        {
            var visible = _bySession.Values.Where(IsVisible).ToList();
            return visible.Count == 0 ? Offline(userId) : new Protocol.Presence
            {
                User = new PresenceUser(userId),
                Status = Highest(visible),
                // The same custom status comes from each client of a person.
                Activities = [.. visible.SelectMany(session => session.Activities).DistinctBy(activity => (IdOf(activity), NameOf(activity)))],
                ClientStatus = visible.GroupBy(session => session.Client.Client).ToDictionary(group => group.Key, group => Highest([.. group])),
            };
        }
    }

    public IReadOnlyList<SessionInfo> Sessions
    {
        get
        {
            var active = _bySession.Values.Where(IsVisible).MinBy(Rank) ?? _bySession.Values.FirstOrDefault();
            return [.. _bySession.Values.Select(session => new SessionInfo(session.SessionId, session.Status, session.Activities, session.Client, session == active))];
        }
    }

    public void Set(SetSessionPresence presence) => _bySession[presence.SessionId] = presence;

    public bool End(string sessionId) => _bySession.Remove(sessionId);

    public static bool AreSame(Protocol.Presence left, Protocol.Presence right) =>
        left.Status == right.Status && left.ClientStatus.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual(right.ClientStatus.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        && left.Activities.Select(activity => activity.GetRawText()).SequenceEqual(right.Activities.Select(activity => activity.GetRawText()));

    private static Protocol.Presence Offline(Snowflake userId) => new() { User = new PresenceUser(userId), Status = "offline" };

    private static bool IsVisible(SetSessionPresence session) => session.Status is not ("invisible" or "offline");

    private static int Rank(SetSessionPresence session) => Array.IndexOf(s_precedence, session.Status);

    private static string Highest(IReadOnlyList<SetSessionPresence> sessions) => sessions.MinBy(Rank)!.Status;

    private static string? IdOf(JsonElement activity) => activity.GetProperty("id").GetString();

    private static string? NameOf(JsonElement activity) => activity.GetProperty("name").GetString();
}
