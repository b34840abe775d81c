using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Storage;

/// <summary>How far a user has read in one place.</summary>
/// <param name="Type">0: the id is a channel's.</param>
/// <param name="LastId">The newest that was read.</param>
/// <param name="CountedFrom">Mentions above this id count.</param>
/// <param name="MentionCount">Added to them: what a client counted that marked as unread.</param>
/// <param name="OwnId">The user's newest message that this takes into account.</param>
internal sealed record StoredReadState(int Type, Snowflake Id, Snowflake LastId, Snowflake CountedFrom, int MentionCount, Snowflake OwnId, Timestamp PinsAt, int? Flags, int? LastViewed)
{
    public static StoredReadState None(Snowflake id, int type = 0) => new(type, id, default, default, 0, default, default, null, null);

    /// <summary>Everything up to an id is read.</summary>
    public StoredReadState ReadTo(Snowflake id) => this with { LastId = id, CountedFrom = id, MentionCount = 0 };

    /// <summary>The user wrote a message: what is older is read.</summary>
    public StoredReadState Wrote(Snowflake id) => id <= OwnId ? this : (id > LastId ? ReadTo(id) : this) with { OwnId = id };
}

internal sealed class ReadStateStore(Database database)
{
    private const string Columns = "type, id, last_id, counted_from, mention_count, own_id, pins_at, flags, last_viewed";

    public ValueTask<List<StoredReadState>> OfAsync(Snowflake userId) => database.QueryAsync($"SELECT {Columns} FROM read_states WHERE user_id = $1 ORDER BY type, id", Read, userId);

    public async ValueTask<StoredReadState?> FindAsync(Snowflake userId, int type, Snowflake id) =>
        await database.FirstAsync($"SELECT {Columns} FROM read_states WHERE user_id = $1 AND type = $2 AND id = $3", Read, userId, type, id);

    public static WriteUnit Save(WriteUnit unit, Snowflake userId, StoredReadState state) => unit.Add(
        $"INSERT INTO read_states (user_id, {Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (user_id, type, id) DO UPDATE SET last_id = excluded.last_id, "
        + "counted_from = excluded.counted_from, mention_count = excluded.mention_count, own_id = excluded.own_id, pins_at = excluded.pins_at, flags = excluded.flags, last_viewed = excluded.last_viewed",
        userId, state.Type, state.Id, state.LastId, state.CountedFrom, state.MentionCount, state.OwnId, state.PinsAt, state.Flags, state.LastViewed);

    /// <summary>What <see cref="StoredReadState.Wrote"/> does, without reading.</summary>
    public static WriteUnit Raise(WriteUnit unit, Snowflake userId, Snowflake channelId, Snowflake messageId) => unit.Add($"""
        INSERT INTO read_states (user_id, {Columns}) VALUES ($1, 0, $2, $3, $3, 0, $3, 0, NULL, NULL) ON CONFLICT (user_id, type, id) DO UPDATE SET own_id = excluded.own_id,
            counted_from = CASE WHEN excluded.last_id > read_states.last_id THEN excluded.last_id ELSE read_states.counted_from END,
            mention_count = CASE WHEN excluded.last_id > read_states.last_id THEN 0 ELSE read_states.mention_count END,
            last_id = CASE WHEN excluded.last_id > read_states.last_id THEN excluded.last_id ELSE read_states.last_id END
        WHERE excluded.own_id > read_states.own_id
        """, userId, channelId, messageId);

    public static WriteUnit Delete(WriteUnit unit, Snowflake userId, int type, Snowflake id) => unit.Add("DELETE FROM read_states WHERE user_id = $1 AND type = $2 AND id = $3", userId, type, id);

    private static StoredReadState Read(System.Data.Common.DbDataReader row) => new(
        (int)row.GetInt64(0), Snowflake.FromStored(row.GetInt64(1)), Snowflake.FromStored(row.GetInt64(2)), Snowflake.FromStored(row.GetInt64(3)), (int)row.GetInt64(4), Snowflake.FromStored(row.GetInt64(5)),
        new Timestamp(row.GetInt64(6)), row.IsDBNull(7) ? null : (int)row.GetInt64(7), row.IsDBNull(8) ? null : (int)row.GetInt64(8));
}
