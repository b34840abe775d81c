using System.Data.Common;
using System.Text;
using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Storage;

/// <summary>The members of guilds: one at a time, by page, and by the beginnings of their names, always by an index.</summary>
internal sealed class MemberStore(Database database)
{
    /// <summary>Under which kind guild_objects keeps how those few members look who look different in the guild.</summary>
    public const string LookKind = "member_look";

    private const string Columns = $"user_id, nick, roles, joined_at, timeout_until, flags, (SELECT o.data FROM guild_objects o WHERE o.guild_id = members.guild_id AND o.kind = '{LookKind}' AND o.id = members.user_id)";

    public async ValueTask<MemberState?> FindAsync(Snowflake guildId, Snowflake userId) =>
        await database.FirstAsync($"SELECT {Columns} FROM members WHERE guild_id = $1 AND user_id = $2", Read, guildId, userId);

    /// <summary>Those of the users who are members, by id.</summary>
    /// <param name="userIds">At most a thousand.</param>
    public ValueTask<List<MemberState>> FindManyAsync(Snowflake guildId, IEnumerable<Snowflake> userIds) =>
        // Ids are numbers of our own: no text of a client gets into the statement.
        database.QueryAsync($"SELECT {Columns} FROM members WHERE guild_id = $1 AND user_id IN ({string.Join(',', userIds.Select(id => id.Stored))}) ORDER BY user_id", Read, guildId);

    /// <summary>Members by id, from the one after <paramref name="after"/> on.</summary>
    public ValueTask<List<MemberState>> PageAsync(Snowflake guildId, Snowflake after, int limit) =>
        database.QueryAsync($"SELECT {Columns} FROM members WHERE guild_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3", Read, guildId, after, limit);

    /// <summary>Members whose user name, display name or nickname starts with a text, whatever its case: the first by name.</summary>
    public async ValueTask<IReadOnlyCollection<MemberState>> SearchAsync(Snowflake guildId, string prefix, int limit)
    {
        var from = Key(prefix);
        // No UTF-8 has this byte: everything that starts with the prefix is below.
        byte[] to = [.. from, 0xFF];
        var found = new List<(byte[] Key, MemberState Member)>();
        foreach (var column in (string[])["username_key", "global_name_key", "nick_key"])
        {
            found.AddRange(await database.QueryAsync(
                $"SELECT {Columns}, {column} FROM members WHERE guild_id = $1 AND {column} >= $2 AND {column} < $3 ORDER BY {column} LIMIT $4", row => (row.GetFieldValue<byte[]>(7), Read(row)), guildId, from, to, limit));
        }

        return [.. found.OrderBy(match => match.Key, s_byBytes).ThenBy(match => match.Member.UserId.Value).Select(match => match.Member).DistinctBy(member => member.UserId).Take(limit)];
    }

    /// <summary>How many members have which roles: one entry for each set of roles.</summary>
    public ValueTask<List<(IReadOnlyList<Snowflake> Roles, int Count)>> CountAsync(Snowflake guildId) =>
        database.QueryAsync("SELECT roles, count(*) FROM members WHERE guild_id = $1 GROUP BY roles", row => (MemberState.DecodeRoles(row.GetFieldValue<byte[]>(0)), (int)row.GetInt64(1)), guildId);

    public ValueTask<List<Snowflake>> GuildIdsOfAsync(Snowflake userId) =>
        database.QueryAsync("SELECT guild_id FROM members WHERE user_id = $1", row => Snowflake.FromStored(row.GetInt64(0)), userId);

    /// <summary>Memberships from before names were kept for searches.</summary>
    public ValueTask<List<(Snowflake GuildId, Snowflake UserId, string? Nick)>> UnnamedAsync(int limit) =>
        database.QueryAsync("SELECT guild_id, user_id, nick FROM members WHERE username_key IS NULL ORDER BY guild_id, user_id LIMIT $1",
            row => (Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1)), row.IsDBNull(2) ? null : row.GetString(2)), limit);

    /// <param name="user">Needed for a new member: who they are found as.</param>
    public static WriteUnit Save(WriteUnit unit, Snowflake guildId, MemberState member, User? user = null) => unit.Add("""
        INSERT INTO members (guild_id, user_id, nick, roles, joined_at, timeout_until, flags, nick_key, username_key, global_name_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (guild_id, user_id) DO UPDATE SET nick = excluded.nick, roles = excluded.roles, timeout_until = excluded.timeout_until, flags = excluded.flags, nick_key = excluded.nick_key
        """, guildId, member.UserId, member.Nick, member.EncodeRoles(), member.JoinedAt, member.TimeoutUntil, member.Flags, Key(member.Nick), Key(user?.Username), Key(user?.GlobalName));

    /// <summary>The user is found by these names from now on, in every guild.</summary>
    public static WriteUnit Rename(WriteUnit unit, User user) =>
        unit.Add("UPDATE members SET username_key = $2, global_name_key = $3 WHERE user_id = $1", user.Id, Key(user.Username), Key(user.GlobalName));

    /// <param name="user">Null: the account is gone, and is found by no name.</param>
    public static WriteUnit Name(WriteUnit unit, Snowflake guildId, Snowflake userId, string? nick, User? user) =>
        unit.Add("UPDATE members SET username_key = $3, global_name_key = $4, nick_key = $5 WHERE guild_id = $1 AND user_id = $2", guildId, userId, Key(user?.Username ?? ""), Key(user?.GlobalName), Key(nick));

    /// <param name="look">Null: as everywhere.</param>
    public static WriteUnit SaveLook(WriteUnit unit, Snowflake guildId, Snowflake userId, MemberLook? look) => look is null
        ? unit.Add($"DELETE FROM guild_objects WHERE guild_id = $1 AND kind = '{LookKind}' AND id = $2", guildId, userId)
        : unit.Add($"INSERT INTO guild_objects (guild_id, kind, id, data) VALUES ($1, '{LookKind}', $2, $3) ON CONFLICT (guild_id, kind, id) DO UPDATE SET data = excluded.data",
            guildId, userId, JsonSerializer.Serialize(look, ProtocolJson.Options));

    public static WriteUnit Delete(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        ActivityStore.RemoveTemporary(SaveLook(unit, guildId, userId, null).Add("DELETE FROM members WHERE guild_id = $1 AND user_id = $2", guildId, userId), guildId, userId);

    private static readonly Comparer<byte[]> s_byBytes = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    /// <summary>Upper-cased as <see cref="StringComparison.OrdinalIgnoreCase"/> does.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(name))]
    private static byte[]? Key(string? name) => name is null ? null : Encoding.UTF8.GetBytes(name.ToUpperInvariant());

    private static MemberState Read(DbDataReader row) => new(
        Snowflake.FromStored(row.GetInt64(0)),
        row.IsDBNull(1) ? null : row.GetString(1),
        MemberState.DecodeRoles(row.GetFieldValue<byte[]>(2)),
        new Timestamp(row.GetInt64(3)),
        row.IsDBNull(4) ? null : new Timestamp(row.GetInt64(4)),
        (int)row.GetInt64(5))
    {
        Look = row.IsDBNull(6) ? null : JsonSerializer.Deserialize<MemberLook>(row.GetString(6), ProtocolJson.Options),
    };
}
