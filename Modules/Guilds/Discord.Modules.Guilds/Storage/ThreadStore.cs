using System.Data.Common;
using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Storage;

/// <summary>Threads and who joined them.</summary>
internal sealed class ThreadStore(Database database)
{
    private const string Columns = "t.last_message_id, t.last_pin_at, t.message_count, t.total_message_sent, (SELECT count(*) FROM thread_members m WHERE m.thread_id = t.id), t.data";

    /// <summary>Everything about a guild's active threads.</summary>
    public async ValueTask<List<GuildThread>> ActiveAsync(Snowflake guildId)
    {
        var members = (await database.QueryAsync(
            "SELECT m.thread_id, m.user_id, m.joined_at FROM threads t JOIN thread_members m ON m.thread_id = t.id WHERE t.guild_id = $1 AND t.archived_at IS NULL", ReadMember, guildId))
            .ToLookup(member => member.Id);
        var threads = await database.QueryAsync($"SELECT {Columns} FROM threads t WHERE t.guild_id = $1 AND t.archived_at IS NULL", Read, guildId);
        return threads.ConvertAll(thread => new GuildThread(thread, ThreadMembers.Of(members[thread.Id])));
    }

    /// <summary>One thread, whatever its state.</summary>
    public async ValueTask<GuildThread?> FindAsync(Snowflake id)
    {
        if (await database.FirstAsync($"SELECT {Columns} FROM threads t WHERE t.id = $1", Read, id) is not { } thread)
            return null;
        return new GuildThread(thread, ThreadMembers.Of(await database.QueryAsync("SELECT thread_id, user_id, joined_at FROM thread_members WHERE thread_id = $1", ReadMember, id)));
    }

    public ValueTask<List<ThreadChannel>> FindManyAsync(IReadOnlyCollection<Snowflake> ids) => ids.Count == 0
        ? ValueTask.FromResult(new List<ThreadChannel>())
        : database.QueryAsync($"SELECT {Columns} FROM threads t WHERE t.id IN ({List(ids)})", Read);

    /// <summary>Archived threads of a channel, the last archived first.</summary>
    /// <param name="isPrivate">Private ones, or all others.</param>
    public ValueTask<List<ThreadChannel>> ArchivedAsync(Snowflake parentId, bool isPrivate, Timestamp before, int limit) => database.QueryAsync(
        $"SELECT {Columns} FROM threads t WHERE t.parent_id = $1 AND t.archived_at < $2 AND t.type {(isPrivate ? "=" : "<>")} $3 ORDER BY t.archived_at DESC, t.id DESC LIMIT $4",
        Read, parentId, before, ChannelType.PrivateThread, limit);

    /// <summary>Archived private threads of a channel that a user joined, the newest first.</summary>
    public ValueTask<List<ThreadChannel>> ArchivedOfAsync(Snowflake parentId, Snowflake userId, Snowflake before, int limit) => database.QueryAsync(
        $"""
        SELECT {Columns} FROM threads t JOIN thread_members own ON own.thread_id = t.id AND own.user_id = $2
        WHERE t.parent_id = $1 AND t.archived_at IS NOT NULL AND t.type = $3 AND t.id < $4 ORDER BY t.id DESC LIMIT $5
        """,
        Read, parentId, userId, ChannelType.PrivateThread, before, limit);

    /// <summary>The threads of a channel that fit, and how many do.</summary>
    public async ValueTask<(List<ThreadChannel> Page, int Total)> SearchAsync(ThreadSearchQuery query)
    {
        var sql = new Filter("t.parent_id = {0}", query.ParentId);
        foreach (var word in query.Words)
            sql.And("t.name_key LIKE {0} ESCAPE '!'", $"%{Escaped(word)}%");
        if (query.Tags.Count > 0)
            sql.And($"({string.Join(query.MatchAllTags ? " AND " : " OR ", query.Tags.Select(tag => $"t.tags LIKE '% {tag.Stored} %'"))})");
        if (query.Archived is { } archived)
            sql.And(archived ? "t.archived_at IS NOT NULL" : "t.archived_at IS NULL");
        if (query.After is { } after)
            sql.And("t.id > {0}", after);
        if (query.Before is { } before)
            sql.And("t.id < {0}", before);
        if (query.OnlyPrivateOf is { } userId)
            sql.And($"(t.type <> {(int)ChannelType.PrivateThread} OR EXISTS (SELECT 1 FROM thread_members m WHERE m.thread_id = t.id AND m.user_id = {{0}}))", userId);
        var order = query.Sort switch { ThreadSort.LastMessage => "coalesce(t.last_message_id, t.id)", ThreadSort.Archived => "coalesce(t.archived_at, 0)", _ => "t.id" };
        var direction = query.Ascending ? "ASC" : "DESC";
        var total = await database.FirstAsync($"SELECT count(*) FROM threads t WHERE {sql.Text}", row => (int)row.GetInt64(0), [.. sql.Arguments]);
        var page = await database.QueryAsync($"SELECT {Columns} FROM threads t WHERE {sql.Text} ORDER BY {order} {direction}, t.id {direction} LIMIT {query.Limit} OFFSET {query.Offset}", Read, [.. sql.Arguments]);
        return (page, total);
    }

    /// <summary>A user's memberships of some threads.</summary>
    public ValueTask<List<ThreadMember>> MembershipsAsync(Snowflake userId, IReadOnlyCollection<Snowflake> threadIds) => threadIds.Count == 0
        ? ValueTask.FromResult(new List<ThreadMember>())
        : database.QueryAsync($"SELECT thread_id, user_id, joined_at FROM thread_members WHERE user_id = $1 AND thread_id IN ({List(threadIds)})", ReadMember, userId);

    /// <summary>Threads of a guild in which something may have been written after a time: the active ones, and those archived since.</summary>
    public ValueTask<List<Snowflake>> UsedSinceAsync(Snowflake guildId, Timestamp time) =>
        database.QueryAsync("SELECT id FROM threads WHERE guild_id = $1 AND (archived_at IS NULL OR archived_at >= $2)", ReadId, guildId, time);

    public ValueTask<List<(Snowflake Id, Snowflake GuildId)>> OfParentAsync(Snowflake parentId, int limit) =>
        database.QueryAsync("SELECT id, guild_id FROM threads WHERE parent_id = $1 LIMIT $2", row => (ReadId(row), Snowflake.FromStored(row.GetInt64(1))), parentId, limit);

    /// <summary>A new thread.</summary>
    public static WriteUnit Insert(WriteUnit unit, ThreadChannel thread) => unit.Add(
        "INSERT INTO threads (id, guild_id, parent_id, type, message_count, total_message_sent, name_key, tags, data) VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)",
        thread.Id, thread.GuildId, thread.ParentId, thread.Type, NameKey(thread.Name), Tags(thread), Json(thread));

    /// <summary>Writes everything but the counters, which have statements of their own.</summary>
    public static WriteUnit Update(WriteUnit unit, ThreadChannel thread) => unit.Add(
        "UPDATE threads SET archived_at = $2, name_key = $3, tags = $4, data = $5 WHERE id = $1",
        thread.Id, thread.ThreadMetadata.Archived ? thread.ThreadMetadata.ArchiveTimestamp : null, NameKey(thread.Name), Tags(thread), Json(thread));

    public static WriteUnit Insert(WriteUnit unit, ThreadMember member) => unit.Add(
        "INSERT INTO thread_members (thread_id, user_id, joined_at) VALUES ($1, $2, $3) ON CONFLICT (thread_id, user_id) DO NOTHING", member.Id, member.UserId, member.JoinTimestamp);

    public static WriteUnit DeleteMember(WriteUnit unit, Snowflake threadId, Snowflake userId) =>
        unit.Add("DELETE FROM thread_members WHERE thread_id = $1 AND user_id = $2", threadId, userId);

    /// <summary>Takes somebody out of every thread of a guild.</summary>
    public static WriteUnit DeleteMemberships(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        unit.Add("DELETE FROM thread_members WHERE user_id = $2 AND thread_id IN (SELECT id FROM threads WHERE guild_id = $1)", guildId, userId);

    public static WriteUnit Delete(WriteUnit unit, IReadOnlyCollection<Snowflake> ids) => unit
        .Add($"DELETE FROM thread_members WHERE thread_id IN ({List(ids)})")
        .Add($"DELETE FROM threads WHERE id IN ({List(ids)})");

    /// <summary>Notes a new message.</summary>
    /// <param name="counted">0 for the one that the thread was started with, else 1.</param>
    public static WriteUnit CountMessage(WriteUnit unit, Snowflake id, Snowflake messageId, int counted) => unit.Add(
        "UPDATE threads SET last_message_id = $2, message_count = message_count + $3, total_message_sent = total_message_sent + $3 WHERE id = $1", id, messageId, counted);

    public static WriteUnit CountDeleted(WriteUnit unit, Snowflake id, int count) =>
        unit.Add("UPDATE threads SET message_count = CASE WHEN message_count > $2 THEN message_count - $2 ELSE 0 END WHERE id = $1", id, count);

    public static WriteUnit SetLastPin(WriteUnit unit, Snowflake id, Timestamp? at) => unit.Add("UPDATE threads SET last_pin_at = $2 WHERE id = $1", id, at);

    private static string NameKey(string name) => name.ToLowerInvariant();

    // With a blank on both sides of each, so that one is found without finding parts of others.
    private static string Tags(ThreadChannel thread) => thread.AppliedTags is { Count: > 0 } tags ? $" {string.Join(' ', tags.Select(tag => tag.Stored))} " : "";

    private static string Escaped(string word) => NameKey(word).Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

    // Ids are numbers of our own: nothing that a client wrote gets into a statement.
    private static string List(IEnumerable<Snowflake> ids) => string.Join(',', ids.Select(id => id.Stored));

    private static string Json(ThreadChannel thread) => JsonSerializer.Serialize(thread with { Member = null, Message = null, NewlyCreated = null }, ProtocolJson.TypeInfo<ThreadChannel>());

    private static Snowflake ReadId(DbDataReader row) => Snowflake.FromStored(row.GetInt64(0));

    private static ThreadMember ReadMember(DbDataReader row) => new(ReadId(row), Snowflake.FromStored(row.GetInt64(1)), new Timestamp(row.GetInt64(2)));

    private static ThreadChannel Read(DbDataReader row) => JsonSerializer.Deserialize(row.GetString(5), ProtocolJson.TypeInfo<ThreadChannel>())! with
    {
        LastMessageId = row.IsDBNull(0) ? null : ReadId(row),
        LastPinTimestamp = row.IsDBNull(1) ? null : new Timestamp(row.GetInt64(1)),
        MessageCount = (int)row.GetInt64(2),
        TotalMessageSent = (int)row.GetInt64(3),
        MemberCount = ThreadMembers.CountedOf((int)row.GetInt64(4)),
    };

    // Conditions that are joined, each argument under its number.
    private sealed class Filter
    {
        private readonly List<string> _conditions = [];

        public Filter(string condition, object argument) => And(condition, argument);

        public List<object?> Arguments { get; } = [];

        public string Text => string.Join(" AND ", _conditions);

        public void And(string condition, object? argument = null)
        {
            if (argument is not null)
                Arguments.Add(argument);
            _conditions.Add(argument is null ? condition : condition.Replace("{0}", $"${Arguments.Count}", StringComparison.Ordinal));
        }
    }
}

internal enum ThreadSort
{
    Created,
    LastMessage,
    Archived,
}

/// <param name="Words">Each must be in the name, in whatever case.</param>
/// <param name="Archived">Null: both.</param>
/// <param name="OnlyPrivateOf">Of private threads only those that this user joined; null: all.</param>
internal sealed record ThreadSearchQuery(Snowflake ParentId, IReadOnlyList<string> Words, IReadOnlyList<Snowflake> Tags, bool MatchAllTags, bool? Archived, Snowflake? After, Snowflake? Before,
    Snowflake? OnlyPrivateOf, ThreadSort Sort, bool Ascending, int Offset, int Limit);
