using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Posts what the history of a group or a thread tells of itself: who came, who went, its new name.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Message Types".</remarks>
internal sealed class GroupNotices(MessageStore store, MessagePosting posting, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock) : IOutboxConsumer
{
    private static readonly TimeSpan s_repeatWindow = TimeSpan.FromDays(1);

    public string Consumer => "messaging-groups";

    public bool Wants(string eventName) => eventName == GroupNoticed.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        var data = JsonSerializer.Deserialize<Notice>(record.Data, ProtocolJson.Options)!;
        IReadOnlyList<Snowflake>? mentions = data.TargetId is { } target ? [target] : null;
        var users = await mediator.Send(new GetUsers([data.UserId, .. mentions ?? []]), cancellationToken);
        // The position names this notice: a repeated record finds the message that is already there.
        var nonce = JsonSerializer.Serialize($"group-{record.Position}");
        if (await store.FindNonceAsync(data.ChannelId, data.UserId, nonce, Snowflake.FirstAt(clock.GetUtcNow() - s_repeatWindow)) is not null || await mediator.Send(new EnterChannelAsSystem(data.ChannelId), cancellationToken) is not { } turn)
            return;
        Task<Message> posted;
        using (turn)
        {
            var stored = new StoredMessage
            {
                ChannelId = data.ChannelId, Id = ids.Next(), AuthorId = data.UserId, Type = data.Type, Content = data.Content, Nonce = nonce, Extras = mentions is null ? null : new MessageExtras { Mentions = mentions },
            };
            posted = posting.CommitAsync(turn.Access, stored, MessageWire.Write(turn.Access, stored with { Nonce = null }, users, null));
        }

        await posted;
    }

    private sealed record Notice(Snowflake ChannelId, MessageType Type, Snowflake UserId, Snowflake? TargetId, string Content);
}
