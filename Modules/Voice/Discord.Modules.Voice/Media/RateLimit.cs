using Discord.Modules.Voice.Servers;

namespace Discord.Modules.Voice.Media;

/// <summary>A token bucket that holds one second's worth.</summary>
/// <param name="perSecond">Packets (or bytes) a second; also what may come at once.</param>
internal struct RateLimit(int perSecond)
{
    private readonly long _each = TimeSpan.TicksPerSecond / perSecond;

    // When the bucket is full again; it is empty when that is a second away.
    private long _full;

    public bool TryTake(long now, int count = 1)
    {
        // A clock that was set back by more than the bucket holds begins anew.
        if (_full < now || _full > now + 2 * TimeSpan.TicksPerSecond)
            _full = now;
        if (_full + count * _each > now + TimeSpan.TicksPerSecond)
            return false;
        _full += count * _each;
        return true;
    }
}

/// <summary>What one sender may send in a second, and how long it may wait.</summary>
internal sealed record MediaLimits
{
    /// <summary>Opus frames are 20 ms: 50, and as many again for those of 10 ms.</summary>
    public int AudioPackets { get; init; } = 100;

    /// <summary>What waited longer than this is not worth hearing any more.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>1080p60 at 10 Mbit/s is about 1,100 packets of 1,100 bytes; a keyframe comes at once.</summary>
    public int VideoPackets { get; init; } = 4_000;
}

/// <summary>How much of a picture somebody may send.</summary>
/// <param name="Bits">A second, retransmissions included.</param>
internal sealed record PictureLimits(int Width, int Height, int Framerate, int Bits)
{
    private static readonly PictureLimits s_everybody = new(1280, 720, 30, 4_000_000);
    private static readonly PictureLimits s_high = new(1920, 1080, 60, 10_000_000);

    public static PictureLimits Of(VoiceRights rights) => (rights & VoiceRights.HighQuality) != 0 ? s_high : s_everybody;
}
