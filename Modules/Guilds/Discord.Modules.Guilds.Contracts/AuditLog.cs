using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>
/// Something was done to a guild. Publishing it in the unit of the change <em>is</em> writing the audit log: Guilds stores the entry in the
/// same commit, whichever module publishes it.
/// </summary>
/// <remarks>Source: Discord docs, Gateway Events, "Guild Audit Log Entry Create": to those with VIEW_AUDIT_LOG.</remarks>
public sealed record GuildAuditLogEntryCreated(Snowflake GuildId, AuditLogEntry Entry) : GatewayEvent
{
    public override string Name => "GUILD_AUDIT_LOG_ENTRY_CREATE";
    public override Intents Intents => Intents.GuildModeration;
    public override Audience Audience => Audience.Guild(GuildId, Permissions.ViewAuditLog);

    public override object Data
    {
        get
        {
            var entry = JsonSerializer.SerializeToNode(Entry, ProtocolJson.Options)!.AsObject();
            entry["guild_id"] = GuildId.ToString();
            return entry;
        }
    }
}

/// <summary>One more of what the newest entry of its kind tells already, such as another deleted message: the entry is counted up, and nobody is told.</summary>
/// <param name="Entry">The entry as it is now.</param>
public sealed record GuildAuditLogEntryCounted(Snowflake GuildId, AuditLogEntry Entry) : GatewayEvent
{
    public override string Name => "GUILD_AUDIT_LOG_ENTRY_COUNTED";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(GuildId);
    public override object Data => new { guild_id = GuildId, id = Entry.Id };
}

/// <summary>Entries that count: doing the same again within five minutes is one more of it, and no new entry. In memory, the newest of each kind and guild.</summary>
/// <remarks>The time is ours: the service publishes no number. Call on the guild's lane.</remarks>
public sealed class CountedEntries(TimeProvider clock)
{
    private static readonly TimeSpan s_together = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(Snowflake GuildId, AuditLogEvent Action), (AuditLogEntry Entry, int Count, DateTimeOffset At)> _newest = new();

    /// <param name="entry">Without a count, and with an id of its own in case that it is a new one.</param>
    /// <returns>What to publish, and what to do when it is committed.</returns>
    public (GatewayEvent Event, Action Committed) Count(Snowflake guildId, AuditLogEntry entry)
    {
        var (now, key, count) = (clock.GetUtcNow(), (guildId, entry.ActionType), 1);
        var goesOn = _newest.TryGetValue(key, out var known) && now - known.At < s_together && IsSame(known.Entry, entry);
        if (goesOn)
            (entry, count) = (entry with { Id = known.Entry.Id }, known.Count + 1);
        entry = entry with { Options = (entry.Options ?? new AuditLogOptions()) with { Count = count.ToString(CultureInfo.InvariantCulture) } };
        return (goesOn ? new GuildAuditLogEntryCounted(guildId, entry) : new GuildAuditLogEntryCreated(guildId, entry), () => _newest[key] = (entry, count, now));
    }

    private static bool IsSame(AuditLogEntry known, AuditLogEntry entry) =>
        known.UserId == entry.UserId && known.TargetId == entry.TargetId && known.Options?.ChannelId == entry.Options?.ChannelId && known.Reason == entry.Reason;
}

/// <summary>Finds what an audit log entry says was changed.</summary>
public static class AuditChanges
{
    // What says where a thing is and not what it is, and what is made up for the wire.
    private static readonly HashSet<string> s_passedOver = ["id", "guild_id", "version", "last_message_id", "last_pin_timestamp", "roles", "emojis", "stickers", "color_string", "user"];

    // Pictures are hashes in the objects and are called so in the log.
    private static readonly HashSet<string> s_pictures = ["icon", "splash", "discovery_splash", "banner", "avatar"];

    /// <summary>The fields in which two states of one object differ, by Discord's names.</summary>
    /// <param name="before">Null: it was made.</param>
    /// <param name="after">Null: it was deleted.</param>
    public static IReadOnlyList<AuditLogChange> Between<T>(T? before, T? after) where T : class
    {
        var (old, now) = (Fields(before), Fields(after));
        var changes = new List<AuditLogChange>();
        foreach (var key in old.Select(field => field.Key).Union(now.Select(field => field.Key)).Where(key => !s_passedOver.Contains(key)))
        {
            var (left, right) = (old[key], now[key]);
            if (!JsonNode.DeepEquals(left, right))
                changes.Add(new AuditLogChange(s_pictures.Contains(key) ? $"{key}_hash" : key) { OldValue = Element(left), NewValue = Element(right) });
        }

        return changes;
    }

    /// <summary>One change of a field that no object has.</summary>
    public static AuditLogChange Of(string key, object? before, object? after) => new(key) { OldValue = Element(before), NewValue = Element(after) };

    private static JsonObject Fields(object? value) => value is null ? [] : JsonSerializer.SerializeToNode(value, value.GetType(), ProtocolJson.Options)!.AsObject();

    private static JsonElement? Element(object? value) => value is null ? null : JsonSerializer.SerializeToElement(value, value.GetType(), ProtocolJson.Options);
}
