using System.Text.Json;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Contracts;

/// <summary>Posts a message as REST does, for the gateway's op 0 from a client: {channel_id, content, nonce}.</summary>
/// <param name="Body">The body of POST /channels/{id}/messages.</param>
/// <returns>The message, or the refusal that REST would give.</returns>
public sealed record PostMessage(Snowflake AuthorId, Snowflake ChannelId, JsonElement Body) : IRequest<Result<Message>>;
