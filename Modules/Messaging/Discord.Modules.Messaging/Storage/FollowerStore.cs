using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Storage;

/// <param name="Id">Whose the copies are, as a webhook's id would be.</param>
internal sealed record Follower(Snowflake Id, Snowflake SourceId, Snowflake TargetId);

/// <summary>Which channels follow which, and where the copies of their messages are.</summary>
internal sealed class FollowerStore(Database database)
{
    public static WriteUnit Insert(WriteUnit unit, Follower follower) => unit.Add("INSERT INTO followers (source_id, id, target_id) VALUES ($1, $2, $3)", follower.SourceId, follower.Id, follower.TargetId);

    /// <summary>Channels are gone: nobody follows them, and they follow nobody.</summary>
    public static WriteUnit DeleteChannel(WriteUnit unit, Snowflake channelId) => unit
        .Add("DELETE FROM followers WHERE source_id = $1", channelId)
        .Add("DELETE FROM followers WHERE target_id = $1", channelId);

    public static WriteUnit InsertCopy(WriteUnit unit, Snowflake sourceMessageId, Snowflake targetId, Snowflake messageId) =>
        unit.Add("INSERT INTO crossposts (source_message_id, target_id, message_id) VALUES ($1, $2, $3)", sourceMessageId, targetId, messageId);

    public ValueTask<List<Follower>> OfSourceAsync(Snowflake channelId) => database.QueryAsync("SELECT id, source_id, target_id FROM followers WHERE source_id = $1 ORDER BY id", Read, channelId);

    public ValueTask<List<Follower>> OfTargetAsync(Snowflake channelId) => database.QueryAsync("SELECT id, source_id, target_id FROM followers WHERE target_id = $1", Read, channelId);

    public async ValueTask<IReadOnlyDictionary<Snowflake, Snowflake>> CopiesAsync(Snowflake sourceMessageId) => (await database.QueryAsync(
        "SELECT target_id, message_id FROM crossposts WHERE source_message_id = $1", row => (Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1))), sourceMessageId)).ToDictionary();

    private static Follower Read(System.Data.Common.DbDataReader row) => new(Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1)), Snowflake.FromStored(row.GetInt64(2)));
}
