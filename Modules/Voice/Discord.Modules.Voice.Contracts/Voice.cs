using System.Text.Json.Serialization;
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

/// <summary>Who is in voice in a guild. In no order; what a viewer may not see is in it. Answered from memory, without the guild's lane.</summary>
public sealed record GetVoiceStates(Snowflake GuildId) : IRequest<IReadOnlyList<VoiceState>>;

/// <summary>Where somebody is in voice in a guild.</summary>
/// <returns>Null: nowhere. Answered from memory, without the guild's lane.</returns>
public sealed record GetVoiceState(Snowflake GuildId, Snowflake UserId) : IRequest<VoiceState?>;

/// <summary>Since when somebody is in each voice channel of a guild that is not empty. Answered from memory, without the guild's lane.</summary>
public sealed record GetVoiceStarts(Snowflake GuildId) : IRequest<IReadOnlyDictionary<Snowflake, Timestamp>>;

/// <summary>A moderator moves somebody to another channel of the guild. Takes the guild's lane: do not hold it. Who left voice meanwhile stays away.</summary>
/// <param name="ChannelId">Null disconnects.</param>
/// <param name="Held">What the moderator holds there: MOVE_MEMBERS lets into full channels.</param>
public sealed record MoveVoiceState(Snowflake GuildId, Snowflake UserId, Snowflake? ChannelId, Permissions Held) : IRequest;

/// <summary>Whether one more fits into a voice channel. Answered from memory, without the guild's lane.</summary>
/// <param name="Held">What who brings them there holds in it.</param>
public sealed record HasVoiceRoom(Snowflake GuildId, Channel Channel, Permissions Held) : IRequest<bool>;

/// <summary>Where voice is served from: what rtc_region can name, in alphabetical order. Answered from memory.</summary>
public sealed record GetVoiceRegions : IRequest<IReadOnlyCollection<string>>;

/// <summary>VOICE_STATE_UPDATE: somebody came, went, moved, or speaks and hears in another way. Lossy: it passes no outbox.</summary>
/// <param name="Viewers">Of a guild: those who see the channel. Of a call: its recipients. The one whom it is about is told whatever they see.</param>
public sealed record VoiceStateUpdated(VoiceState State, Audience Viewers) : GatewayEvent
{
    public override string Name => "VOICE_STATE_UPDATE";
    public override Intents Intents => State.GuildId is null ? Intents.None : Intents.GuildVoiceStates;
    public override Audience Audience => Viewers;
    public override object Data => State;

    /// <summary>One's own state is what answers op 4: it is sent whatever the session asked for.</summary>
    public override Intents IntentsFor(Snowflake userId) => userId == State.UserId ? Intents.None : Intents;
}

/// <summary>VOICE_CHANNEL_START_TIME_UPDATE: the first one came to a voice channel, or the last one left. Lossy: it passes no outbox.</summary>
/// <param name="Start">Null: nobody is there, and sent so.</param>
public sealed record VoiceChannelStartTimeUpdated(Snowflake GuildId, Snowflake ChannelId, Timestamp? Start) : GatewayEvent
{
    public override string Name => "VOICE_CHANNEL_START_TIME_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId);
    public override object Data => new StartData(ChannelId, GuildId, Start?.UnixMilliseconds / 1000);

    /// <param name="VoiceStartTime">Unix seconds.</param>
    private sealed record StartData(Snowflake Id, Snowflake GuildId, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? VoiceStartTime);
}

/// <summary>VOICE_SERVER_UPDATE: where a session finds its voice server. For that session alone.</summary>
/// <param name="Endpoint">host:port/path, without a scheme: wss is meant. Null: none at present, wait for another.</param>
public sealed record VoiceServerUpdated(Snowflake UserId, string SessionId, Snowflake? GuildId, Snowflake? ChannelId, string Token, string? Endpoint) : GatewayEvent
{
    public override string Name => "VOICE_SERVER_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Session(UserId, SessionId, GuildId ?? ChannelId!.Value);
    public override object Data => GuildId is { } guild ? new { token = Token, guild_id = guild, endpoint = Endpoint } : new { token = Token, channel_id = ChannelId, guild_id = (Snowflake?)null, endpoint = Endpoint };
}
