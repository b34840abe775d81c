using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>The one-time authenticator of RFC 8439, 2.5, in words of 64 bits.</summary>
internal ref struct Poly1305
{
    public const int TagLength = 16;

    private const int BlockLength = 16;

    private readonly ulong _r0;
    private readonly ulong _r1;
    private readonly ulong _s1;
    private readonly ulong _pad0;
    private readonly ulong _pad1;
    private ulong _h0;
    private ulong _h1;
    private ulong _h2;

    /// <param name="key">32 bytes, for this message alone.</param>
    public Poly1305(ReadOnlySpan<byte> key)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(key);
        _r0 = words[0] & 0x0FFFFFFC_0FFFFFFF;
        _r1 = words[1] & 0x0FFFFFFC_0FFFFFFC;
        _s1 = _r1 + (_r1 >> 2);
        (_pad0, _pad1) = (words[2], words[3]);
    }

    /// <summary>Adds bytes, filled up with zeros to a whole block: as the AEADs of RFC 8439 have it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddPadded(ReadOnlySpan<byte> bytes)
    {
        var whole = AddWhole(bytes);
        if (whole == bytes.Length)
            return;
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        bytes[whole..].CopyTo(block);
        Add(MemoryMarshal.Read<ulong>(block), MemoryMarshal.Read<ulong>(block[8..]), 1);
    }

    /// <summary>Adds the message's last bytes, whose end is marked: the authenticator itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddLast(ReadOnlySpan<byte> bytes)
    {
        var whole = AddWhole(bytes);
        if (whole == bytes.Length)
            return;
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        bytes[whole..].CopyTo(block);
        block[bytes.Length - whole] = 1;
        Add(MemoryMarshal.Read<ulong>(block), MemoryMarshal.Read<ulong>(block[8..]), 0);
    }

    public void AddLengths(int first, int second) => Add((ulong)first, (ulong)second, 1);

    public readonly void Finish(Span<byte> tag)
    {
        // h - p, if h is not below p = 2^130 - 5.
        var (g0, carry) = Sum(_h0, 5);
        (var g1, carry) = Sum(_h1, carry);
        var isAbove = 0 - ((_h2 + carry) >> 2);
        var h0 = (_h0 & ~isAbove) | (g0 & isAbove);
        var h1 = (_h1 & ~isAbove) | (g1 & isAbove);
        (h0, carry) = Sum(h0, _pad0);
        MemoryMarshal.Write(tag, h0);
        MemoryMarshal.Write(tag[8..], h1 + _pad1 + carry);
    }

    private int AddWhole(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var end = words.Length & ~1;
        for (var i = 0; i < end; i += 2)
            Add(words[i], words[i + 1], 1);
        return end * sizeof(ulong);
    }

    // h = (h + block) * r mod 2^130 - 5, left a little above that at times.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ulong low, ulong high, ulong end)
    {
        var (h0, carry) = Sum(_h0, low);
        (var h1, carry) = Sum(_h1, carry, high);
        var h2 = _h2 + carry + end;

        var d0High = Math.BigMul(h0, _r0, out var d0) + Math.BigMul(h1, _s1, out var more);
        (d0, carry) = Sum(d0, more);
        d0High += carry;
        var d1High = Math.BigMul(h0, _r1, out var d1) + Math.BigMul(h1, _r0, out more);
        (d1, carry) = Sum(d1, more);
        d1High += carry;
        (d1, carry) = Sum(d1, h2 * _s1);
        d1High += carry;

        (h1, carry) = Sum(d1, d0High);
        h2 = h2 * _r0 + d1High + carry;
        (h0, carry) = Sum(d0, (h2 >> 2) + (h2 & ~3UL));
        (_h0, _h1, _h2) = (h0, h1 + carry, h2 & 3);
        if (_h1 < carry)
            _h2++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Sum, ulong Carry) Sum(ulong left, ulong right)
    {
        var sum = left + right;
        return (sum, sum < left ? 1UL : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Sum, ulong Carry) Sum(ulong left, ulong carry, ulong right)
    {
        var sum = left + right;
        var whole = sum + carry;
        return (whole, (sum < left ? 1UL : 0) + (whole < carry ? 1UL : 0));
    }
}
