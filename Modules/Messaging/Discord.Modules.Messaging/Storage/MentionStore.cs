using System.Data.Common;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Storage;

/// <param name="RoleId">Null: the user by name. @everyone is the guild's id.</param>
internal sealed record StoredMention(Snowflake ChannelId, Snowflake MessageId, Snowflake AuthorId, Snowflake? RoleId);

/// <summary>
/// Who was mentioned where: a row for each user by name, and a row for each role or @everyone, however many hold it. Written in the
/// message's commit, deleted in that of its deletion.
/// </summary>
internal sealed class MentionStore(Database database)
{
    /// <summary>Mentions of roles that a channel remembers; older ones are forgotten, and count no more.</summary>
    public const int MaxRemembered = 250;

    // Whoever has more unread ones than this is not told a number that is off by some.
    private const int MaxUnread = 10_000;

    /// <summary>Notes whom a message mentions of those who are there: a text can name anybody.</summary>
    public static WriteUnit Insert(WriteUnit unit, StoredMessage m, ChannelAccess access)
    {
        if (m.Extras is not { } extras)
            return unit;
        foreach (var user in (extras.Mentions ?? []).Where(user => user != m.AuthorId && (access.GuildId is null ? access.Recipients.Contains(user) : access.Home.FindMember(user) is not null)))
            unit.Add("INSERT INTO user_mentions (user_id, message_id, channel_id, author_id, direct, dismissed) VALUES ($1, $2, $3, $4, 1, 0)", user, m.Id, m.ChannelId, m.AuthorId);
        var roles = access.GuildId is { } guild ? extras.MentionEveryone == true ? [.. extras.MentionRoles ?? [], guild] : extras.MentionRoles ?? [] : [];
        foreach (var role in roles)
            unit.Add("INSERT INTO channel_mentions (channel_id, message_id, role_id, author_id) VALUES ($1, $2, $3, $4)", m.ChannelId, m.Id, role, m.AuthorId);
        return roles.Count == 0 ? unit : unit.Add(
            "DELETE FROM channel_mentions WHERE channel_id = $1 AND message_id < (SELECT message_id FROM channel_mentions WHERE channel_id = $1 ORDER BY message_id DESC LIMIT 1 OFFSET $2)", m.ChannelId, MaxRemembered - 1);
    }

    public static WriteUnit Delete(WriteUnit unit, Snowflake channelId, IReadOnlyCollection<Snowflake> messageIds) => unit
        .Add($"DELETE FROM user_mentions WHERE message_id IN ({MessageStore.List(messageIds)})")
        .Add($"DELETE FROM channel_mentions WHERE channel_id = $1 AND message_id IN ({MessageStore.List(messageIds)})", channelId);

    /// <summary>The mentions of a user by name above what they have read in each channel, the newest first.</summary>
    public ValueTask<List<StoredMention>> UnreadByNameAsync(Snowflake userId) => database.QueryAsync("""
        SELECT m.channel_id, m.message_id, m.author_id, NULL FROM user_mentions m LEFT JOIN read_states r ON r.user_id = m.user_id AND r.type = 0 AND r.id = m.channel_id
        WHERE m.user_id = $1 AND m.direct = 1 AND m.message_id > COALESCE(r.counted_from, 0) ORDER BY m.message_id DESC LIMIT $2
        """, Read, userId, MaxUnread);

    /// <summary>The mentions of these roles above what the user has read in each channel, the newest first.</summary>
    public ValueTask<List<StoredMention>> UnreadByRoleAsync(Snowflake userId, IReadOnlyCollection<Snowflake> roleIds) => roleIds.Count == 0 ? new([]) : database.QueryAsync($"""
        SELECT m.channel_id, m.message_id, m.author_id, m.role_id FROM channel_mentions m LEFT JOIN read_states r ON r.user_id = $1 AND r.type = 0 AND r.id = m.channel_id
        WHERE m.role_id IN ({MessageStore.List(roleIds)}) AND m.message_id > COALESCE(r.counted_from, 0) ORDER BY m.message_id DESC LIMIT $2
        """, Read, userId, MaxUnread);

    /// <summary>The mentions in one channel above a message.</summary>
    public async ValueTask<List<StoredMention>> InChannelAsync(Snowflake userId, IReadOnlyCollection<Snowflake> roleIds, Snowflake channelId, Snowflake above)
    {
        var found = await database.QueryAsync("SELECT channel_id, message_id, author_id, NULL FROM user_mentions WHERE user_id = $1 AND direct = 1 AND channel_id = $2 AND message_id > $3", Read, userId, channelId, above);
        if (roleIds.Count > 0)
            found.AddRange(await database.QueryAsync($"SELECT channel_id, message_id, author_id, role_id FROM channel_mentions WHERE channel_id = $1 AND message_id > $2 AND role_id IN ({MessageStore.List(roleIds)})", Read, channelId, above));
        return found;
    }

    /// <summary>How many of a channel's newest messages above an id each author wrote: at most <see cref="MaxRemembered"/> in sum.</summary>
    public ValueTask<List<(Snowflake AuthorId, int Count)>> AuthorsAsync(Snowflake channelId, Snowflake above) => database.QueryAsync(
        "SELECT author_id, count(*) FROM (SELECT author_id FROM messages WHERE channel_id = $1 AND id > $2 ORDER BY id DESC LIMIT $3) AS newest GROUP BY author_id",
        row => (Snowflake.FromStored(row.GetInt64(0)), (int)row.GetInt64(1)), channelId, above, MaxRemembered);

    /// <summary>The inbox: mentions before an id that were not dismissed, the newest first.</summary>
    public async ValueTask<List<StoredMention>> InboxAsync(Snowflake userId, IReadOnlyCollection<Snowflake> roleIds, Snowflake before, int limit)
    {
        var found = await database.QueryAsync(
            "SELECT channel_id, message_id, author_id, NULL FROM user_mentions WHERE user_id = $1 AND direct = 1 AND dismissed = 0 AND message_id < $2 ORDER BY message_id DESC LIMIT $3", Read, userId, before, limit);
        if (roleIds.Count > 0)
        {
            found.AddRange(await database.QueryAsync($"""
                SELECT m.channel_id, m.message_id, m.author_id, m.role_id FROM channel_mentions m LEFT JOIN user_mentions u ON u.user_id = $1 AND u.message_id = m.message_id
                WHERE m.role_id IN ({MessageStore.List(roleIds)}) AND m.message_id < $2 AND COALESCE(u.dismissed, 0) = 0 ORDER BY m.message_id DESC LIMIT $3
                """, Read, userId, before, limit));
        }

        // Beyond the shorter of two full lists something may be missing: it comes with the next page.
        return [.. found.OrderByDescending(mention => mention.MessageId.Value).Take(limit)];
    }

    public static WriteUnit Dismiss(WriteUnit unit, Snowflake userId, Snowflake messageId) => unit.Add(
        "INSERT INTO user_mentions (user_id, message_id, channel_id, author_id, direct, dismissed) VALUES ($1, $2, 0, 0, 0, 1) ON CONFLICT (user_id, message_id) DO UPDATE SET dismissed = 1", userId, messageId);

    private static StoredMention Read(DbDataReader row) => new(
        Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1)), Snowflake.FromStored(row.GetInt64(2)), row.IsDBNull(3) ? null : Snowflake.FromStored(row.GetInt64(3)));
}
