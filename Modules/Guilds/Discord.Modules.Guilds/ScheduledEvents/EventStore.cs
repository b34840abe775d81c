using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>Who comes to an event, and when the clock has to look at it. The events themselves are objects of their guild.</summary>
internal sealed class EventStore(Database database)
{
    /// <param name="exception">The occurrence, or default: the event as a whole.</param>
    /// <param name="response">1 comes, 0 does not.</param>
    public static WriteUnit SetResponse(WriteUnit unit, Snowflake guildId, Snowflake eventId, Snowflake exception, Snowflake userId, int response) => unit.Add("""
        INSERT INTO scheduled_event_users (guild_id, event_id, exception_id, user_id, response) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (guild_id, event_id, exception_id, user_id) DO UPDATE SET response = excluded.response
        """, guildId, eventId, exception, userId, response);

    public static WriteUnit RemoveResponse(WriteUnit unit, Snowflake guildId, Snowflake eventId, Snowflake exception, Snowflake userId) =>
        unit.Add("DELETE FROM scheduled_event_users WHERE guild_id = $1 AND event_id = $2 AND exception_id = $3 AND user_id = $4", guildId, eventId, exception, userId);

    /// <summary>Somebody is no longer in the guild.</summary>
    public static WriteUnit RemoveResponses(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        unit.Add("DELETE FROM scheduled_event_users WHERE guild_id = $1 AND user_id = $2", guildId, userId);

    public static WriteUnit RemoveEvent(WriteUnit unit, Snowflake guildId, Snowflake eventId) => unit
        .Add("DELETE FROM scheduled_event_users WHERE guild_id = $1 AND event_id = $2", guildId, eventId)
        .Add("DELETE FROM scheduled_event_times WHERE guild_id = $1 AND event_id = $2", guildId, eventId);

    public static WriteUnit RemoveException(WriteUnit unit, Snowflake guildId, Snowflake eventId, Snowflake exception) =>
        unit.Add("DELETE FROM scheduled_event_users WHERE guild_id = $1 AND event_id = $2 AND exception_id = $3", guildId, eventId, exception);

    /// <param name="due">Null: only people move it.</param>
    public static WriteUnit SetDue(WriteUnit unit, Snowflake guildId, Snowflake eventId, Timestamp? due) => due is null
        ? unit.Add("DELETE FROM scheduled_event_times WHERE guild_id = $1 AND event_id = $2", guildId, eventId)
        : unit.Add("INSERT INTO scheduled_event_times (guild_id, event_id, due) VALUES ($1, $2, $3) ON CONFLICT (guild_id, event_id) DO UPDATE SET due = excluded.due", guildId, eventId, due);

    /// <summary>Events that are due, the longest overdue first.</summary>
    public ValueTask<List<(Snowflake GuildId, Snowflake EventId)>> DueAsync(DateTimeOffset now, int limit) => database.QueryAsync(
        "SELECT guild_id, event_id FROM scheduled_event_times WHERE due <= $1 ORDER BY due LIMIT $2",
        row => (Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1))), now.ToUnixTimeMilliseconds(), limit);

    public async ValueTask<int?> FindResponseAsync(Snowflake guildId, Snowflake eventId, Snowflake exception, Snowflake userId) => await database.FirstAsync<int?>(
        "SELECT response FROM scheduled_event_users WHERE guild_id = $1 AND event_id = $2 AND exception_id = $3 AND user_id = $4", row => (int)row.GetInt64(0), guildId, eventId, exception, userId);

    /// <summary>How many come, by event.</summary>
    public async ValueTask<Dictionary<Snowflake, int>> CountsAsync(Snowflake guildId) => (await database.QueryAsync(
        "SELECT event_id, count(*) FROM scheduled_event_users WHERE guild_id = $1 AND exception_id = 0 AND response = 1 GROUP BY event_id",
        row => (Snowflake.FromStored(row.GetInt64(0)), (int)row.GetInt64(1)), guildId)).ToDictionary();

    /// <summary>How many come to one event, by exception; its own number is under default.</summary>
    public async ValueTask<Dictionary<Snowflake, int>> CountsAsync(Snowflake guildId, Snowflake eventId) => (await database.QueryAsync(
        "SELECT exception_id, count(*) FROM scheduled_event_users WHERE guild_id = $1 AND event_id = $2 AND response = 1 GROUP BY exception_id",
        row => (Snowflake.FromStored(row.GetInt64(0)), (int)row.GetInt64(1)), guildId, eventId)).ToDictionary();

    /// <summary>Who answered, by user id: after one id, or the nearest before another.</summary>
    public async ValueTask<List<(Snowflake UserId, int Response)>> UsersAsync(Snowflake guildId, Snowflake eventId, Snowflake exception, Snowflake? before, Snowflake after, int limit)
    {
        var rows = await database.QueryAsync(
            $"""
            SELECT user_id, response FROM scheduled_event_users WHERE guild_id = $1 AND event_id = $2 AND exception_id = $3 AND user_id > $4 AND user_id < $5
            ORDER BY user_id {(before is null ? "ASC" : "DESC")} LIMIT $6
            """,
            row => (Snowflake.FromStored(row.GetInt64(0)), (int)row.GetInt64(1)), guildId, eventId, exception, after, before ?? new Snowflake(long.MaxValue), limit);
        return before is null ? rows : [.. Enumerable.Reverse(rows)];
    }
}
