using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AuditLog;

/// <summary>The entries of the guilds' audit logs.</summary>
internal sealed class AuditLogStore(Database database)
{
    /// <summary>Stores an entry. One that is there already is counted up: its options are replaced.</summary>
    public static WriteUnit Save(WriteUnit unit, Snowflake guildId, AuditLogEntry entry) => unit.Add(
        "INSERT INTO audit_log (guild_id, id, user_id, target_id, action_type, data) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (guild_id, id) DO UPDATE SET data = excluded.data",
        guildId, entry.Id, entry.UserId, entry.TargetId, entry.ActionType, JsonSerializer.Serialize(entry, ProtocolJson.Options));

    /// <summary>Entries between two ids (exclusive), the newest first, or with <paramref name="oldestFirst"/> those right after <paramref name="after"/> in rising order.</summary>
    public ValueTask<List<AuditLogEntry>> ListAsync(Snowflake guildId, Snowflake? userId, string? targetId, int? action, Snowflake after, Snowflake before, bool oldestFirst, int limit) => database.QueryAsync(
        $"""
        SELECT data FROM audit_log
        WHERE guild_id = $1 AND id > $2 AND id < $3 AND ($4 = 0 OR user_id = $5) AND ($6 = 0 OR target_id = $7) AND ($8 = 0 OR action_type = $9)
        ORDER BY id {(oldestFirst ? "ASC" : "DESC")} LIMIT $10
        """,
        row => JsonSerializer.Deserialize<AuditLogEntry>(row.GetString(0), ProtocolJson.Options)!,
        guildId, after, before, userId is not null, userId ?? default, targetId is not null, targetId ?? "", action is not null, action ?? 0, limit);

    /// <summary>The last of the oldest <paramref name="count"/> entries, of whatever guild, before an id; null when there are none.</summary>
    public async ValueTask<Snowflake?> OldestAsync(Snowflake before, int count)
    {
        var ids = await database.QueryAsync("SELECT id FROM audit_log WHERE id < $1 ORDER BY id LIMIT $2", row => Snowflake.FromStored(row.GetInt64(0)), before, count);
        return ids.Count > 0 ? ids[^1] : null;
    }

    public static WriteUnit DeleteUpTo(WriteUnit unit, Snowflake last) => unit.Add("DELETE FROM audit_log WHERE id <= $1", last);
}
