using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Discord.Modules.Voice.Media;

/// <summary>ChaCha20 (RFC 8439) and HChaCha20, four blocks at once: one for the authenticator's key and three that carry a packet of voice.</summary>
internal static class ChaCha20
{
    /// <summary>Bytes of keystream that are made at once.</summary>
    public const int StripeLength = 256;

    // "expand 32-byte k"
    private static readonly Vector128<uint> s_constant = Vector128.Create(0x61707865u, 0x3320646E, 0x79622D32, 0x6B206574);

    /// <summary>The key for what the first 16 bytes of a long nonce say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Vector128<uint> First, Vector128<uint> Second) Derive(Vector128<uint> first, Vector128<uint> second, Vector128<uint> nonce)
    {
        var (a, b, c, d) = (s_constant, first, second, nonce);
        for (var i = 0; i < 10; i++)
        {
            a += b; d = Rotate(d ^ a, 16); c += d; b = Rotate(b ^ c, 12);
            a += b; d = Rotate(d ^ a, 8); c += d; b = Rotate(b ^ c, 7);
            (b, c, d) = (Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0)), Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1)), Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2)));
            a += b; d = Rotate(d ^ a, 16); c += d; b = Rotate(b ^ c, 12);
            a += b; d = Rotate(d ^ a, 8); c += d; b = Rotate(b ^ c, 7);
            (b, c, d) = (Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2)), Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1)), Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0)));
        }

        return (a, d);
    }

    /// <summary>Four blocks of keystream, from a block on. The nonce is zero: <see cref="Derive"/> took it in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Stripe(Vector128<uint> first, Vector128<uint> second, uint block, Span<byte> output)
    {
        // Each lane of 128 bits is a row of one block.
        var (a0, b0, c0) = (Spread(s_constant), Spread(first), Spread(second));
        var d0 = Vector512.Create(block, 0u, 0, 0, block + 1, 0, 0, 0, block + 2, 0, 0, 0, block + 3, 0, 0, 0);
        var (a, b, c, d) = (a0, b0, c0, d0);
        for (var i = 0; i < 10; i++)
        {
            a += b; d = Rotate(d ^ a, 16); c += d; b = Rotate(b ^ c, 12);
            a += b; d = Rotate(d ^ a, 8); c += d; b = Rotate(b ^ c, 7);
            (b, c, d) = (Turn1(b), Turn2(c), Turn3(d));
            a += b; d = Rotate(d ^ a, 16); c += d; b = Rotate(b ^ c, 12);
            a += b; d = Rotate(d ^ a, 8); c += d; b = Rotate(b ^ c, 7);
            (b, c, d) = (Turn3(b), Turn2(c), Turn1(d));
        }

        (a, b, c, d) = (a + a0, b + b0, c + c0, d + d0);
        var rows = MemoryMarshal.Cast<byte, Vector128<uint>>(output[..StripeLength]);
        Store(rows, 0, a);
        Store(rows, 1, b);
        Store(rows, 2, c);
        Store(rows, 3, d);
    }

    private static void Store(Span<Vector128<uint>> rows, int row, Vector512<uint> lanes)
    {
        rows[row] = lanes.GetLower().GetLower();
        rows[row + 4] = lanes.GetLower().GetUpper();
        rows[row + 8] = lanes.GetUpper().GetLower();
        rows[row + 12] = lanes.GetUpper().GetUpper();
    }

    private static Vector512<uint> Spread(Vector128<uint> row)
    {
        var two = Vector256.Create(row, row);
        return Vector512.Create(two, two);
    }

    // The words of each lane, turned by one, two, three.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Turn1(Vector512<uint> lanes) =>
        Avx512F.IsSupported ? Avx512F.Shuffle(lanes, 0b00_11_10_01) : Vector512.Shuffle(lanes, Vector512.Create(1u, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Turn2(Vector512<uint> lanes) =>
        Avx512F.IsSupported ? Avx512F.Shuffle(lanes, 0b01_00_11_10) : Vector512.Shuffle(lanes, Vector512.Create(2u, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Turn3(Vector512<uint> lanes) =>
        Avx512F.IsSupported ? Avx512F.Shuffle(lanes, 0b10_01_00_11) : Vector512.Shuffle(lanes, Vector512.Create(3u, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rotate(Vector512<uint> words, [ConstantExpected] byte by) => Avx512F.IsSupported ? Avx512F.RotateLeft(words, by) : (words << by) | (words >>> (32 - by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> words, [ConstantExpected] byte by) => Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(words, by) : (words << by) | (words >>> (32 - by));
}
