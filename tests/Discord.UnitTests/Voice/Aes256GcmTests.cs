using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>AES-256-GCM in the processor's instructions, against NIST's vectors and against .NET's own.</summary>
public sealed class Aes256GcmTests
{
    private const int NonceLength = 12;
    private const int LongestText = 1300;
    private const int LongestClear = 40;

    // The vectors of the GCM specification for keys of 256 bits and nonces of 96: test cases 13 to 16.
    private const string Key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    private const string Nonce = "cafebabefacedbaddecaf888";
    private const string Text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
    private const string Sealed = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
    private const int ShorterText = 120; // digits: 60 bytes
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(Aes256Gcm.KeyLength);

    public static TheoryData<string, string, string, string, string> Vectors => new()
    {
        { Zeros, Zeros[..24], "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
        { Zeros, Zeros[..24], "", Zeros[..32], "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
        { Key, Nonce, "", Text, Sealed + "b094dac5d93471bdec1a502270e3cc6c" },
        { Key, Nonce, "feedfacedeadbeeffeedfacedeadbeefabaddad2", Text[..ShorterText], Sealed[..ShorterText] + "76fc6ece0f4e1768cddf8853bb2d551b" },
    };

    [Theory, MemberData(nameof(Vectors))]
    public void It_agrees_with_the_standard(string key, string nonce, string clear, string text, string box)
    {
        using var aes = new Aes256Gcm(Convert.FromHexString(key));
        var (number, header, plain) = (Number(Convert.FromHexString(nonce)), Convert.FromHexString(clear), Convert.FromHexString(text));
        var output = new byte[plain.Length + Aes256Gcm.TagLength];
        aes.Seal(number, header, plain, output);
        Assert.Equal(box, Convert.ToHexStringLower(output));
        var opened = new byte[plain.Length];
        Assert.True(aes.TryOpen(number, header, output, opened));
        Assert.Equal(plain, opened);
    }

    [Fact]
    public void Every_length_is_sealed_and_opened_as_dotnet_does()
    {
        var random = new Random(20);
        for (var length = 0; length <= LongestText; length++)
        {
            var (key, nonce, plain) = (Bytes(random, Aes256Gcm.KeyLength), Bytes(random, NonceLength), Bytes(random, length));
            var clear = Bytes(random, length <= LongestClear ? length : random.Next(LongestClear + 1));
            using var theirs = new AesGcm(key, Aes256Gcm.TagLength);
            using var ours = new Aes256Gcm(key);
            var expected = new byte[length + Aes256Gcm.TagLength];
            theirs.Encrypt(nonce, plain, expected.AsSpan(0, length), expected.AsSpan(length), clear);

            // What lies around the box stays as it was.
            var around = Bytes(random, expected.Length + 64);
            var before = around.ToArray();
            ours.Seal(Number(nonce), clear, plain, around.AsSpan(32, expected.Length));
            expected.CopyTo(before, 32);
            Assert.Equal(before, around);

            var inPlace = new byte[expected.Length];
            plain.CopyTo(inPlace, 0);
            ours.Seal(Number(nonce), clear, inPlace.AsSpan(0, length), inPlace);
            Assert.Equal(expected, inPlace);

            around = Bytes(random, length + 64);
            before = around.ToArray();
            Assert.True(ours.TryOpen(Number(nonce), clear, expected, around.AsSpan(32, length)), $"{length} bytes.");
            plain.CopyTo(before, 32);
            Assert.Equal(before, around);
        }
    }

    [Theory, InlineData(0, 1), InlineData(1, 0), InlineData(12, 15), InlineData(16, 16), InlineData(12, 120), InlineData(17, 129), InlineData(40, 300)]
    public void Whatever_was_changed_gives_no_text_out(int clearLength, int length)
    {
        var random = new Random(length);
        var (nonce, clear, plain) = (Bytes(random, NonceLength), Bytes(random, clearLength), Bytes(random, length));
        using var aes = new Aes256Gcm(s_key);
        var box = new byte[length + Aes256Gcm.TagLength];
        aes.Seal(Number(nonce), clear, plain, box);
        foreach (var part in (byte[][])[nonce, clear, box])
        {
            for (var bit = 0; bit < 8 * part.Length; bit++)
            {
                part[bit / 8] ^= (byte)(1 << bit % 8);
                Refuse(aes, nonce, clear, box, length);
                part[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }

        Refuse(aes, nonce, [.. clear, 0], box, length);
        Refuse(aes, nonce, clear, [.. box, 0], length + 1);
        Refuse(aes, nonce, clear, box, length + 1);
        using var other = new Aes256Gcm(RandomNumberGenerator.GetBytes(Aes256Gcm.KeyLength));
        Refuse(other, nonce, clear, box, length);
        Assert.True(aes.TryOpen(Number(nonce), clear, box, new byte[length]));
    }

    [Fact]
    public void A_packet_allocates_nothing()
    {
        using var aes = new Aes256Gcm(s_key);
        byte[] clear = new byte[12], plain = new byte[160], box = new byte[160 + Aes256Gcm.TagLength];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var opened = true;
        for (var i = 0u; i < 1000; i++)
        {
            aes.Seal(Vector128.CreateScalar(i), clear, plain, box);
            opened &= aes.TryOpen(Vector128.CreateScalar(i), clear, box, plain);
        }

        Allocations.AssertNone(before, times: 1000);
        Assert.True(opened);
    }

    [Fact]
    public void Wrong_keys_boxes_and_use_after_the_end_throw()
    {
        Assert.Throws<CryptographicException>(() => new Aes256Gcm(new byte[16]));
        var aes = new Aes256Gcm(s_key);
        Assert.Throws<ArgumentException>(() => aes.Seal(default, [], new byte[16], new byte[16]));
        aes.Dispose();
        aes.Dispose();
        Assert.Throws<NullReferenceException>(() => aes.Seal(default, [], new byte[16], new byte[32]));
    }

    private static void Refuse(in Aes256Gcm aes, byte[] nonce, byte[] clear, byte[] box, int length)
    {
        var plain = new byte[length];
        Assert.False(aes.TryOpen(Number(nonce), clear, box, plain));
        Assert.DoesNotContain(plain, value => value != 0);
    }

    private static Vector128<uint> Number(byte[] nonce)
    {
        var words = MemoryMarshal.Cast<byte, uint>(nonce);
        return Vector128.Create(words[0], words[1], words[2], 0);
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
