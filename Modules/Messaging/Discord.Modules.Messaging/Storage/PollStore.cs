using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Storage;

internal sealed record OpenPoll(Snowflake MessageId, Snowflake ChannelId, Timestamp ExpiresAt);

internal sealed record VoteCount(Snowflake MessageId, int AnswerId, int Count, bool Me);

/// <summary>Votes, and which polls still take them.</summary>
internal sealed class PollStore(Database database)
{
    public static WriteUnit Open(WriteUnit unit, OpenPoll poll) =>
        unit.Add("INSERT INTO open_polls (message_id, channel_id, expires_at) VALUES ($1, $2, $3)", poll.MessageId, poll.ChannelId, poll.ExpiresAt);

    public static WriteUnit Close(WriteUnit unit, Snowflake messageId) => unit.Add("DELETE FROM open_polls WHERE message_id = $1", messageId);

    public static WriteUnit Delete(WriteUnit unit, IReadOnlyCollection<Snowflake> messageIds) => unit
        .Add($"DELETE FROM open_polls WHERE message_id IN ({MessageStore.List(messageIds)})")
        .Add($"DELETE FROM poll_votes WHERE message_id IN ({MessageStore.List(messageIds)})");

    public static WriteUnit AddVote(WriteUnit unit, Snowflake messageId, int answerId, Snowflake userId) =>
        unit.Add("INSERT INTO poll_votes (message_id, answer_id, user_id) VALUES ($1, $2, $3) ON CONFLICT (message_id, answer_id, user_id) DO NOTHING", messageId, answerId, userId);

    public static WriteUnit RemoveVote(WriteUnit unit, Snowflake messageId, int answerId, Snowflake userId) =>
        unit.Add("DELETE FROM poll_votes WHERE message_id = $1 AND answer_id = $2 AND user_id = $3", messageId, answerId, userId);

    public ValueTask<List<OpenPoll>> OpenAsync() => database.QueryAsync("SELECT message_id, channel_id, expires_at FROM open_polls",
        row => new OpenPoll(Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1)), new Timestamp(row.GetInt64(2))));

    /// <summary>The counts of some polls, and for which answers the viewer voted.</summary>
    public ValueTask<List<VoteCount>> CountAsync(IReadOnlyCollection<Snowflake> messageIds, Snowflake viewer) => database.QueryAsync(
        $"SELECT message_id, answer_id, count(*), max(CASE WHEN user_id = $1 THEN 1 ELSE 0 END) FROM poll_votes WHERE message_id IN ({MessageStore.List(messageIds)}) GROUP BY message_id, answer_id",
        row => new VoteCount(Snowflake.FromStored(row.GetInt64(0)), (int)row.GetInt64(1), (int)row.GetInt64(2), Convert.ToInt64(row.GetValue(3)) != 0), viewer);

    /// <summary>Who voted for an answer, by user id.</summary>
    public ValueTask<List<Snowflake>> VotersAsync(Snowflake messageId, int answerId, Snowflake after, int limit) => database.QueryAsync(
        "SELECT user_id FROM poll_votes WHERE message_id = $1 AND answer_id = $2 AND user_id > $3 ORDER BY user_id LIMIT $4", row => Snowflake.FromStored(row.GetInt64(0)), messageId, answerId, after, limit);
}
