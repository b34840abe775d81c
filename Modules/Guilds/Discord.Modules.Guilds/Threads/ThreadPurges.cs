using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>Deletes the threads of deleted channels, of which there may be very many, a slice at a time. Nobody can reach them meanwhile: their channel is gone.</summary>
/// <remarks>Every step can be repeated: after a crash the last records come again.</remarks>
internal sealed class ThreadPurges(ThreadStore store, GuildHomes homes, Database database) : IOutboxConsumer
{
    private const int Slice = 500;

    public string Consumer => "threads";

    public bool Wants(string eventName) => eventName == ChannelsPurged.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(record.Data);
        foreach (var channel in document.RootElement.GetProperty("channel_ids").Deserialize<Snowflake[]>(ProtocolJson.Options)!)
        {
            while (await store.OfParentAsync(channel, Slice) is { Count: > 0 } slice)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Snowflake[] ids = [.. slice.Select(thread => thread.Id)];
                // Heard by Messaging, which empties them, and once more by this, which finds no threads in threads.
                await database.CommitAsync(ThreadStore.Delete(new WriteUnit(), ids).Publish(new ChannelsPurged(slice[0].GuildId, ids)), WritePriority.Bulk);
                foreach (var id in ids)
                    homes.ForgetChannel(id);
            }
        }
    }
}
