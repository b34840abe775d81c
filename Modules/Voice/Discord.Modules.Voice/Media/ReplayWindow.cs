namespace Discord.Modules.Voice.Media;

/// <summary>
/// Which packets of one SSRC were taken already: a window of 128 behind the newest, by the sequence number and a count of its wraps (RFC 3711, 3.3.1).
/// </summary>
internal struct ReplayWindow
{
    private const int Width = 128;

    // What a timestamp may go back while the sequence goes on: B-frames. Further back it is a packet of an earlier round of the sequence numbers.
    private const int MaxStepBack = 960_000;

    private UInt128 _taken;
    private uint _timestamp;

    /// <summary>The newest index: sequence number and wraps. Packets expected are counted by it.</summary>
    public long Newest { get; private set; }

    /// <summary>Index of the first packet.</summary>
    public long First { get; private set; }

    public readonly bool HasBegun => _taken != 0;

    /// <summary>Runs for each packet, before it is decrypted: changes nothing.</summary>
    public readonly bool IsNew(ushort sequence, uint timestamp)
    {
        if (_taken == 0)
            return true;
        var ahead = IndexOf(sequence) - Newest;
        if (ahead > 0)
            return (int)(timestamp - _timestamp) >= -MaxStepBack;
        return -ahead < Width && (_taken >> (int)-ahead & 1) == 0;
    }

    /// <summary>Runs for each packet, after it proved to be authentic.</summary>
    public void Take(ushort sequence, uint timestamp)
    {
        if (_taken == 0)
        {
            // Above 0, for packets that were overtaken by the first.
            Newest = First = 0x10000 + sequence;
            (_taken, _timestamp) = (1, timestamp);
            return;
        }

        var index = IndexOf(sequence);
        var ahead = index - Newest;
        if (ahead > 0)
        {
            _taken = ahead < Width ? _taken << (int)ahead | 1 : 1;
            (Newest, _timestamp) = (index, timestamp);
            return;
        }

        _taken |= UInt128.One << (int)-ahead;
        First = Math.Min(First, index);
    }

    // The index nearest to the newest that ends with this sequence number.
    private readonly long IndexOf(ushort sequence) => Newest + (short)(sequence - (ushort)Newest);
}
