using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Voice.Contracts;

/// <summary>Gateway op 4: a session joins, moves, leaves, mutes or deafens itself.</summary>
/// <param name="GuildId">Null for calls of direct messages and groups.</param>
/// <param name="ChannelId">Null leaves.</param>
/// <remarks>Refusals are silent, as Discord's are: nothing changes and nothing is sent. Source: protocol.md 5.1.</remarks>
public sealed record UpdateVoiceState(Snowflake UserId, string SessionId, Snowflake? GuildId, Snowflake? ChannelId, bool SelfMute, bool SelfDeaf, bool SelfVideo) : IRequest;

/// <summary>A gateway session ended for good: it leaves voice.</summary>
public sealed record EndSessionVoice(Snowflake UserId, string SessionId) : IRequest;

/// <summary>Who is in voice in a guild, without members: for the guild's own object. In no order; what the viewer may not see is in it.</summary>
public sealed record GetVoiceStates(Snowflake GuildId) : IRequest<IReadOnlyList<VoiceState>>;

/// <summary>VOICE_SERVER_UPDATE: where a session finds its voice server. For that session alone.</summary>
/// <param name="Endpoint">host:port/path, without a scheme: wss is meant. Null: none at present, wait for another.</param>
public sealed record VoiceServerUpdated(Snowflake UserId, string SessionId, Snowflake? GuildId, Snowflake? ChannelId, string Token, string? Endpoint) : GatewayEvent
{
    public override string Name => "VOICE_SERVER_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Session(UserId, SessionId, GuildId ?? ChannelId!.Value);
    public override object Data => GuildId is { } guild ? new { token = Token, guild_id = guild, endpoint = Endpoint } : new { token = Token, channel_id = ChannelId, guild_id = (Snowflake?)null, endpoint = Endpoint };
}
