using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>A rule of a guild's auto moderation, as it is stored and shown.</summary>
/// <remarks>Source: Discord docs, Resources, Auto Moderation.</remarks>
[GuildObject("automod_rule", ListedAs = "auto_moderation_rules")]
internal sealed record AutoModerationRule : IGuildObject
{
    public required Snowflake Id { get; init; }
    public required Snowflake GuildId { get; init; }
    public required Snowflake CreatorId { get; init; }
    public required string Name { get; init; }
    public required RuleEvent EventType { get; init; }
    public required RuleTrigger TriggerType { get; init; }
    public required TriggerMetadata TriggerMetadata { get; init; }
    public required IReadOnlyList<RuleAction> Actions { get; init; }
    public bool Enabled { get; init; }
    public IReadOnlyList<Snowflake> ExemptRoles { get; init; } = [];
    public IReadOnlyList<Snowflake> ExemptChannels { get; init; } = [];
}

internal enum RuleEvent
{
    MessageSend = 1,
    MemberUpdate = 2,
}

internal enum RuleTrigger
{
    Keyword = 1,
    Spam = 3,
    KeywordPreset = 4,
    MentionSpam = 5,
    MemberProfile = 6,
}

internal static class RuleActions
{
    public const int BlockMessage = 1;
    public const int Alert = 2;
    public const int Timeout = 3;
    public const int BlockInteraction = 4;
}

/// <summary>What a trigger looks for. Fields that a trigger lacks are null and left out.</summary>
internal sealed record TriggerMetadata
{
    public IReadOnlyList<string>? KeywordFilter { get; init; }
    public IReadOnlyList<string>? RegexPatterns { get; init; }
    /// <summary>1 profanity, 2 sexual content, 3 slurs.</summary>
    public IReadOnlyList<int>? Presets { get; init; }
    public IReadOnlyList<string>? AllowList { get; init; }
    /// <summary>Most users and roles, each counted once, that a message may name.</summary>
    public int? MentionTotalLimit { get; init; }
    /// <summary>The limit holds for what a member writes within half a minute, not for each message alone.</summary>
    public bool? MentionRaidProtectionEnabled { get; init; }
}
