using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Users.Contracts;

/// <summary>An account's own sessions learn that it changed; Guilds tells the user's guilds.</summary>
/// <param name="Account">The account as /users/@me shows it.</param>
/// <param name="UserId">Whose.</param>
public sealed record UserUpdated(object Account, Snowflake UserId) : GatewayEvent
{
    public const string EventName = "USER_UPDATE";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => Account;
}

/// <summary>Tokens ended: their gateway sessions are closed with 4004 and cannot be resumed.</summary>
/// <param name="TokenHash">Null: every token of the user.</param>
public sealed record TokensRevoked(Snowflake UserId, string? TokenHash) : GatewayEvent, ISessionEnd
{
    public override string Name => "TOKENS_REVOKED";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(UserId);
    public override object Data => new { user_id = UserId };
}

/// <summary>A user's client settings changed: their other clients follow.</summary>
/// <param name="Changed">The settings that were sent, with their new values.</param>
public sealed record UserSettingsUpdated(Snowflake UserId, object Changed) : GatewayEvent
{
    public override string Name => "USER_SETTINGS_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => Changed;
}

/// <summary>An account was deleted: it leaves its guilds and groups; what it wrote stays, under "Deleted User".</summary>
public sealed record AccountDeleted(Snowflake UserId) : GatewayEvent
{
    public const string EventName = "ACCOUNT_DELETED";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(UserId);
    public override object Data => new { user_id = UserId };
}
