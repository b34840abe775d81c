using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Discord.Modules.Voice.Media.Lanes;

namespace Discord.Modules.Voice.Media;

/// <summary>ChaCha20 (RFC 8439) and HChaCha20, four blocks at once: one for the authenticator's key and three that carry a packet of voice.</summary>
/// <param name="first">The key's first half: what <see cref="Derive"/> gave.</param>
internal readonly struct ChaCha20(Vector128<uint> first, Vector128<uint> second) : IStripes
{
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
    public void Stripe(uint block, Span<byte> output)
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
        Store(output, 0, a);
        Store(output, 1, b);
        Store(output, 2, c);
        Store(output, 3, d);
    }
}
