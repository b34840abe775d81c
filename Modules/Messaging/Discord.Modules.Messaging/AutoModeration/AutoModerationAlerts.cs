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

namespace Discord.Modules.Messaging.AutoModeration;

/// <summary>Posts the alerts of auto moderation: a system message in the channel that the rule names, its author the one who broke the rule.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Auto Moderation, "Action Types"; the embed is of the type auto_moderation_message, with its facts as fields, as
/// clients know it. After a crash a record may come again: the alert's nonce names it.
/// </remarks>
internal sealed class AutoModerationAlerts(MessageStore store, MessageWire wire, Database database, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock) : IOutboxConsumer
{
    private static readonly TimeSpan s_repeatWindow = TimeSpan.FromDays(1);

    public string Consumer => "messaging-alerts";

    public bool Wants(string eventName) => eventName == AutoModerationAlerted.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        var (execution, ruleName) = JsonSerializer.Deserialize<AutoModerationAlert>(record.Data, ProtocolJson.Options)!;
        if (execution.Action.Metadata.ChannelId is not { } channelId)
            return;
        var users = await mediator.Send(new GetUsers([execution.UserId]), cancellationToken);
        var nonce = JsonSerializer.Serialize($"automod-{record.Position}");
        if (await store.FindNonceAsync(channelId, execution.UserId, nonce, Snowflake.FirstAt(clock.GetUtcNow() - s_repeatWindow)) is not null || await mediator.Send(new EnterChannelAsSystem(channelId), cancellationToken) is not { } entered)
            return;
        using var turn = entered;
        var access = turn.Access;
        if (access.GuildId != execution.GuildId)
            return;
        var alert = new StoredMessage
        {
            ChannelId = channelId,
            Id = ids.Next(),
            AuthorId = execution.UserId,
            Type = MessageType.AutoModerationAction,
            Content = "",
            Nonce = nonce,
            Extras = new MessageExtras { Embeds = [Embed(execution, ruleName)] },
        };
        execution = execution with { AlertSystemMessageId = alert.Id };
        var message = MessageWire.Write(access, alert with { Nonce = null }, users, null);
        var entry = new AuditLogEntry
        {
            Id = ids.Next(), UserId = execution.UserId, TargetId = execution.UserId.ToString(), ActionType = AuditLogEvent.AutoModerationFlagToChannel, Options = AutoModerationAlert.OptionsOf(execution, ruleName),
        };
        var unit = MessageStore.Insert(new WriteUnit(), alert)
            .Publish(new MessageCreated(wire.ForGateway(access, message), access.Audience), access.View)
            .Publish(new AutoModerationActionExecuted(execution), access.View)
            .Publish(new GuildAuditLogEntryCreated(execution.GuildId, entry), access.View);
        access.Home.LastMessageId = alert.Id;
        await database.CommitAsync(unit);
    }

    private static JsonElement Embed(AutoModerationExecution execution, string ruleName)
    {
        (string Name, string? Value)[] facts =
        [
            ("rule_name", ruleName),
            ("decision_outcome", execution.MessageId is null ? "blocked" : "flagged"),
            ("channel_id", execution.ChannelId?.ToString()),
            ("flagged_message_id", execution.MessageId?.ToString()),
            ("keyword", execution.MatchedKeyword),
            ("keyword_matched_content", execution.MatchedContent),
            ("decision_id", execution.RuleId.ToString()),
        ];
        var fields = facts.Where(fact => fact.Value is not null).Select(fact => new { name = fact.Name, value = fact.Value, inline = false });
        return JsonSerializer.SerializeToElement(new { type = "auto_moderation_message", description = execution.Content, fields }, ProtocolJson.Options);
    }
}
