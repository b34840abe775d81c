using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.States;

/// <summary>Somebody's place in voice, with the grant that belongs to it. Immutable: a change makes a new one.</summary>
internal sealed record Seat
{
    /// <summary>Null in a call.</summary>
    public required Snowflake? GuildId { get; init; }

    public required Snowflake ChannelId { get; init; }

    public required Snowflake UserId { get; init; }

    public required string SessionId { get; init; }

    /// <summary>With the user object; null in a call.</summary>
    public Member? Member { get; init; }

    public bool IsBot { get; init; }

    /// <summary>In the call of a direct message: of two, and no more.</summary>
    public bool IsDirect { get; init; }

    /// <summary>May send 1080p60.</summary>
    public bool IsPremium { get; init; }

    public bool SelfMute { get; init; }

    public bool SelfDeaf { get; init; }

    public bool SelfVideo { get; init; }

    public bool SelfStream { get; init; }

    public bool Suppress { get; init; }

    public Timestamp? RequestToSpeak { get; init; }

    /// <summary>When the holder did something last. Shared by all that this seat becomes.</summary>
    public Activity Activity { get; init; } = new();

    /// <summary>What the holder may do there, as the voice server was told.</summary>
    public VoiceRights Rights { get; init; }

    /// <summary>The key of the grant. Empty until there is one.</summary>
    public string Token { get; init; } = "";

    /// <summary>The rtc_region of the channel, or where the call is; null: any.</summary>
    public string? Region { get; init; }

    /// <summary>Null while no voice server takes anybody.</summary>
    public IVoiceServer? Server { get; init; }

    /// <summary>The guild, or the channel of a call: what IDENTIFY names.</summary>
    public Snowflake ServerId => GuildId ?? ChannelId;

    /// <summary>The same with the server in a region: where that is another than before, it takes another grant.</summary>
    public Seat In(string? region) => region == Region ? this : this with { Region = region, Token = "" };

    /// <summary>As VOICE_STATE_UPDATE shows it.</summary>
    public VoiceState State => new()
    {
        GuildId = GuildId,
        ChannelId = ChannelId,
        UserId = UserId,
        Member = Member,
        SessionId = SessionId,
        Deaf = Member?.Deaf == true,
        Mute = Member?.Mute == true,
        SelfDeaf = SelfDeaf,
        SelfMute = SelfMute,
        SelfStream = SelfStream,
        SelfVideo = SelfVideo,
        Suppress = Suppress,
        RequestToSpeakTimestamp = RequestToSpeak,
    };

    /// <summary>The same when its holder has left.</summary>
    public VoiceState Gone => State with { ChannelId = null, SelfStream = false, SelfVideo = false, Suppress = false, RequestToSpeakTimestamp = null };
}

/// <summary>A time that any thread may move on.</summary>
internal sealed class Activity
{
    private long _at;

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _at));

    public void Note(DateTimeOffset now) => Volatile.Write(ref _at, now.ToUnixTimeMilliseconds());
}

/// <summary>What decides who may sit where, and how.</summary>
internal static class SeatRules
{
    /// <summary>People in a channel, whatever its user_limit is and whoever brings them.</summary>
    public const int MaxPeople = 5000;

    /// <param name="held">What the person holds in the channel.</param>
    /// <param name="present">Those who are there already.</param>
    public static bool MayJoin(Channel channel, Permissions held, int present) => held.Has(Permissions.ViewChannel | Permissions.Connect) && HasRoom(channel, held, present);

    /// <summary>Whether one more fits in.</summary>
    /// <param name="held">What those who bring them hold in the channel: they themselves, or a moderator.</param>
    /// <remarks>Source: Discord docs, Topics, Permissions: MOVE_MEMBERS lets into full channels.</remarks>
    public static bool HasRoom(Channel channel, Permissions held, int present) =>
        present < MaxPeople && (held.Has(Permissions.MoveMembers) || channel.UserLimit is not > 0 || present < channel.UserLimit);

    /// <summary>Who comes to a stage sits in the audience, who comes to the AFK channel is silent, and elsewhere SPEAK decides.</summary>
    public static bool IsSuppressedAtFirst(Channel channel, Permissions held, Snowflake? afkChannelId) =>
        channel.Type == ChannelType.GuildStageVoice || IsSuppressed(channel, held, afkChannelId, false);

    /// <summary>The same for somebody who sits there: a speaker on a stage stays one, but for those who may not even come there any more, or are timed out.</summary>
    public static bool IsSuppressed(Channel channel, Permissions held, Snowflake? afkChannelId, bool before) =>
        channel.Type == ChannelType.GuildStageVoice ? before || !held.Has(Permissions.Connect) : channel.Id == afkChannelId || !held.Has(Permissions.Speak);

    /// <summary>What follows for the packets.</summary>
    /// <param name="held">What the person holds in the channel; everything in a call.</param>
    public static VoiceRights Rights(Seat seat, Permissions held)
    {
        var rights = seat.SelfDeaf || seat.Member?.Deaf == true ? VoiceRights.None : VoiceRights.Hear;
        if (!seat.SelfMute && !seat.Suppress && seat.Member?.Mute != true)
            rights |= VoiceRights.Speak;
        if (held.Has(Permissions.PrioritySpeaker))
            rights |= VoiceRights.Priority;
        if (held.Has(Permissions.Stream) && !seat.Suppress)
            rights |= VoiceRights.Video;
        return seat.IsPremium ? rights | VoiceRights.HighQuality : rights;
    }
}
