namespace Discord.Modules.Voice.Media;

/// <summary>
/// Which packets of one SSRC were taken already: by the sequence number and a count of its wraps (RFC 3711, 3.3.1), as far back as <see cref="IndexWindow.Wide"/>.
/// </summary>
internal struct ReplayWindow()
{
    // What a timestamp may go back while the sequence goes on: B-frames. Further back it is a packet of an earlier round of the sequence numbers.
    private const int MaxStepBack = 960_000;

    private IndexWindow _taken = new(IndexWindow.Wide);
    private uint _timestamp;
    private bool _hasBegun;

    /// <summary>The newest index: sequence number and wraps. Packets expected are counted by it.</summary>
    public readonly long Newest => (long)_taken.Highest;

    /// <summary>Index of the first packet.</summary>
    public long First { get; private set; }

    /// <summary>Another key: nothing that was taken counts any more.</summary>
    public void Clear()
    {
        _taken.Clear();
        _hasBegun = false;
    }

    /// <summary>Runs for each packet, before it is decrypted: changes nothing.</summary>
    /// <param name="timestamp">By which earlier rounds are told; null: they do not decrypt. After hours of silence it tells nothing.</param>
    public readonly bool IsNew(ushort sequence, uint? timestamp)
    {
        if (!_hasBegun)
            return true;
        var index = IndexOf(sequence);
        return _taken.IsNew((ulong)index) && (index < Newest || timestamp is not { } said || (int)(said - _timestamp) >= -MaxStepBack);
    }

    /// <summary>Runs for each packet, after it proved to be authentic.</summary>
    public void Take(ushort sequence, uint timestamp)
    {
        // Above 0, for packets that were overtaken by the first.
        var index = _hasBegun ? IndexOf(sequence) : 0x10000 + sequence;
        First = _hasBegun ? Math.Min(First, index) : index;
        if (index > Newest)
            _timestamp = timestamp;
        _taken.Note((ulong)index);
        _hasBegun = true;
    }

    // The index nearest to the newest that ends with this sequence number.
    private readonly long IndexOf(ushort sequence) => Newest + (short)(sequence - (ushort)Newest);
}

/// <summary>The last numbers up to the highest, and which of them came.</summary>
/// <param name="width">A multiple of 64.</param>
internal struct IndexWindow(int width)
{
    /// <summary>
    /// For media: a second of 1080p60 at 10 Mbit/s. What was lost of a picture is sent again under its number where no SSRC for retransmissions was agreed on,
    /// and comes as much later as the way there and back takes.
    /// </summary>
    public const int Wide = 1024;

    /// <summary>What RFC 3711 asks for.</summary>
    public const int Narrow = 64;

    // A bit for each, at its remainder.
    private readonly ulong[] _came = new ulong[width / 64];

    public ulong Highest { get; private set; }

    private readonly ulong Width => (ulong)_came.Length * 64;

    public readonly bool IsNew(ulong index) => index > Highest || (Highest - index < Width && (Word(index) & Bit(index)) == 0);

    public void Note(ulong index)
    {
        if (index > Highest)
        {
            // What was skipped did not come.
            if (index - Highest >= Width)
                Array.Clear(_came);
            else
                Forget(index);
            Highest = index;
        }

        Word(index) |= Bit(index);
    }

    public void Clear()
    {
        Array.Clear(_came);
        Highest = 0;
    }

    private readonly void Forget(ulong before)
    {
        for (var skipped = Highest + 1; skipped < before; skipped++)
            Word(skipped) &= ~Bit(skipped);
    }

    private readonly ref ulong Word(ulong index) => ref _came[index / 64 % (ulong)_came.Length];

    private static ulong Bit(ulong index) => 1UL << (int)(index % 64);
}
