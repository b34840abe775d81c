using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Purges;

/// <summary>What other modules' events mean for messages: deleted channels are emptied, bans delete, joins are greeted.</summary>
/// <remarks>Every step can be repeated: after a crash the last records come again.</remarks>
internal sealed class Purges(MessageStore store, MessagePosting posting, Database database, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock) : IOutboxConsumer
{
    // A slice holds the writer for some milliseconds at most; senders go between two.
    private const int Slice = 500;
    private const int MaxBulk = 100;
    private static readonly TimeSpan s_repeatWindow = TimeSpan.FromDays(1);

    public string Consumer => "messaging";

    public bool Wants(string eventName) => eventName is ChannelsPurged.EventName or UserMessagesPurged.EventName or MemberWelcomed.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(record.Data);
        var data = document.RootElement;
        switch (record.Name)
        {
            case ChannelsPurged.EventName:
                foreach (var channel in Ids(data, "channel_ids"))
                    await PurgeChannelAsync(channel, cancellationToken);
                break;
            case UserMessagesPurged.EventName:
                foreach (var channel in Ids(data, "channel_ids"))
                    await PurgeUserAsync(channel, Id(data, "user_id"), Id(data, "after"), cancellationToken);
                break;
            default:
                await WelcomeAsync(Id(data, "channel_id"), Id(data, "user_id"), record.Position, cancellationToken);
                break;
        }
    }

    private async ValueTask PurgeChannelAsync(Snowflake channelId, CancellationToken cancellationToken)
    {
        while (await store.IdsAsync(channelId, default, null, Slice) is { Count: > 0 } slice)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await database.CommitAsync(MessageStore.DeleteMany(new WriteUnit(), channelId, slice), WritePriority.Bulk);
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
                await database.CommitAsync(MessageStore.DeleteMany(new WriteUnit(), channelId, slice).Publish(new MessagesDeleted(slice, channelId, access.GuildId, access.Audience), access.View));
            }
        }
    }

    private async ValueTask WelcomeAsync(Snowflake channelId, Snowflake userId, long position, CancellationToken cancellationToken)
    {
        var users = await mediator.Send(new GetUsers([userId]), cancellationToken);
        // The position names this join: a repeated record finds the greeting that is already there.
        var nonce = JsonSerializer.Serialize($"join-{position}");
        if (!users.ContainsKey(userId) || await store.FindNonceAsync(channelId, userId, nonce, Snowflake.FirstAt(clock.GetUtcNow() - s_repeatWindow)) is not null || await mediator.Send(new EnterChannelAsSystem(channelId), cancellationToken) is not { } turn)
            return;
        Task<Message> posted;
        using (turn)
        {
            var stored = new StoredMessage { ChannelId = channelId, Id = ids.Next(), AuthorId = userId, Type = MessageType.UserJoin, Content = "", Nonce = nonce };
            posted = posting.CommitAsync(turn.Access, stored, MessageWire.Write(turn.Access, stored with { Nonce = null }, users, null));
        }

        await posted;
    }

    private static Snowflake Id(JsonElement data, string name) => Snowflake.TryParse(data.GetProperty(name).GetString(), out var id) ? id : default;

    private static IEnumerable<Snowflake> Ids(JsonElement data, string name) => data.GetProperty(name).EnumerateArray().Select(id => Snowflake.TryParse(id.GetString(), out var value) ? value : default);
}
