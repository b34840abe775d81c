using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>The ciphers of the media port, against published vectors.</summary>
public sealed class MediaCipherTests
{
    // RFC 8439, 2.5.2.
    [Fact]
    public void Poly1305_agrees_with_the_standard()
    {
        var poly = new Poly1305(Convert.FromHexString("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"));
        poly.AddLast("Cryptographic Forum Research Group"u8);
        var tag = new byte[Poly1305.TagLength];
        poly.Finish(tag);
        Assert.Equal("a8061dc1305136c6c22b8baf0c0127a9", Convert.ToHexStringLower(tag));
    }

    // draft-irtf-cfrg-xchacha-03, 2.2.1.
    [Fact]
    public void HChaCha20_agrees_with_the_draft()
    {
        var key = Rows("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        var (first, second) = ChaCha20.Derive(key[0], key[1], Rows("000000090000004a0000000031415927")[0]);
        var derived = Rows("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
        Assert.Equal((derived[0], derived[1]), (first, second));
    }

    // RFC 8439, A.1, vectors 1 and 2: a key and a nonce of zeros.
    [Fact]
    public void ChaCha20_agrees_with_the_standard()
    {
        var stream = new byte[ChaCha20.StripeLength];
        ChaCha20.Stripe(default, default, 0, stream);
        Assert.Equal("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586", Convert.ToHexStringLower(stream.AsSpan(0, 64)));
        Assert.Equal("9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f", Convert.ToHexStringLower(stream.AsSpan(64, 64)));
    }

    private static System.Runtime.Intrinsics.Vector128<uint>[] Rows(string hex) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, System.Runtime.Intrinsics.Vector128<uint>>(Convert.FromHexString(hex)).ToArray();
}
