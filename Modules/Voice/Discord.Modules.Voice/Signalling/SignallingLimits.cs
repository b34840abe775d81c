namespace Discord.Modules.Voice.Signalling;

/// <summary>How long the voice gateway waits, and how much it takes.</summary>
internal sealed record SignallingLimits
{
    /// <summary>What Discord's own voice gateway says.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(13_750);

    /// <summary>Without a heartbeat for so long a socket is closed: clients give up after three answers that did not come.</summary>
    public TimeSpan MaxSilence => 3 * HeartbeatInterval;

    public TimeSpan IdentifyWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session waits for its client's next socket, with its path through the SFU open.</summary>
    public TimeSpan ResumeWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For a client that was told of another server, or sent a closing frame, to close by itself.</summary>
    public TimeSpan CloseWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often somebody who goes on speaking is reported.</summary>
    public TimeSpan SpokeEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sockets of one address that have not identified yet. Behind a proxy everybody has one address.</summary>
    public int MaxUnidentifiedPerAddress { get; init; } = 1000;

    /// <summary>Messages that wait for a client which does not read; with more it is cut off, and can resume.</summary>
    public int MaxBacklog { get; init; } = 1024;

    /// <summary>Messages kept for a resume that the client has not acknowledged.</summary>
    public int MaxRing { get; init; } = 1024;

    /// <summary>Bytes of the longest message of a client: a browser's offer with its codecs.</summary>
    public const int MaxMessage = 32 * 1024;

    /// <summary>In <see cref="RateWindow"/>, as on the main gateway.</summary>
    public const int MaxMessages = 120;

    public static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);
}
