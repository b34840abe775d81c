using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Voice.Contracts;

/// <summary>Shows a session the calls that are on in these direct messages and groups, as far as they are the user's: one CALL_CREATE for each, to that session alone.</summary>
public sealed record ShowCalls(Snowflake UserId, string SessionId, IReadOnlyCollection<Snowflake> ChannelIds) : IRequest;

/// <summary>A call began in a direct message or group, or a session is shown one that is on. Lossy: it passes no outbox.</summary>
/// <param name="MessageId">The message of type 3 that tells of it; it comes a moment later.</param>
/// <param name="Region">Where it is served from: one of GET /voice/regions.</param>
/// <param name="Ringing">For whom it rings.</param>
public sealed record CallCreated(Snowflake ChannelId, Snowflake MessageId, string Region, IReadOnlyCollection<Snowflake> Ringing, IReadOnlyList<VoiceState> VoiceStates, Audience Viewers) : GatewayEvent
{
    public override string Name => "CALL_CREATE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Viewers;
    public override object Data => new { channel_id = ChannelId, message_id = MessageId, region = Region, ringing = Ringing, voice_states = VoiceStates };
}

/// <summary>It rings for others than before, or the call is served from another region.</summary>
public sealed record CallUpdated(Snowflake ChannelId, Snowflake MessageId, string Region, IReadOnlyCollection<Snowflake> Ringing, IReadOnlyList<Snowflake> Recipients) : GatewayEvent
{
    public override string Name => "CALL_UPDATE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users(Recipients, ChannelId);
    public override object Data => new { channel_id = ChannelId, message_id = MessageId, region = Region, ringing = Ringing };
}

/// <summary>The last one has left.</summary>
public sealed record CallDeleted(Snowflake ChannelId, IReadOnlyList<Snowflake> Recipients) : GatewayEvent
{
    public override string Name => "CALL_DELETE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users(Recipients, ChannelId);
    public override object Data => new { channel_id = ChannelId };
}
