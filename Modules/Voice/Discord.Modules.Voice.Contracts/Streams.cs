using System.Text.Json.Serialization;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Voice.Contracts;

/// <summary>Gateway op 18: a session shares its screen in the voice channel that it is in.</summary>
/// <param name="GuildId">Null: in a call.</param>
/// <remarks>
/// Answered by STREAM_CREATE and STREAM_SERVER_UPDATE, or by STREAM_DELETE with the reason. A stream is named by its key:
/// "guild:{guild}:{channel}:{user}" or "call:{channel}:{user}". Source of this file: protocol.md 5.7.
/// </remarks>
public sealed record CreateStream(Snowflake UserId, string SessionId, Snowflake? GuildId, Snowflake ChannelId) : IRequest;

/// <summary>Gateway op 19: its owner ends a stream; somebody who watches stops.</summary>
public sealed record DeleteStream(Snowflake UserId, string SessionId, string StreamKey) : IRequest;

/// <summary>Gateway op 20: a session wants to watch. Answered as <see cref="CreateStream"/> is.</summary>
public sealed record WatchStream(Snowflake UserId, string SessionId, string StreamKey) : IRequest;

/// <summary>Gateway op 21: does the session still have its place in the stream? STREAM_DELETE tells that it has not; else silence.</summary>
public sealed record PingStream(Snowflake UserId, string SessionId, string StreamKey) : IRequest;

/// <summary>Gateway op 22: its owner pauses a stream, or goes on.</summary>
public sealed record PauseStream(Snowflake UserId, string SessionId, string StreamKey, bool Paused) : IRequest;

/// <summary>STREAM_CREATE: a stream began, for its owner; for who watches, that they do.</summary>
/// <param name="ServerId">What IDENTIFY names at the stream's voice server.</param>
/// <param name="ViewerIds">Without the owner, the longest there first.</param>
public sealed record StreamCreated(StreamSeat Seat, string StreamKey, Snowflake ServerId, Snowflake ChannelId, string Region, IReadOnlyList<Snowflake> ViewerIds, bool Paused) : GatewayEvent
{
    public override string Name => "STREAM_CREATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Seat.Audience;

    public override object Data => new
    {
        stream_key = StreamKey, rtc_server_id = ServerId, rtc_channel_id = ChannelId, region = Region, viewer_ids = ViewerIds, paused = Paused,
    };
}

/// <summary>STREAM_SERVER_UPDATE: where the stream's voice server is found.</summary>
/// <param name="Endpoint">host:port/path, without a scheme: wss is meant. Null: none at present, wait for another.</param>
public sealed record StreamServerUpdated(StreamSeat Seat, string StreamKey, Snowflake? GuildId, string Token, string? Endpoint) : GatewayEvent
{
    public override string Name => "STREAM_SERVER_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Seat.Audience;
    public override object Data => new { stream_key = StreamKey, guild_id = GuildId, token = Token, endpoint = Endpoint };
}

/// <summary>STREAM_UPDATE: somebody came or went, or the stream was paused. For its owner and for who watches.</summary>
public sealed record StreamUpdated(StreamSeat Seat, string StreamKey, string Region, IReadOnlyList<Snowflake> ViewerIds, bool Paused) : GatewayEvent
{
    public override string Name => "STREAM_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Seat.Audience;
    public override object Data => new { stream_key = StreamKey, region = Region, viewer_ids = ViewerIds, paused = Paused };
}

/// <summary>STREAM_DELETE: the stream is over for this session, or could not begin.</summary>
/// <param name="Reason">user_requested, stream_ended, stream_full, unauthorized, invalid_channel or parse_failed.</param>
/// <param name="Unavailable">True: for want of a voice server; the client may try again.</param>
public sealed record StreamDeleted(StreamSeat Seat, string StreamKey, string Reason, bool Unavailable) : GatewayEvent
{
    public override string Name => "STREAM_DELETE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Seat.Audience;
    public override object Data => new Body(StreamKey, Reason, Unavailable);

    private sealed record Body(string StreamKey, string Reason, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Unavailable);
}

/// <summary>The gateway session that an event of a stream is for.</summary>
/// <param name="Home">The guild, or the channel of a call: the event keeps its order among theirs.</param>
public readonly record struct StreamSeat(Snowflake UserId, string SessionId, Snowflake Home)
{
    internal Audience Audience => Audience.Session(UserId, SessionId, Home);
}
