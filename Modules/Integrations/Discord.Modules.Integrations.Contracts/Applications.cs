using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Integrations.Contracts;

/// <summary>An application's flags: which privileged intents its bot may ask for.</summary>
/// <returns>Null when there is no such application.</returns>
public sealed record GetApplicationFlags(Snowflake ApplicationId) : IRequest<ApplicationFlags?>;

/// <summary>An application as everybody may see it: the published ApplicationResponse.</summary>
/// <returns>Null when there is no such application.</returns>
public sealed record GetPublicApplication(Snowflake ApplicationId) : IRequest<object?>;

/// <summary>The person to whom a bot belongs.</summary>
/// <returns>Null when the user is no bot of an application.</returns>
public sealed record GetBotOwner(Snowflake BotId) : IRequest<Snowflake?>;

/// <summary>Who granted an application the scope guilds.join with this access token.</summary>
/// <returns>Null when the token is none of the application's, expired, revoked or without the scope.</returns>
public sealed record GetJoinGrant(string AccessToken, Snowflake ApplicationId) : IRequest<Snowflake?>;

/// <summary>What everybody may see of applications. Unknown ids are missing in the answer.</summary>
public sealed record GetApplicationCards(IReadOnlyCollection<Snowflake> ApplicationIds) : IRequest<IReadOnlyDictionary<Snowflake, ApplicationCard>>;

/// <param name="BotId">The user that acts for it.</param>
public sealed record ApplicationCard(Snowflake Id, string Name, string? Icon, string Description, ApplicationFlags Flags, Snowflake BotId);

/// <summary>An emoji of an application, for its bot to use anywhere.</summary>
/// <returns>Null when the application has none of this id.</returns>
public sealed record FindApplicationEmoji(Snowflake ApplicationId, Snowflake EmojiId) : IRequest<Emoji?>;
