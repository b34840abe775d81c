using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Integrations.Contracts;

/// <summary>An application's flags: which privileged intents its bot may ask for.</summary>
/// <returns>Null when there is no such application.</returns>
public sealed record GetApplicationFlags(Snowflake ApplicationId) : IRequest<ApplicationFlags?>;
