using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Users.Storage;

/// <summary>One side of what two users are to each other.</summary>
internal sealed record StoredRelation(Snowflake OtherId, RelationshipType Type, string? Nickname, Timestamp Since);

/// <summary>Friends, requests, blocks, and notes about others.</summary>
internal sealed class RelationshipStore(Database database)
{
    public ValueTask<List<StoredRelation>> OfAsync(Snowflake userId) => database.QueryAsync("SELECT other_id, type, nickname, since FROM relationships WHERE user_id = $1",
        row => new StoredRelation(Snowflake.FromStored(row.GetInt64(0)), (RelationshipType)row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2), new Timestamp(row.GetInt64(3))), userId);

    public static WriteUnit Save(WriteUnit unit, Snowflake userId, StoredRelation relation) => unit.Add("""
        INSERT INTO relationships (user_id, other_id, type, nickname, since) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (user_id, other_id) DO UPDATE SET type = excluded.type, nickname = excluded.nickname, since = excluded.since
        """, userId, relation.OtherId, relation.Type, relation.Nickname, relation.Since);

    public static WriteUnit Delete(WriteUnit unit, Snowflake userId, Snowflake otherId) => unit.Add("DELETE FROM relationships WHERE user_id = $1 AND other_id = $2", userId, otherId);

    public async ValueTask<IReadOnlyDictionary<Snowflake, string>> NotesAsync(Snowflake userId) =>
        (await database.QueryAsync("SELECT about_id, note FROM notes WHERE user_id = $1", row => (Snowflake.FromStored(row.GetInt64(0)), row.GetString(1)), userId)).ToDictionary();

    public async ValueTask<string?> NoteAsync(Snowflake userId, Snowflake aboutId) =>
        await database.FirstAsync("SELECT note FROM notes WHERE user_id = $1 AND about_id = $2", row => row.GetString(0), userId, aboutId);

    /// <param name="note">Empty removes it.</param>
    public static WriteUnit SaveNote(WriteUnit unit, Snowflake userId, Snowflake aboutId, string note) => note.Length == 0
        ? unit.Add("DELETE FROM notes WHERE user_id = $1 AND about_id = $2", userId, aboutId)
        : unit.Add("INSERT INTO notes (user_id, about_id, note) VALUES ($1, $2, $3) ON CONFLICT (user_id, about_id) DO UPDATE SET note = excluded.note", userId, aboutId, note);

    public static WriteUnit DeleteNotesOf(WriteUnit unit, Snowflake userId) => unit.Add("DELETE FROM notes WHERE user_id = $1", userId);
}
