using System.Text.Json;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Purges;

/// <summary>What other modules' events mean for messages: deleted channels are emptied, bans delete.</summary>
/// <remarks>Every step can be repeated: after a crash the last records come again.</remarks>
internal sealed class Purges(MessageStore store, IAttachments attachments, Database database, IMediator mediator) : IOutboxConsumer
{
    // A slice holds the writer for some milliseconds at most; senders go between two.
    private const int Slice = 500;
    private const int MaxBulk = 100;

    public string Consumer => "messaging";

    public bool Wants(string eventName) => eventName is ChannelsPurged.EventName or UserMessagesPurged.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(record.Data);
        var data = document.RootElement;
        foreach (var channel in Ids(data, "channel_ids"))
        {
            if (record.Name == ChannelsPurged.EventName)
                await PurgeChannelAsync(channel, cancellationToken);
            else
                await PurgeUserAsync(channel, Id(data, "user_id"), Id(data, "after"), cancellationToken);
        }
    }

    private async ValueTask PurgeChannelAsync(Snowflake channelId, CancellationToken cancellationToken)
    {
        while (await store.IdsAsync(channelId, default, null, Slice) is { Count: > 0 } slice)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await database.CommitAsync(attachments.ReleaseAll(MessageStore.DeleteMany(new WriteUnit(), channelId, slice), slice), WritePriority.Bulk);
        }
    }

    private async ValueTask PurgeUserAsync(Snowflake channelId, Snowflake userId, Snowflake after, CancellationToken cancellationToken)
    {
        while (await mediator.Send(new EnterChannelAsSystem(channelId), cancellationToken) is { } turn)
        {
            using (turn)
            {
                var slice = await store.IdsAsync(channelId, after, userId, MaxBulk);
                if (slice.Count == 0)
                    return;
                var access = turn.Access;
                await database.CommitAsync(attachments.ReleaseAll(MessageStore.DeleteMany(new WriteUnit(), channelId, slice), slice).Publish(new MessagesDeleted(slice, channelId, access.GuildId, access.Audience), access.View));
            }
        }
    }

    private static Snowflake Id(JsonElement data, string name) => Snowflake.TryParse(data.GetProperty(name).GetString(), out var id) ? id : default;

    private static IEnumerable<Snowflake> Ids(JsonElement data, string name) => data.GetProperty(name).EnumerateArray().Select(id => Snowflake.TryParse(id.GetString(), out var value) ? value : default);
}
