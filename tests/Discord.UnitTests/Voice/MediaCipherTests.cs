using System.Buffers.Binary;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>The ciphers of the media port, against published vectors and against what libsodium 1.0.18 makes of the same packets.</summary>
public sealed class MediaCipherTests
{
    private const string Aes = "aead_aes256_gcm_rtpsize";
    private const string Suffix = "xsalsa20_poly1305_suffix";
    private const string Lite = "xsalsa20_poly1305_lite";
    private const int LongestPayload = 1300;
    private const uint Ssrc = 0x1122_3344;

    private static readonly byte[] s_key = [.. Enumerable.Range(0, EncryptionModes.KeyLength).Select(i => (byte)i)];

    public static TheoryData<string> Modes => [.. EncryptionModes.All];

    // SHA-256 over the packets of 0 to 1300 bytes, one after the other.
    [Theory]
    [InlineData(Aes, "2b8f4358cdf3beea39ef9eaacddbbe7537e294afd683a94bb07236fa582fd708")]
    [InlineData("aead_xchacha20_poly1305_rtpsize", "c2f71acf287a374041c6d1c2abb5405b23abd52a3bef94935ed4b229f5569e1b")]
    [InlineData("xsalsa20_poly1305", "33d961d0fe1116a889b99f8ddade31c61119724d9711fdb98af1dde8d4a48b09")]
    [InlineData(Lite, "aeb7e19cb5293b5aa1e0faaad491c85c3645b8df81a4b3da1f9f53604a277c80")]
    public void Every_length_is_sealed_as_libsodium_seals_it(string mode, string expected)
    {
        using var cipher = EncryptionModes.Create(mode, s_key)!;
        Assert.Equal(expected, HashOfPackets(cipher));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_slower_AES_of_other_systems_makes_the_same_packets(bool hasLibcrypto)
    {
        using var fast = EncryptionModes.Create(Aes, s_key)!;
        using RtpCipher slow = hasLibcrypto ? new EvpAesGcmRtpSize(s_key) : new PlainAesGcmRtpSize(s_key);
        Assert.Equal(HashOfPackets(fast), HashOfPackets(slow));
        var packet = Protect(fast, Plain(160));
        Assert.True(TryOpen(slow, packet, out var opened));
        Assert.Equal(Plain(160), opened);
        for (var bit = 0; bit < 8 * packet.Length; bit++)
        {
            var forged = packet.ToArray();
            forged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(TryOpen(slow, forged, out _), $"Bit {bit}.");
        }

        Assert.False(TryOpen(slow, [.. packet, 0], out _));
    }

    [Fact]
    public void A_packet_with_all_of_the_nonce_opens_as_libsodium_sealed_it()
    {
        using var cipher = EncryptionModes.Create(Suffix, s_key)!;
        var packet = Convert.FromHexString(
            "80780001000003c011223344279c71e5ea32aa9cc5161efd664a30b561fdd66ea20a8ecc04445f2283c556b531fabccb5da72848593f3bf42b0f8326a08c6bd04621414b9025035321a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7");
        Assert.True(TryOpen(cipher, packet, out var plain));
        Assert.Equal("What libsodium sealed, with all of the nonce."u8, plain.AsSpan(Rtp.HeaderLength));
    }

    [Theory, MemberData(nameof(Modes))]
    public void What_was_sealed_opens_again(string mode)
    {
        using var client = EncryptionModes.Create(mode, s_key)!;
        using var server = EncryptionModes.Create(mode, s_key)!;
        for (var length = 0; length <= LongestPayload; length++)
        {
            Assert.True(TryOpen(server, Protect(client, Plain(length)), out var opened));
            Assert.Equal(Plain(length), opened);
        }
    }

    [Theory, MemberData(nameof(Modes))]
    public void Sources_are_taken_out_and_the_extension_stays(string mode)
    {
        using var client = EncryptionModes.Create(mode, s_key)!;
        using var server = EncryptionModes.Create(mode, s_key)!;
        var fixedHeader = Plain(0);
        byte[] extension = [0xBE, 0xDE, 0, 1, 0x10, 42, 0, 0];
        byte[] sent = [0x92, .. fixedHeader[1..], 1, 2, 3, 4, 5, 6, 7, 8, .. extension, 9, 9, 9];
        byte[] expected = [0x90, .. fixedHeader[1..], .. extension, 9, 9, 9];
        Assert.True(TryOpen(server, Protect(client, sent), out var opened));
        Assert.Equal(expected, opened);
    }

    [Theory, MemberData(nameof(Modes))]
    public void A_packet_that_says_more_sources_than_it_has_is_refused(string mode)
    {
        using var client = EncryptionModes.Create("xsalsa20_poly1305", s_key)!;
        using var server = EncryptionModes.Create(mode, s_key)!;
        byte[] sent = [0x8F, .. Plain(20)[1..]];
        Assert.False(TryOpen(server, Protect(client, sent), out _));
    }

    [Theory, MemberData(nameof(Modes))]
    public void A_changed_packet_does_not_open(string mode)
    {
        using var client = EncryptionModes.Create(mode, s_key)!;
        using var server = EncryptionModes.Create(mode, s_key)!;
        var packet = Protect(client, Plain(40));
        for (var bit = server.BindsHeader ? 0 : 8 * Rtp.HeaderLength; bit < 8 * packet.Length; bit++)
        {
            var forged = packet.ToArray();
            forged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(TryOpen(server, forged, out _), $"Bit {bit}.");
        }

        for (var length = Rtp.HeaderLength; length < packet.Length; length++)
            Assert.False(TryOpen(server, packet.AsSpan(0, length), out _), $"{length} bytes.");
        Assert.True(TryOpen(server, packet, out _));
    }

    [Fact]
    public void No_mode_opens_what_another_sealed()
    {
        foreach (var mode in EncryptionModes.All)
        {
            using var client = EncryptionModes.Create(mode, s_key)!;
            var packet = Protect(client, Plain(160));
            foreach (var other in EncryptionModes.All.Where(other => other != mode))
            {
                using var server = EncryptionModes.Create(other, s_key)!;
                Assert.False(TryOpen(server, packet, out _), $"{other} opened {mode}.");
            }
        }
    }

    [Theory, MemberData(nameof(Modes))]
    public void Reports_travel_with_their_own_header_in_the_clear(string mode)
    {
        using var client = EncryptionModes.Create(mode, s_key)!;
        using var server = EncryptionModes.Create(mode, s_key)!;
        byte[] report = [0x81, 201, 0, 7, 0x11, 0x22, 0x33, 0x44, .. Enumerable.Range(0, 24).Select(i => (byte)i)];
        var packet = Protect(client, report);
        if (mode == "xsalsa20_poly1305")
        {
            // Its nonce would be the header, which is the same in each.
            Assert.Empty(packet);
            return;
        }

        Assert.Equal(report[..8], packet[..8]);
        Assert.True(TryOpen(server, packet, out var opened));
        Assert.Equal(report, opened);
    }

    // Clients count up from small numbers, with the highest or with the lowest byte first.
    [Fact]
    public void The_server_takes_no_nonce_twice_and_none_of_a_client()
    {
        var nonce = new ServerNonce();
        var seen = new HashSet<uint>();
        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(nonce.TryTake(out var taken));
            Assert.True(seen.Add(taken));
            Assert.True(BinaryPrimitives.ReverseEndianness(taken) > int.MaxValue);
            Assert.True(taken > 0x00FF_FFFF, "A client that counts with the lowest byte first comes to it after 16 million packets at the earliest.");
        }

        Assert.False(nonce.IsWorn);
    }

    [Fact]
    public void Keys_of_another_length_and_unknown_modes_are_refused()
    {
        Assert.Null(EncryptionModes.Create("plain", s_key));
        foreach (var mode in EncryptionModes.All)
            Assert.ThrowsAny<Exception>(() => EncryptionModes.Create(mode, s_key.AsSpan(1)));
    }

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
        var stream = new byte[Keystream.StripeLength];
        new ChaCha20(default, default).Stripe(0, stream);
        Assert.Equal("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586", Convert.ToHexStringLower(stream.AsSpan(0, 64)));
        Assert.Equal("9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f", Convert.ToHexStringLower(stream.AsSpan(64, 64)));
    }

    private static System.Runtime.Intrinsics.Vector128<uint>[] Rows(string hex) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, System.Runtime.Intrinsics.Vector128<uint>>(Convert.FromHexString(hex)).ToArray();

    private static string HashOfPackets(RtpCipher cipher)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var length = 0; length <= LongestPayload; length++)
            hash.AppendData(Protect(cipher, Plain(length)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Plain(int length)
    {
        var plain = new byte[Rtp.HeaderLength + length];
        (plain[0], plain[1]) = (0x80, Rtp.Opus);
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), (ushort)length);
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(4), (uint)length * 960);
        Rtp.WriteSsrc(plain, Ssrc);
        for (var i = 0; i < length; i++)
            plain[Rtp.HeaderLength + i] = (byte)(i * 7 + length);
        return plain;
    }

    private static byte[] Protect(RtpCipher cipher, ReadOnlySpan<byte> plain)
    {
        var packet = new byte[plain.Length + RtpCipher.MaxOverhead];
        return packet[..cipher.Protect(plain, packet)];
    }

    private static bool TryOpen(RtpCipher cipher, ReadOnlySpan<byte> packet, out byte[] plain)
    {
        plain = new byte[packet.Length];
        var opened = cipher.TryUnprotect(packet, plain, out var length);
        plain = plain[..length];
        return opened;
    }
}
