using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// The numbers under which this server encrypts. A client encrypts with the same key, so no number may be one that it takes: clients count up from
/// their first packet, most with the highest byte first, some with the lowest. The server counts in the upper half, and leaves out numbers that end
/// with a zero byte, as those do that began with their lowest byte.
/// </summary>
internal struct ServerNonce()
{
    private const uint Last = uint.MaxValue;

    // Two hours before the end for the busiest leg there is; a client needs a second to take a new key.
    private const uint Worn = Last - (1 << 24);

    private uint _value = 0x8000_0000;

    public readonly bool IsWorn => _value >= Worn;

    /// <param name="nonce">As it stands in a packet: highest byte first.</param>
    /// <returns>False: all were used. Nothing can be sent with this key any more.</returns>
    public bool TryTake(out uint nonce)
    {
        nonce = 0;
        if (_value == Last)
            return false;
        if ((byte)++_value == 0)
            _value++;
        nonce = BinaryPrimitives.ReverseEndianness(_value);
        return true;
    }
}

/// <summary>The nonces of a client's last packets. In whatever order it counts, none of them may come twice: two messages under one nonce give both away.</summary>
internal struct UsedNonces
{
    private const int Count = 128;

    private Values _values;
    private int _next;
    private bool _isFull;

    /// <summary>Runs for each packet that proved to be authentic.</summary>
    /// <returns>False: it is one of the last.</returns>
    public bool TryAdd(uint nonce)
    {
        Span<uint> values = _values;
        if (values[..(_isFull ? Count : _next)].Contains(nonce))
            return false;
        values[_next++] = nonce;
        if (_next == Count)
            (_next, _isFull) = (0, true);
        return true;
    }

    [InlineArray(Count)]
    private struct Values
    {
        private uint _first;
    }
}
