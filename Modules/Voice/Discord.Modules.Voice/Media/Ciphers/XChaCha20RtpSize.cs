using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Discord.Modules.Voice.Media;

/// <summary>aead_xchacha20_poly1305_rtpsize: the nonce is the packet's four bytes and twenty zeros.</summary>
internal sealed class XChaCha20RtpSize(ReadOnlySpan<byte> key) : RtpSizeCipher
{
    private const int BlockLength = 64;

    private readonly SecretKey _key = new(key);

    public override void Dispose() => _key.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    protected override bool Open(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        Span<byte> stream = stackalloc byte[ChaCha20.StripeLength];
        Span<byte> tag = stackalloc byte[TagLength];
        var (first, second) = ChaCha20.Derive(_key.First, _key.Second, Vector128.CreateScalar(nonce));
        ChaCha20.Stripe(first, second, 0, stream);
        Authenticate(stream, header, box[..^TagLength], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, box[^TagLength..]))
            return false;
        Mix(first, second, stream, box[..^TagLength], plain);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    protected override void Seal(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plain, Span<byte> box)
    {
        Span<byte> stream = stackalloc byte[ChaCha20.StripeLength];
        Span<byte> key = stackalloc byte[2 * Poly1305.TagLength];
        var (first, second) = ChaCha20.Derive(_key.First, _key.Second, Vector128.CreateScalar(nonce));
        ChaCha20.Stripe(first, second, 0, stream);
        // Longer messages write over the stream.
        stream[..key.Length].CopyTo(key);
        Mix(first, second, stream, plain, box);
        Authenticate(key, header, box[..^TagLength], box[^TagLength..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes, Span<byte> tag)
    {
        var poly = new Poly1305(key);
        poly.AddPadded(header);
        poly.AddPadded(sealedBytes);
        poly.AddLengths(header.Length, sealedBytes.Length);
        poly.Finish(tag);
    }

    // The first block was the authenticator's key; the message begins with the second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(Vector128<uint> first, Vector128<uint> second, Span<byte> stream, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var length = Math.Min(input.Length, stream.Length - BlockLength);
        Keystream.Mix(stream[BlockLength..], input[..length], output);
        for (var block = 4u; length < input.Length; block += 4)
        {
            ChaCha20.Stripe(first, second, block, stream);
            var next = Math.Min(input.Length - length, stream.Length);
            Keystream.Mix(stream, input.Slice(length, next), output[length..]);
            length += next;
        }
    }
}
