using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>How a user is seen: online, idle, dnd or offline, and what they do.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Presence Update". Only the user's id is sent: a full user would be read as a change of it.</remarks>
public sealed record Presence
{
    public required PresenceUser User { get; init; }
    public Snowflake? GuildId { get; init; }
    public required string Status { get; init; }
    public IReadOnlyList<JsonElement> Activities { get; init; } = [];
    public IReadOnlyDictionary<string, string> ClientStatus { get; init; } = new Dictionary<string, string>();
}

public sealed record PresenceUser(Snowflake Id);
