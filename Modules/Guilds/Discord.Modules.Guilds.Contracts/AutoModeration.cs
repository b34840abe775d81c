using System.Text.Json.Serialization;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>What the rules of a guild say to something that a member wrote.</summary>
/// <param name="ChannelId">Null for a name.</param>
/// <param name="Hits">The rules that were broken, each once.</param>
public sealed record Moderation(Snowflake GuildId, Snowflake? ChannelId, Snowflake UserId, string Content, IReadOnlyList<RuleHit> Hits)
{
    /// <summary>The text may not be posted.</summary>
    public bool Blocks { get; init; }

    /// <summary>What the first rule that blocks says to the author; null: the usual words.</summary>
    public string? Words { get; init; }

    /// <summary>What the author is told when the text is blocked: 200000.</summary>
    public ApiError Error => ApiError.BlockedByAutoModeration(Words);
}

/// <param name="Keyword">The word, phrase or pattern of the rule; null for a rule without.</param>
/// <param name="Matched">The part of the text that it found.</param>
public sealed record RuleHit(Snowflake RuleId, string? Keyword, string? Matched);

/// <summary>Does what the broken rules order: alerts, timeouts, entries of the audit log, events. Send it after the turn on the channel's lane was let go.</summary>
/// <param name="MessageId">The message, when it was posted all the same.</param>
public sealed record ActOnModeration(Moderation Moderation, Snowflake? MessageId) : IRequest;

/// <summary>What a rule does when it is broken.</summary>
/// <param name="Type">1 block the message, 2 alert a channel, 3 time the author out, 4 keep the member from interacting.</param>
/// <remarks>Source: Discord docs, Resources, Auto Moderation, "Action Types".</remarks>
public sealed record RuleAction(int Type)
{
    public RuleActionMetadata Metadata { get; init; } = new();
}

public sealed record RuleActionMetadata
{
    /// <summary>Alerts: where to.</summary>
    public Snowflake? ChannelId { get; init; }
    /// <summary>Timeouts: 0 to 2,419,200 (four weeks).</summary>
    public int? DurationSeconds { get; init; }
    /// <summary>Blocks: what the author is told, 300 characters at most.</summary>
    public string? CustomMessage { get; init; }
}

/// <summary>One action that was carried out.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Auto Moderation Action Execution".</remarks>
public sealed record AutoModerationExecution
{
    public required Snowflake GuildId { get; init; }
    public required RuleAction Action { get; init; }
    public required Snowflake RuleId { get; init; }
    public required int RuleTriggerType { get; init; }
    public required Snowflake UserId { get; init; }
    public Snowflake? ChannelId { get; init; }
    /// <summary>Absent when the message was blocked.</summary>
    public Snowflake? MessageId { get; init; }
    public Snowflake? AlertSystemMessageId { get; init; }
    public string Content { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? MatchedKeyword { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? MatchedContent { get; init; }
}

public sealed record AutoModerationActionExecuted(AutoModerationExecution Execution) : GatewayEvent
{
    public override string Name => "AUTO_MODERATION_ACTION_EXECUTION";
    public override Intents Intents => Intents.AutoModerationExecution;
    public override Audience Audience => Audience.Guild(Execution.GuildId, Permissions.ManageGuild);
    public override object Data => Execution;
    public override object? DataWithoutContent => Execution with { Content = "", MatchedContent = Execution.MatchedContent is null ? null : "" };
    public override bool MayReadContent(Snowflake userId) => false;
}

/// <summary>An alert is to be posted: for Messaging, which tells of the action once the alert has its id.</summary>
/// <param name="RuleName">Shown in the alert.</param>
public sealed record AutoModerationAlerted(AutoModerationExecution Execution, string RuleName) : GatewayEvent
{
    public const string EventName = "AUTO_MODERATION_ALERTED";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(Execution.GuildId);
    public override object Data => new AutoModerationAlert(Execution, RuleName);
}

/// <summary>The data of <see cref="AutoModerationAlerted"/>.</summary>
public sealed record AutoModerationAlert(AutoModerationExecution Execution, string RuleName)
{
    /// <summary>What the audit log says beside an action.</summary>
    public static AuditLogOptions OptionsOf(AutoModerationExecution execution, string ruleName) => new()
    {
        AutoModerationRuleName = ruleName,
        AutoModerationRuleTriggerType = execution.RuleTriggerType.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ChannelId = execution.ChannelId,
    };
}

/// <param name="Rule">The published rule object.</param>
public sealed record AutoModerationRuleCreated(Snowflake GuildId, object Rule) : GatewayEvent
{
    public override string Name => "AUTO_MODERATION_RULE_CREATE";
    public override Intents Intents => Intents.AutoModerationConfiguration;
    public override Audience Audience => Audience.Guild(GuildId, Permissions.ManageGuild);
    public override object Data => Rule;
}

/// <param name="Rule">The published rule object.</param>
public sealed record AutoModerationRuleUpdated(Snowflake GuildId, object Rule) : GatewayEvent
{
    public override string Name => "AUTO_MODERATION_RULE_UPDATE";
    public override Intents Intents => Intents.AutoModerationConfiguration;
    public override Audience Audience => Audience.Guild(GuildId, Permissions.ManageGuild);
    public override object Data => Rule;
}

/// <param name="Rule">The published rule object, as it was last.</param>
public sealed record AutoModerationRuleDeleted(Snowflake GuildId, object Rule) : GatewayEvent
{
    public override string Name => "AUTO_MODERATION_RULE_DELETE";
    public override Intents Intents => Intents.AutoModerationConfiguration;
    public override Audience Audience => Audience.Guild(GuildId, Permissions.ManageGuild);
    public override object Data => Rule;
}
