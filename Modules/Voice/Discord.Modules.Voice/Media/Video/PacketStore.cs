namespace Discord.Modules.Voice.Media;

/// <summary>The last packets of a picture, in the clear: about a second of the best that may be sent. Nothing is allocated for a packet.</summary>
/// <remarks>An index is a sequence number and a count of its wraps.</remarks>
internal sealed class PacketStore
{
    public const int Capacity = 1024;

    // What an Ethernet frame carries. Longer packets are forwarded, but cannot be had again.
    private const int MaxLength = 1472;
    private const long None = -1;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity * MaxLength);
    private readonly ushort[] _lengths = new ushort[Capacity];

    public long Newest { get; private set; } = None;

    /// <summary>The index nearest to the newest that ends with this sequence number.</summary>
    public long IndexOf(ushort sequence) => Newest == None ? 0x10000 + sequence : Newest + (short)(sequence - (ushort)Newest);

    /// <summary>Runs for each packet.</summary>
    /// <returns>False: it is there already, or older than what is kept.</returns>
    public bool TryAdd(long index, ReadOnlySpan<byte> packet)
    {
        if (index <= Newest - Capacity || !Find(index).IsEmpty)
            return false;
        // What was skipped is not there.
        for (var skipped = Math.Max(Newest + 1, index - Capacity + 1); skipped < index; skipped++)
            _lengths[skipped % Capacity] = 0;
        Newest = Math.Max(Newest, index);
        var isKept = packet.Length <= MaxLength;
        _lengths[index % Capacity] = isKept ? (ushort)packet.Length : (ushort)0;
        if (isKept)
            packet.CopyTo(_bytes.AsSpan((int)(index % Capacity) * MaxLength));
        return true;
    }

    /// <returns>Empty: it is not there.</returns>
    public Span<byte> Find(long index) =>
        index > Newest || index <= Newest - Capacity || index < 0 ? default : _bytes.AsSpan((int)(index % Capacity) * MaxLength, _lengths[index % Capacity]);
}
