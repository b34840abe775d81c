namespace Discord.Modules.Voice.Media;

/// <summary>A bounded queue of many writers and one reader, without a lock: a place is claimed, filled, and published; then read and released.</summary>
/// <param name="capacity">A power of two.</param>
internal sealed class Ring<T>(int capacity)
{
    // A place's turn: n, it may be written the n-th; n + 1, it may be read.
    private readonly Place[] _places = [.. Enumerable.Range(0, capacity).Select(turn => new Place { Turn = turn })];
    private long _claimed;
    private long _read;

    /// <summary>For the reader.</summary>
    public bool IsEmpty => Volatile.Read(ref _places[IndexOf(_read)].Turn) != _read + 1;

    public ref T this[long place] => ref _places[IndexOf(place)].Value;

    public int IndexOf(long place) => (int)(place & (_places.Length - 1));

    /// <returns>False: the ring is full.</returns>
    public bool TryClaim(out long place)
    {
        while (true)
        {
            place = Volatile.Read(ref _claimed);
            var turn = Volatile.Read(ref _places[IndexOf(place)].Turn);
            if (turn < place)
                return false;
            if (turn == place && Interlocked.CompareExchange(ref _claimed, place + 1, place) == place)
                return true;
        }
    }

    public void Publish(long place) => Volatile.Write(ref _places[IndexOf(place)].Turn, place + 1);

    /// <summary>For the reader. What is read stays as it is until it is released.</summary>
    public bool TryRead(out long place)
    {
        place = _read;
        return !IsEmpty;
    }

    public void Release()
    {
        ref var place = ref _places[IndexOf(_read)];
        place.Value = default!;
        Volatile.Write(ref place.Turn, _read++ + _places.Length);
    }

    private struct Place
    {
        public long Turn;
        public T Value;
    }
}

/// <summary>What is said of a packet that goes from one thread to another.</summary>
/// <param name="Room">Null: as it came from the network, to be decrypted.</param>
internal readonly record struct PacketNote(Leg Sender, Room? Room, MediaKind Kind, byte Type, int Loudness, int SilentRun, long Arrived);

/// <summary>Packets for a media thread that did not come from its port. What does not fit is dropped: a queue of voice must be short.</summary>
internal sealed class PacketRing
{
    private const int Capacity = 1024;

    private readonly Ring<(PacketNote Note, int Length)> _ring = new(Capacity);

    // Pages that are never used cost nothing. The collector's memory: other threads may still write when this one's has ended.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity * DatagramPort.MaxDatagram);

    public bool IsEmpty => _ring.IsEmpty;

    /// <summary>Any thread.</summary>
    public bool TryAdd(in PacketNote note, ReadOnlySpan<byte> packet)
    {
        if (!_ring.TryClaim(out var place))
            return false;
        packet.CopyTo(At(place));
        _ring[place] = (note, packet.Length);
        _ring.Publish(place);
        return true;
    }

    /// <summary>For the reader. The packet lies in <paramref name="packet"/> from its beginning.</summary>
    public bool TryTake(out PacketNote note, Span<byte> packet, out int length)
    {
        (note, length) = (default, 0);
        if (!_ring.TryRead(out var place))
            return false;
        (note, length) = _ring[place];
        At(place)[..length].CopyTo(packet);
        _ring.Release();
        return true;
    }

    private Span<byte> At(long place) => _bytes.AsSpan(_ring.IndexOf(place) * DatagramPort.MaxDatagram, DatagramPort.MaxDatagram);
}
