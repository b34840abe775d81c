using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Integrations.Contracts;

/// <summary>An application's flags: which privileged intents its bot may ask for.</summary>
/// <returns>Null when there is no such application.</returns>
public sealed record GetApplicationFlags(Snowflake ApplicationId) : IRequest<ApplicationFlags?>;

/// <summary>What everybody may see of applications. Unknown ids are missing in the answer.</summary>
public sealed record GetApplicationCards(IReadOnlyCollection<Snowflake> ApplicationIds) : IRequest<IReadOnlyDictionary<Snowflake, ApplicationCard>>;

/// <param name="BotId">The user that acts for it.</param>
public sealed record ApplicationCard(Snowflake Id, string Name, string? Icon, string Description, ApplicationFlags Flags, Snowflake BotId);
