namespace Discord.Modules.Voice.Media;

/// <summary>Why a datagram was not passed on.</summary>
internal enum Drop
{
    /// <summary>No leg has this SSRC or address, or it is nothing that this port speaks.</summary>
    Unknown,

    /// <summary>Too short for what it says it is.</summary>
    Malformed,

    /// <summary>Waited too long in the kernel: the thread does not keep up.</summary>
    Late,

    /// <summary>The leg has no key yet.</summary>
    NoKey,

    /// <summary>Does not decrypt: another key, another mode, changed on the way; or its nonce was used before.</summary>
    Forged,

    /// <summary>Came before, or is older than what can be remembered.</summary>
    Replayed,

    /// <summary>More packets a second than a sender may send.</summary>
    Limited,

    /// <summary>The sender did not say that it speaks (op 5), or shows a picture (op 12).</summary>
    Unannounced,

    /// <summary>Muted, suppressed, without SPEAK; video without STREAM.</summary>
    NotAllowed,

    /// <summary>Others are louder, and the room is too large for all.</summary>
    NotActive,

    /// <summary>Silence, in a room where it would be multiplied.</summary>
    Silent,

    /// <summary>Another thread's ring was full.</summary>
    Crowded,
}

/// <summary>What one media thread did since its start. It alone writes; others may read at any time.</summary>
internal sealed class MediaCounters
{
    private readonly long[] _dropped = new long[Enum.GetValues<Drop>().Length];

    /// <summary>Datagrams that arrived.</summary>
    public long Received;

    /// <summary>Media packets that decrypted and were new.</summary>
    public long Accepted;

    /// <summary>Media packets sent, counted once for each recipient.</summary>
    public long Forwarded;

    /// <summary>Bytes of managed memory that the thread allocated; commands, not packets.</summary>
    public long Allocated;

    /// <summary>Ticks of 100 ns that the thread had a core for; 0 where the system does not tell. Told every second.</summary>
    public long Worked;

    public void Count(Drop reason) => _dropped[(int)reason]++;

    public long Dropped(Drop reason) => Volatile.Read(ref _dropped[(int)reason]);
}
