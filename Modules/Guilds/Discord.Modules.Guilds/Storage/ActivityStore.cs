using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Storage;

/// <summary>When users were last connected, and which members stay only while they are.</summary>
internal sealed class ActivityStore(Database database)
{
    public static WriteUnit Seen(WriteUnit unit, Snowflake userId, Timestamp at) =>
        unit.Add("INSERT INTO last_seen (user_id, at) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET at = excluded.at", userId, at);

    /// <summary>Of these users, those who were connected at a time or later.</summary>
    public async ValueTask<HashSet<Snowflake>> SeenSinceAsync(IReadOnlyCollection<Snowflake> userIds, Timestamp since) => userIds.Count == 0 ? [] :
        [.. await database.QueryAsync($"SELECT user_id FROM last_seen WHERE at >= $1 AND user_id IN ({string.Join(',', userIds.Select(id => id.Stored))})", row => Snowflake.FromStored(row.GetInt64(0)), since)];

    public static WriteUnit AddTemporary(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        unit.Add("INSERT INTO temporary_members (user_id, guild_id) VALUES ($1, $2) ON CONFLICT (user_id, guild_id) DO NOTHING", userId, guildId);

    public static WriteUnit RemoveTemporary(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        unit.Add("DELETE FROM temporary_members WHERE user_id = $1 AND guild_id = $2", userId, guildId);

    public ValueTask<List<(Snowflake UserId, Snowflake GuildId)>> TemporaryAsync() =>
        database.QueryAsync("SELECT user_id, guild_id FROM temporary_members", row => (Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1))));
}
