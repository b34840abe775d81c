using System.Collections.Immutable;
using System.Security.Cryptography;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.GoLive;

/// <summary>A screen that is shared: by whom, to whom, and on which voice server. Immutable; changes are decided on the lane of its home.</summary>
/// <param name="Id">rtc_server_id: the stream's room at the voice server, and the server that IDENTIFY names.</param>
/// <param name="Viewers">The longest there first.</param>
internal sealed record LiveStream(StreamKey Key, Snowflake Id, IVoiceServer Server, Attendee Owner, ImmutableList<Attendee> Viewers, bool Paused)
{
    /// <summary>Source: Discord's limit of those who watch one screen.</summary>
    public const int MaxViewers = 50;

    public IReadOnlyList<Snowflake> ViewerIds => [.. Viewers.Select(viewer => viewer.UserId)];

    public IEnumerable<Attendee> Everybody => Viewers.Prepend(Owner);

    public Attendee? Find(Snowflake userId, string sessionId) => Everybody.FirstOrDefault(attendee => attendee.UserId == userId && attendee.SessionId == sessionId);

    /// <summary>The stream with somebody in the place of their former self, or as its newest viewer.</summary>
    public LiveStream With(Attendee attendee) =>
        attendee.UserId == Key.UserId ? this with { Owner = attendee }
        : Viewers.FindIndex(other => other.UserId == attendee.UserId) is >= 0 and var at ? this with { Viewers = Viewers.SetItem(at, attendee) }
        : this with { Viewers = Viewers.Add(attendee) };

    /// <summary>The right to the stream's room: its owner sends, who watches receives.</summary>
    /// <param name="held">What they may do in the channel.</param>
    public VoiceGrant Grant(Attendee attendee, VoiceRights held) => new()
    {
        Token = attendee.Token,
        ServerId = Id,
        RoomId = Id,
        UserId = attendee.UserId,
        SessionId = attendee.SessionId,
        Rights = (attendee.UserId == Key.UserId ? VoiceRights.Speak | VoiceRights.Video : VoiceRights.Hear) | (held & VoiceRights.HighQuality),
    };
}

/// <summary>Somebody at a stream.</summary>
/// <param name="SessionId">The gateway session, which is also the one in the voice channel.</param>
/// <param name="Token">Of their grant.</param>
internal sealed record Attendee(Snowflake UserId, string SessionId, string Token)
{
    public static Attendee New(Snowflake userId, string sessionId) => new(userId, sessionId, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
}
