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

namespace Discord.Modules.Messaging.SystemMessages;

/// <summary>Posts what the platform says of what other modules did.</summary>
internal sealed class SystemMessages(MessageStore store, MessagePosting posting, MessageWire wire, Database database, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock) : IOutboxConsumer
{
    private static readonly TimeSpan s_repeatWindow = TimeSpan.FromDays(1);

    public string Consumer => "system_messages";

    // One consumer for both: what a call becomes is written behind its beginning.
    public bool Wants(string eventName) => eventName is SystemMessageCaused.EventName or CallChanged.EventName;

    public ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken) =>
        record.Name == CallChanged.EventName ? ChangeCallAsync(record, cancellationToken) : PostAsync(record, cancellationToken);

    private async ValueTask PostAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        var caused = JsonSerializer.Deserialize<Caused>(record.Data, ProtocolJson.Options)!;
        var users = await mediator.Send(new GetUsers(caused.MentionedId is { } other ? [caused.AuthorId, other] : [caused.AuthorId]), cancellationToken);
        // The position names the cause: a repeated record finds the message that is already there.
        var nonce = JsonSerializer.Serialize($"system-{record.Position}");
        if (!users.ContainsKey(caused.AuthorId) || await store.FindNonceAsync(caused.ChannelId, caused.AuthorId, nonce, Snowflake.FirstAt(clock.GetUtcNow() - s_repeatWindow)) is not null
            || await mediator.Send(new EnterChannelAsSystem(caused.ChannelId), cancellationToken) is not { } turn)
            return;
        Task<Message> posted;
        using (turn)
        {
            var stored = new StoredMessage
            {
                ChannelId = caused.ChannelId,
                Id = caused.Id ?? ids.Next(),
                AuthorId = caused.AuthorId,
                Type = caused.Type,
                Content = caused.Content,
                Nonce = nonce,
                ReferenceId = caused.Reference?.MessageId,
                Extras = caused is { MentionedId: null, MentionsEveryone: false, Reference: null, Call: null } ? null : new MessageExtras
                {
                    Mentions = caused.MentionedId is { } mentioned ? [mentioned] : null,
                    MentionEveryone = caused.MentionsEveryone ? true : null,
                    Reference = caused.Reference is { } reference ? new StoredReference(reference.Type, reference.ChannelId, reference.GuildId) : null,
                    Call = caused.Call,
                },
            };
            posted = posting.CommitAsync(turn.Access, stored, MessageWire.Write(turn.Access, stored with { Nonce = null }, users, null));
        }

        await posted;
    }

    // Without edited_timestamp: nobody edited it.
    private async ValueTask ChangeCallAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        var told = JsonSerializer.Deserialize<Told>(record.Data, ProtocolJson.Options)!;
        using var turn = await mediator.Send(new EnterChannelAsSystem(told.ChannelId), cancellationToken);
        if (turn is null || await store.FindAsync(told.ChannelId, told.MessageId) is not { Extras: { Call: { EndedTimestamp: null } call } extras } stored)
            return;
        var changed = stored with { Extras = extras with { Call = new MessageCall([.. call.Participants.Union(told.Joined)], told.EndedAt) } };
        var message = await wire.WriteAsync(turn.Access, changed, default);
        await database.CommitAsync(MessageStore.Update(new WriteUnit(), changed).Publish(new MessageUpdated(await wire.ForGatewayAsync(turn.Access, message), turn.Access.Audience), turn.Access.View));
    }

    private sealed record Caused(Snowflake ChannelId, Snowflake AuthorId, MessageType Type, string Content, Snowflake? MentionedId, bool MentionsEveryone, MessageReference? Reference, Snowflake? Id, MessageCall? Call);

    private sealed record Told(Snowflake ChannelId, Snowflake MessageId, IReadOnlyList<Snowflake> Joined, Timestamp? EndedAt);
}
