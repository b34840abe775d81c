using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Voice.Storage;

/// <summary>Which calls are on. What is said in a call is nowhere; that there was one is a message.</summary>
internal sealed class CallStore(Database database)
{
    public static WriteUnit Open(WriteUnit unit, Snowflake channelId, Snowflake messageId) =>
        unit.Add("INSERT INTO open_calls (channel_id, message_id) VALUES ($1, $2) ON CONFLICT (channel_id) DO UPDATE SET message_id = excluded.message_id", channelId, messageId);

    public static WriteUnit Close(WriteUnit unit, Snowflake channelId) => unit.Add("DELETE FROM open_calls WHERE channel_id = $1", channelId);

    public ValueTask<List<(Snowflake ChannelId, Snowflake MessageId)>> OpenAsync() =>
        database.QueryAsync("SELECT channel_id, message_id FROM open_calls", row => (Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1))));
}
