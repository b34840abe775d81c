namespace Discord.Protocol.Gateway;

/// <summary>The groups of events that a bot asks for in IDENTIFY.</summary>
/// <remarks>Source: Discord docs, Gateway, "Gateway Intents". User accounts send none and get all.</remarks>
[Flags]
public enum Intents : uint
{
    /// <summary>As an event's intent: sent whatever the session asked for.</summary>
    None = 0,
    Guilds = 1 << 0,
    GuildMembers = 1 << 1,
    GuildModeration = 1 << 2,
    GuildExpressions = 1 << 3,
    GuildIntegrations = 1 << 4,
    GuildWebhooks = 1 << 5,
    GuildInvites = 1 << 6,
    GuildVoiceStates = 1 << 7,
    GuildPresences = 1 << 8,
    GuildMessages = 1 << 9,
    GuildMessageReactions = 1 << 10,
    GuildMessageTyping = 1 << 11,
    DirectMessages = 1 << 12,
    DirectMessageReactions = 1 << 13,
    DirectMessageTyping = 1 << 14,
    MessageContent = 1 << 15,
    GuildScheduledEvents = 1 << 16,
    AutoModerationConfiguration = 1 << 20,
    AutoModerationExecution = 1 << 21,
    GuildMessagePolls = 1 << 24,
    DirectMessagePolls = 1 << 25,

    /// <summary>Every bit that a bot may ask for; another one closes the socket with 4013.</summary>
    Valid = 0x331FFFF,

    /// <summary>Those that must be enabled in the application's flags first, else 4014.</summary>
    Privileged = GuildMembers | GuildPresences | MessageContent,

    All = uint.MaxValue,
}

/// <summary>The bits of an application's flags that enable privileged intents; each has a "limited" twin for small bots.</summary>
/// <remarks>Source: Discord docs, Resources, Application, "Application Flags".</remarks>
[Flags]
public enum ApplicationFlags
{
    None = 0,
    GatewayPresence = 1 << 12,
    GatewayPresenceLimited = 1 << 13,
    GatewayGuildMembers = 1 << 14,
    GatewayGuildMembersLimited = 1 << 15,
    GatewayMessageContent = 1 << 18,
    GatewayMessageContentLimited = 1 << 19,

    /// <summary>What an owner may switch by PATCH /applications/{id}. Nobody reviews large bots here, so both twins can be set.</summary>
    Settable = GatewayPresence | GatewayPresenceLimited | GatewayGuildMembers | GatewayGuildMembersLimited | GatewayMessageContent | GatewayMessageContentLimited,
}
