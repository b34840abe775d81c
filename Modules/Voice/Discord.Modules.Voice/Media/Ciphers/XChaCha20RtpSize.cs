using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Discord.Modules.Voice.Media;

/// <summary>aead_xchacha20_poly1305_rtpsize: the nonce is the packet's four bytes and twenty zeros.</summary>
internal sealed class XChaCha20RtpSize(ReadOnlySpan<byte> key) : RtpSizeCipher
{
    // The first block is the authenticator's key; the message begins with the second.
    private const int BlockLength = 64;

    private readonly SecretKey _key = new(key);

    public override void Dispose() => _key.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    protected override bool Open(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        Span<byte> stream = stackalloc byte[Keystream.StripeLength];
        Span<byte> tag = stackalloc byte[TagLength];
        var cipher = Begin(nonce);
        cipher.Stripe(0, stream);
        Authenticate(stream, header, box[..^TagLength], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, box[^TagLength..]))
            return false;
        Keystream.Mix(cipher, stream, BlockLength, box[..^TagLength], plain);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    protected override void Seal(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plain, Span<byte> box)
    {
        Span<byte> stream = stackalloc byte[Keystream.StripeLength];
        Span<byte> key = stackalloc byte[2 * Poly1305.TagLength];
        var cipher = Begin(nonce);
        cipher.Stripe(0, stream);
        // Longer messages write over the stream.
        stream[..key.Length].CopyTo(key);
        Keystream.Mix(cipher, stream, BlockLength, plain, box);
        Authenticate(key, header, box[..^TagLength], box[^TagLength..]);
    }

    private ChaCha20 Begin(uint nonce)
    {
        var (first, second) = ChaCha20.Derive(_key.First, _key.Second, Vector128.CreateScalar(nonce));
        return new ChaCha20(first, second);
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
}
