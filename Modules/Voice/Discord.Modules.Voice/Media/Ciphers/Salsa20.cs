using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static Discord.Modules.Voice.Media.Lanes;

namespace Discord.Modules.Voice.Media;

/// <summary>XSalsa20 (Bernstein, "Extending the Salsa20 nonce"), four blocks at once.</summary>
internal readonly struct Salsa20 : IStripes
{
    // "expand 32-byte k": the words 0, 5, 10 and 15.
    private static readonly Vector512<uint> s_constant = Spread(Vector128.Create(0x61707865u, 0x3320646E, 0x79622D32, 0x6B206574));

    private readonly Vector128<uint> _first;
    private readonly Vector128<uint> _second;
    private readonly Vector128<uint> _nonce;

    /// <param name="nonce">24 bytes: HSalsa20 makes a key of the first 16, for which the others are the nonce.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Salsa20(Vector128<uint> first, Vector128<uint> second, ReadOnlySpan<byte> nonce)
    {
        Arrange(first, second, MemoryMarshal.Read<Vector128<uint>>(nonce), out var b, out var c, out var d);
        var a = s_constant;
        Mix(ref a, ref b, ref c, ref d);
        _first = Vector128.Create(a[0], a[1], a[2], a[3]);
        _second = Vector128.Create(d[2], c[3], c[0], b[1]);
        _nonce = Vector128.Create(MemoryMarshal.Read<ulong>(nonce[16..]), 0).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Stripe(uint block, Span<byte> output)
    {
        Arrange(_first, _second, _nonce, out var b0, out var c0, out var d0);
        c0 += Vector512.Create(block, 0u, 0, 0, block + 1, 0, 0, 0, block + 2, 0, 0, 0, block + 3, 0, 0, 0);
        var (a, b, c, d) = (s_constant, b0, c0, d0);
        Mix(ref a, ref b, ref c, ref d);
        (a, b, c, d) = (a + s_constant, b + b0, c + c0, d + d0);
        Store(output, 0, Join(a, d, c, b));
        Store(output, 1, Join(b, a, d, c));
        Store(output, 2, Join(c, b, a, d));
        Store(output, 3, Join(d, c, b, a));
    }

    // The square's diagonals, so that a column is one word of each: words 4 9 14 3, 8 13 2 7, and 12 1 6 11.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Arrange(Vector128<uint> first, Vector128<uint> second, Vector128<uint> nonce, out Vector512<uint> b, out Vector512<uint> c, out Vector512<uint> d)
    {
        b = Spread(Vector128.Create(first[3], nonce[3], second[3], first[2]));
        c = Spread(Vector128.Create(nonce[2], second[2], first[1], nonce[1]));
        d = Spread(Vector128.Create(second[1], first[0], nonce[0], second[0]));
    }

    // Twenty rounds: over the columns, then, with the diagonals turned, over the rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d)
    {
        for (var i = 0; i < 20; i++)
        {
            b ^= Rotate(a + d, 7);
            c ^= Rotate(b + a, 9);
            d ^= Rotate(c + b, 13);
            a ^= Rotate(d + c, 18);
            (b, c, d) = (Turn1(d), Turn2(c), Turn3(b));
        }
    }

    // The first word of each block from the first, the second from the second, and so on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Join(Vector512<uint> first, Vector512<uint> second, Vector512<uint> third, Vector512<uint> fourth) =>
        Vector512.ConditionalSelect(
            Spread(Vector128.Create(uint.MaxValue, uint.MaxValue, 0, 0)),
            Vector512.ConditionalSelect(Spread(Vector128.Create(uint.MaxValue, 0, 0, 0)), first, second),
            Vector512.ConditionalSelect(Spread(Vector128.Create(0, 0, uint.MaxValue, 0)), third, fourth));
}
