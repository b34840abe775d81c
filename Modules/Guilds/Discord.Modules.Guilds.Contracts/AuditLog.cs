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
