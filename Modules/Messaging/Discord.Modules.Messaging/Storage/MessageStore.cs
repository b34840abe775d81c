using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Messaging.Attachments;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Storage;

/// <summary>A message as it is stored: without what is looked up when it is shown (author, reactions, the answered message).</summary>
internal sealed record StoredMessage
{
    public required Snowflake ChannelId { get; init; }
    public required Snowflake Id { get; init; }
    public required Snowflake AuthorId { get; init; }
    public MessageType Type { get; init; }
    public MessageFlags Flags { get; init; }
    public required string Content { get; init; }
    public Timestamp? EditedAt { get; init; }
    public Timestamp? PinnedAt { get; init; }
    public bool HasReactions { get; init; }
    /// <summary>As JSON text: "\"abc\"" or "17".</summary>
    public string? Nonce { get; init; }
    /// <summary>The answered or, in a pin notice, pinned message; what a thread was started from.</summary>
    public Snowflake? ReferenceId { get; init; }
    public MessageExtras? Extras { get; init; }
}

/// <summary>What a plain message has not; null fields are left out, and a message without any has no extras at all.</summary>
internal sealed record MessageExtras
{
    public IReadOnlyList<Snowflake>? Mentions { get; init; }
    public IReadOnlyList<Snowflake>? MentionRoles { get; init; }
    public bool? MentionEveryone { get; init; }
    public bool? Tts { get; init; }
    public IReadOnlyList<JsonElement>? Embeds { get; init; }
    public IReadOnlyList<JsonElement>? Components { get; init; }
    public IReadOnlyList<StoredAttachment>? Attachments { get; init; }
    public IReadOnlyList<StickerItem>? StickerItems { get; init; }
    /// <summary>As it was asked; the votes are counted when it is shown.</summary>
    public Poll? Poll { get; init; }
    /// <summary>Where <see cref="StoredMessage.ReferenceId"/> is when it is not a message of the same channel.</summary>
    public StoredReference? Reference { get; init; }
    /// <summary>The forwarded message as it was then.</summary>
    public StoredMessage? Snapshot { get; init; }
    /// <summary>The author's id is no user's.</summary>
    public WebhookAuthor? Webhook { get; init; }
    public IReadOnlyList<MentionedChannel>? MentionChannels { get; init; }
    public MessageCall? Call { get; init; }

    [JsonIgnore] public bool IsEmpty => this == s_none;
    [JsonIgnore] public bool HasFiles => Attachments is not null || Snapshot?.Extras?.Attachments is not null;
    [JsonIgnore] public bool HasMentions => Mentions is not null || MentionRoles is not null || MentionEveryone is not null;

    private static readonly MessageExtras s_none = new();
}

/// <param name="Type">As in <see cref="MessageReference"/>.</param>
internal sealed record StoredReference(int Type, Snowflake ChannelId, Snowflake? GuildId);

internal sealed record WebhookAuthor(string Name, string? Avatar);

internal sealed record ReactionSummary(Snowflake MessageId, string Emoji, int Count, bool Me);

/// <summary>Messages and reactions.</summary>
internal sealed class MessageStore(Database database)
{
    private const string Columns = "channel_id, id, author_id, type, flags, content, edited_at, pinned_at, has_reactions, nonce, reference_id, extras";

    public static WriteUnit Insert(WriteUnit unit, StoredMessage m) => unit.Add(
        $"INSERT INTO messages ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        m.ChannelId, m.Id, m.AuthorId, m.Type, m.Flags, m.Content, m.EditedAt, m.PinnedAt, m.HasReactions, m.Nonce, m.ReferenceId, Extras(m));

    /// <summary>Writes what an edit can change; pins and reactions have statements of their own.</summary>
    public static WriteUnit Update(WriteUnit unit, StoredMessage m) =>
        unit.Add("UPDATE messages SET flags = $3, content = $4, edited_at = $5, extras = $6 WHERE channel_id = $1 AND id = $2", m.ChannelId, m.Id, m.Flags, m.Content, m.EditedAt, Extras(m));

    public static WriteUnit SetPinned(WriteUnit unit, StoredMessage m, Timestamp? at) =>
        unit.Add("UPDATE messages SET pinned_at = $3 WHERE channel_id = $1 AND id = $2", m.ChannelId, m.Id, at);

    /// <summary>Forgets the thread that was started from a message.</summary>
    public static WriteUnit ClearThread(WriteUnit unit, Snowflake channelId, Snowflake id) =>
        unit.Add("UPDATE messages SET flags = flags - $3 WHERE channel_id = $1 AND id = $2 AND (flags & $3) <> 0", channelId, id, MessageFlags.HasThread);

    public static WriteUnit SetHasReactions(WriteUnit unit, Snowflake channelId, Snowflake id, bool has) =>
        unit.Add("UPDATE messages SET has_reactions = $3 WHERE channel_id = $1 AND id = $2", channelId, id, has);

    public static WriteUnit Delete(WriteUnit unit, StoredMessage m)
    {
        unit.Add("DELETE FROM messages WHERE channel_id = $1 AND id = $2", m.ChannelId, m.Id);
        if (m.Extras is { HasMentions: true })
            MentionStore.Delete(unit, m.ChannelId, [m.Id]);
        if (m.Extras is { Poll: not null })
            PollStore.Delete(unit, [m.Id]);
        return m.HasReactions ? unit.Add("DELETE FROM reactions WHERE message_id = $1", m.Id) : unit;
    }

    public async ValueTask<StoredMessage?> FindAsync(Snowflake channelId, Snowflake id) =>
        await database.FirstAsync($"SELECT {Columns} FROM messages WHERE channel_id = $1 AND id = $2", Read, channelId, id);

    public ValueTask<List<StoredMessage>> FindManyAsync(Snowflake channelId, IReadOnlyCollection<Snowflake> ids) => ids.Count == 0
        ? ValueTask.FromResult(new List<StoredMessage>())
        : database.QueryAsync($"SELECT {Columns} FROM messages WHERE channel_id = $1 AND id IN ({List(ids)}) ORDER BY id DESC", Read, channelId);

    /// <summary>The newest messages before an id, newest first.</summary>
    public ValueTask<List<StoredMessage>> BeforeAsync(Snowflake channelId, Snowflake before, int limit) =>
        database.QueryAsync($"SELECT {Columns} FROM messages WHERE channel_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3", Read, channelId, before, limit);

    /// <summary>The oldest messages after an id, newest first.</summary>
    public async ValueTask<List<StoredMessage>> AfterAsync(Snowflake channelId, Snowflake after, int limit)
    {
        var rows = await database.QueryAsync($"SELECT {Columns} FROM messages WHERE channel_id = $1 AND id > $2 ORDER BY id LIMIT $3", Read, channelId, after, limit);
        rows.Reverse();
        return rows;
    }

    /// <summary>Pinned messages before a time, the newest pin first.</summary>
    public ValueTask<List<StoredMessage>> PinsAsync(Snowflake channelId, Timestamp before, int limit) =>
        database.QueryAsync($"SELECT {Columns} FROM messages WHERE channel_id = $1 AND pinned_at IS NOT NULL AND pinned_at < $2 ORDER BY pinned_at DESC, id DESC LIMIT $3", Read, channelId, before, limit);

    public async ValueTask<int> CountPinsAsync(Snowflake channelId) =>
        (int)await database.FirstAsync("SELECT count(*) FROM messages WHERE channel_id = $1 AND pinned_at IS NOT NULL", row => row.GetInt64(0), channelId);

    public async ValueTask<(Snowflake? Message, Timestamp? Pin)> MarksAsync(Snowflake channelId)
    {
        var newest = await database.FirstAsync("SELECT max(id) FROM messages WHERE channel_id = $1", row => row.IsDBNull(0) ? (Snowflake?)null : Snowflake.FromStored(row.GetInt64(0)), channelId);
        var pin = newest is null ? null : await database.FirstAsync("SELECT max(pinned_at) FROM messages WHERE channel_id = $1 AND pinned_at IS NOT NULL",
            row => row.IsDBNull(0) ? (Timestamp?)null : new Timestamp(row.GetInt64(0)), channelId);
        return (newest, pin);
    }

    /// <summary>The greatest id of all channels: a look at the end of each channel's range, never at every row.</summary>
    public async ValueTask<Snowflake> GreatestIdAsync() => await database.FirstAsync("""
        WITH RECURSIVE channel(id) AS (
            SELECT min(channel_id) FROM messages
            UNION ALL
            SELECT (SELECT min(m.channel_id) FROM messages m WHERE m.channel_id > channel.id) FROM channel WHERE channel.id IS NOT NULL)
        SELECT max(newest) FROM (SELECT (SELECT max(m.id) FROM messages m WHERE m.channel_id = channel.id) AS newest FROM channel WHERE channel.id IS NOT NULL) AS ends
        """, row => row.IsDBNull(0) ? default : Snowflake.FromStored(row.GetInt64(0)));

    /// <summary>A recent message by its author's nonce: only asked within minutes of a start, when the memory of nonces is still young.</summary>
    public async ValueTask<Snowflake?> FindNonceAsync(Snowflake channelId, Snowflake authorId, string nonce, Snowflake after) =>
        await database.FirstAsync<Snowflake?>("SELECT id FROM messages WHERE channel_id = $1 AND id > $2 AND author_id = $3 AND nonce = $4 LIMIT 1", row => Snowflake.FromStored(row.GetInt64(0)), channelId, after, authorId, nonce);

    /// <summary>The newest message of each author in each channel above an id.</summary>
    public ValueTask<List<(Snowflake AuthorId, Snowflake ChannelId, Snowflake MessageId)>> NewestOfAuthorsAsync(Snowflake above) => database.QueryAsync("""
        WITH RECURSIVE channel(id) AS (
            SELECT min(channel_id) FROM messages
            UNION ALL
            SELECT (SELECT min(m.channel_id) FROM messages m WHERE m.channel_id > channel.id) FROM channel WHERE channel.id IS NOT NULL)
        SELECT m.author_id, m.channel_id, max(m.id) FROM channel JOIN messages m ON m.channel_id = channel.id AND m.id > $1 GROUP BY m.author_id, m.channel_id
        """, row => (Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1)), Snowflake.FromStored(row.GetInt64(2))), above);

    public ValueTask<List<Snowflake>> IdsAsync(Snowflake channelId, Snowflake after, Snowflake? authorId, int limit) => authorId is null
        ? database.QueryAsync("SELECT id FROM messages WHERE channel_id = $1 AND id > $2 ORDER BY id LIMIT $3", ReadId, channelId, after, limit)
        : database.QueryAsync("SELECT id FROM messages WHERE channel_id = $1 AND id > $2 AND author_id = $3 ORDER BY id LIMIT $4", ReadId, channelId, after, authorId, limit);

    public static WriteUnit DeleteMany(WriteUnit unit, Snowflake channelId, IReadOnlyCollection<Snowflake> ids) => PollStore.Delete(MentionStore.Delete(unit, channelId, ids), ids)
        .Add($"DELETE FROM messages WHERE channel_id = $1 AND id IN ({List(ids)})", channelId)
        .Add($"DELETE FROM reactions WHERE message_id IN ({List(ids)})");

    public static WriteUnit AddReaction(WriteUnit unit, Snowflake messageId, string emoji, Snowflake userId, Snowflake id) =>
        unit.Add("INSERT INTO reactions (message_id, emoji, user_id, id) VALUES ($1, $2, $3, $4) ON CONFLICT (message_id, emoji, user_id) DO NOTHING", messageId, emoji, userId, id);

    public static WriteUnit DeleteReaction(WriteUnit unit, Snowflake messageId, string emoji, Snowflake userId) =>
        unit.Add("DELETE FROM reactions WHERE message_id = $1 AND emoji = $2 AND user_id = $3", messageId, emoji, userId);

    public static WriteUnit DeleteReactions(WriteUnit unit, Snowflake messageId, string? emoji) => emoji is null
        ? unit.Add("DELETE FROM reactions WHERE message_id = $1", messageId)
        : unit.Add("DELETE FROM reactions WHERE message_id = $1 AND emoji = $2", messageId, emoji);

    public async ValueTask<bool> HasReactedAsync(Snowflake messageId, string emoji, Snowflake userId) =>
        await database.FirstAsync("SELECT 1 FROM reactions WHERE message_id = $1 AND emoji = $2 AND user_id = $3", row => true, messageId, emoji, userId);

    /// <summary>Who reacted with an emoji, by user id.</summary>
    public ValueTask<List<Snowflake>> ReactorsAsync(Snowflake messageId, string emoji, Snowflake after, int limit) =>
        database.QueryAsync("SELECT user_id FROM reactions WHERE message_id = $1 AND emoji = $2 AND user_id > $3 ORDER BY user_id LIMIT $4", ReadId, messageId, emoji, after, limit);

    /// <summary>The counts under some messages, the emoji that came first in front.</summary>
    public ValueTask<List<ReactionSummary>> ReactionsAsync(IReadOnlyCollection<Snowflake> messageIds, Snowflake viewer) => database.QueryAsync(
        $"SELECT message_id, emoji, count(*), max(CASE WHEN user_id = $1 THEN 1 ELSE 0 END) FROM reactions WHERE message_id IN ({List(messageIds)}) GROUP BY message_id, emoji ORDER BY message_id, min(id)",
        row => new ReactionSummary(Snowflake.FromStored(row.GetInt64(0)), row.GetString(1), (int)row.GetInt64(2), Convert.ToInt64(row.GetValue(3)) != 0), viewer);

    // Ids are numbers of our own: nothing that a client wrote gets into a statement.
    internal static string List(IEnumerable<Snowflake> ids) => string.Join(',', ids.Select(id => id.Stored));

    private static string? Extras(StoredMessage m) => m.Extras is null or { IsEmpty: true } ? null : JsonSerializer.Serialize(m.Extras, ProtocolJson.Options);

    private static Snowflake ReadId(DbDataReader row) => Snowflake.FromStored(row.GetInt64(0));

    private static StoredMessage Read(DbDataReader row) => new()
    {
        ChannelId = Snowflake.FromStored(row.GetInt64(0)),
        Id = Snowflake.FromStored(row.GetInt64(1)),
        AuthorId = Snowflake.FromStored(row.GetInt64(2)),
        Type = (MessageType)row.GetInt64(3),
        Flags = (MessageFlags)row.GetInt64(4),
        Content = row.GetString(5),
        EditedAt = row.IsDBNull(6) ? null : new Timestamp(row.GetInt64(6)),
        PinnedAt = row.IsDBNull(7) ? null : new Timestamp(row.GetInt64(7)),
        HasReactions = row.GetInt64(8) != 0,
        Nonce = row.IsDBNull(9) ? null : row.GetString(9),
        ReferenceId = row.IsDBNull(10) ? null : Snowflake.FromStored(row.GetInt64(10)),
        Extras = row.IsDBNull(11) ? null : JsonSerializer.Deserialize<MessageExtras>(row.GetString(11), ProtocolJson.Options),
    };
}
