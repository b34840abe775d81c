using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Contracts;

/// <summary>The newest message of each of these channels of a guild, for op 34.</summary>
/// <param name="ChannelIds">At most 100. Those of other guilds, and those whose history the user may not read, are passed over.</param>
public sealed record GetLastMessages(Snowflake UserId, Snowflake GuildId, IReadOnlyList<Snowflake> ChannelIds) : IRequest<IReadOnlyList<Message>>;
