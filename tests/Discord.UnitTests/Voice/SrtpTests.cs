using System.Buffers.Binary;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Vectors of RFC 3711 and RFC 7714, and what a cipher must not do.</summary>
public class SrtpTests
{
    private const uint Audio = 1000, Picture = 2001, Own = 0x5501_A0B2;

    private static readonly byte[] s_masterKey = Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139");
    private static readonly byte[] s_masterSalt = Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6");
    private static readonly byte[] s_gcmKey = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
    private static readonly byte[] s_gcmSalt = Convert.FromHexString("517569642070726f2071756f");

    // .NET's own, and libcrypto's where there is one.
    private static bool[] Ways => Libcrypto.IsPresent ? [true, false] : [false];

    /// <summary>RFC 3711, B.2.</summary>
    [Theory]
    [InlineData(0, "E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0")]
    [InlineData(0xFEFF, "EC8CDF7398607CB0F2D21675EA9EA1E4362B7C3C6773516318A077D7FC5073AE6A2CC3787889374FBEB4C81B17BA6C44")]
    public void The_key_stream_is_that_of_the_RFC(ushort block, string expected)
    {
        var key = Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C");
        var first = Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000");
        foreach (var withLibcrypto in Ways)
        {
            using ISrtpCounter aes = withLibcrypto ? new EvpAes(key, EvpMode.Counter, seal: true) : new PlainSrtpCounter(key);
            var counter = first.ToArray();
            BinaryPrimitives.WriteUInt16BigEndian(counter.AsSpan(14), block);
            var stream = new byte[expected.Length / 2];
            aes.Mix(counter, stream, stream);
            Assert.Equal(expected, Convert.ToHexString(stream));
        }
    }

    [Theory, InlineData(1), InlineData(7)]
    public void Every_length_is_the_same_both_ways(int profile)
    {
        var random = new Random(3);
        for (var length = 0; length < 1500 && Libcrypto.IsPresent; length += length < 300 ? 1 : 37)
        {
            var plain = new byte[12 + length];
            random.NextBytes(plain);
            byte[][] packets = [.. Ways.Select(withLibcrypto =>
            {
                using var keys = SrtpKeys.Derive((SrtpProfile)profile, s_masterKey, s_masterSalt.AsSpan(0, profile == 7 ? 12 : 14), control: false, seal: true, withLibcrypto);
                byte[] packet = [.. plain, .. new byte[keys.Overhead]];
                keys.Seal(packet, 12, Own, 70_000);
                return packet;
            })];
            Assert.Equal(packets[0], packets[1]);
        }
    }

    /// <summary>RFC 3711, B.3.</summary>
    [Theory]
    [InlineData(0, "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(1, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")]
    [InlineData(2, "30CBBC08863D8C85D49DB34A9AE1")]
    public void Keys_are_derived_as_the_RFC_says(int label, string expected)
    {
        var output = new byte[expected.Length / 2];
        SrtpKeys.Expand(s_masterKey, s_masterSalt, label, output);
        Assert.Equal(expected, Convert.ToHexString(output));
    }

    /// <summary>RFC 7714, 16.1.1 and 17.1.</summary>
    [Theory]
    [InlineData(false, 12, 0x5501_A0B2, 0xF17BUL,
        "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573",
        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce")]
    [InlineData(true, 8, 0x4D61_7273, 0x5D4UL,
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4")]
    public void Gcm_gives_the_bytes_of_the_RFC(bool control, int header, uint ssrc, ulong index, string plain, string sealedHex)
    {
        foreach (var withLibcrypto in Ways)
        {
            using var seal = new SrtpGcm(s_gcmKey, s_gcmSalt, control, seal: true, withLibcrypto);
            using var open = new SrtpGcm(s_gcmKey, s_gcmSalt, control, seal: false, withLibcrypto);
            Check(seal, open, control, header, ssrc, index, plain, sealedHex);
        }
    }

    /// <summary>The packets that every implementation of RFC 3711 is checked with, from the keys of its appendix B.3.</summary>
    [Theory]
    [InlineData(false, 12, 0xCAFE_BABE, 0x1234UL, "800f1234decafbadcafebabeabababababababababababababababab", "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb")]
    [InlineData(true, 8, 0xCAFE_BABE, 1UL, "81c8000bcafebabeabababababababababababababababab", "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798")]
    public void Counter_mode_gives_the_bytes_that_others_give(bool control, int header, uint ssrc, ulong index, string plain, string sealedHex)
    {
        foreach (var withLibcrypto in Ways)
        {
            using var seal = SrtpKeys.Derive(SrtpProfile.Aes128CmSha1Tag80, s_masterKey, s_masterSalt, control, seal: true, withLibcrypto);
            using var open = SrtpKeys.Derive(SrtpProfile.Aes128CmSha1Tag80, s_masterKey, s_masterSalt, control, seal: false, withLibcrypto);
            Check(seal, open, control, header, ssrc, index, plain, sealedHex);
        }
    }

    private static void Check(SrtpKeys seal, SrtpKeys open, bool control, int header, uint ssrc, ulong index, string plainHex, string sealedHex)
    {
        var plain = Convert.FromHexString(plainHex);
        var packet = new byte[plain.Length + seal.Overhead];
        plain.CopyTo(packet, 0);
        seal.Seal(packet, header, ssrc, index);
        Assert.Equal(sealedHex, Convert.ToHexStringLower(packet));

        if (control)
            Assert.Equal((uint)index | SrtpKeys.Encrypted, open.ReadControlIndex(packet));
        var payload = new byte[plain.Length - header];
        Assert.True(open.TryOpen(packet, header, ssrc, index, payload));
        Assert.Equal(plain[header..], payload);
        for (var at = 0; at < packet.Length; at++)
        {
            packet[at] ^= 1;
            Assert.False(open.TryOpen(packet, header, ssrc, control ? open.ReadControlIndex(packet) & ~SrtpKeys.Encrypted : index, payload), $"byte {at}");
            packet[at] ^= 1;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void What_a_browser_sends_loses_all_but_its_level(int profile)
    {
        using var pair = new Pair((SrtpProfile)profile);
        // One CSRC; the browser's extensions 1 (not ours) and 2 (the level).
        var packet = Convert.FromHexString("916f0007000003c05501a0b2000000aabede0001104020850102030405");
        Assert.True(pair.ToServer(packet, out var plain));
        Assert.Equal("906f0007000003c05501a0b2bede0001000010850102030405", Convert.ToHexStringLower(plain));
        Assert.False(pair.ToServer(packet, out _)); // The same again
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Long_streams_roll_over_on_both_sides(int profile)
    {
        using var pair = new Pair((SrtpProfile)profile);
        for (var i = 0; i < 200_000; i += 777)
            Assert.True(pair.ToBrowser(Rtp(120, (ushort)(65_000 + i), 77)), $"{i}");
        for (var i = 0; i < 200_000; i += 777)
            Assert.True(pair.ToServer(Rtp(111, (ushort)(65_000 + i), Own), out _), $"{i}");
    }

    [Fact]
    public void A_number_is_never_used_twice_for_one_browser()
    {
        using var pair = new Pair(SrtpProfile.AeadAes128Gcm);
        var output = new byte[200];
        Assert.NotEqual(0, pair.Server.Protect(Rtp(120, 500, 77), output));
        Assert.Equal(0, pair.Server.Protect(Rtp(120, 500, 77), output));
        Assert.NotEqual(0, pair.Server.Protect(Rtp(120, 499, 77), output));
        Assert.NotEqual(0, pair.Server.Protect(Rtp(120, 600, 77), output));
        Assert.Equal(0, pair.Server.Protect(Rtp(120, 500, 77), output));
        Assert.NotEqual(0, pair.Server.Protect(Rtp(120, 500, 78), output));
    }

    // What was lost on its way to this server, and asked for again, comes that late.
    [Fact]
    public void What_comes_a_thousand_numbers_late_is_passed_on_once()
    {
        using var pair = new Pair(SrtpProfile.AeadAes128Gcm);
        for (ushort number = 1000; number < 2000; number++)
            Assert.True(number == 1100 || pair.ToBrowser(Rtp(107, number, Picture)));
        Assert.True(pair.ToBrowser(Rtp(107, 1100, Picture)));
        Assert.Equal(0, pair.Server.Protect(Rtp(107, 1100, Picture), new byte[200]));
    }

    // Eleven minutes of sound, or one of a picture, are half a round of numbers: after more, a browser that got none of it takes the next for earlier ones.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Who_was_sent_nothing_for_half_a_round_goes_on_where_it_ended(int profile)
    {
        using var pair = new Pair((SrtpProfile)profile);
        foreach (var (number, seen) in new[] { (40_000, 40_000), (40_001, 40_001), (80_000, 40_002), (80_002, 40_004), (80_001, 40_003), (120_000, 40_005), (120_001, 40_006), (150_000, 70_005) })
        {
            Assert.True(pair.ToBrowser(Rtp(120, (ushort)number, 2000), out var packet), $"{number}");
            Assert.Equal((ushort)seen, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
            Assert.Equal((byte)number, packet[^1]);
        }

        // Its numbers are those by which it asks for what it lost, and under which that comes again.
        Assert.True(pair.ToBrowser(Rtp(107, 40_000, Picture)));
        Assert.True(pair.ToBrowser(Rtp(107, 80_000 & 0xFFFF, Picture)));
        var lost = new byte[20];
        (lost[0], lost[1], lost[3]) = (0x81, 205, 4);
        BinaryPrimitives.WriteUInt32BigEndian(lost.AsSpan(8), Picture);
        BinaryPrimitives.WriteUInt32BigEndian(lost.AsSpan(12), 40_001u << 16 | 0b101);
        BinaryPrimitives.WriteUInt32BigEndian(lost.AsSpan(16), 40_020u << 16);
        Assert.True(pair.ToServer(lost, out var asked));
        Assert.Equal((80_000u << 16 | 0b101, 80_019u << 16), (BinaryPrimitives.ReadUInt32BigEndian(asked.AsSpan(12)), BinaryPrimitives.ReadUInt32BigEndian(asked.AsSpan(16))));
        var repair = Rtp(108, 1, Picture + 1);
        BinaryPrimitives.WriteUInt16BigEndian(repair.AsSpan(12), 80_000 & 0xFFFF);
        Assert.True(pair.ToBrowser(repair, out var again));
        Assert.Equal((1, 40_001), (BinaryPrimitives.ReadUInt16BigEndian(again.AsSpan(2)), BinaryPrimitives.ReadUInt16BigEndian(again.AsSpan(12))));
    }

    [Fact]
    public void Who_was_silent_for_half_a_round_of_timestamps_is_taken()
    {
        using var pair = new Pair(SrtpProfile.AeadAes128Gcm);
        using var bench = new MediaBench();
        var person = bench.Join(bench.Open());
        person.Leg.Use(pair.Server, BrowserOfferTests.Chromium().Types);
        person.Leg.Bind(person.Address);
        bench.Turn();
        byte[] Say(ushort number, uint timestamp)
        {
            var packet = Rtp(111, number, Own);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
            return pair.Seal(packet);
        }

        var first = Say(1, 0);
        Assert.Null(bench.Send(person, first.ToArray()));
        Assert.Null(bench.Send(person, Say(2, 13 * 3600 * 48_000u)));
        Assert.Equal(Drop.Replayed, bench.Send(person, first));
    }

    [Fact]
    public void Reports_name_the_streams_of_the_room_inside_and_those_of_the_browser_outside()
    {
        using var pair = new Pair(SrtpProfile.AeadAes128Gcm);
        Assert.True(pair.ToServer(Rtp(111, 1, Own), out _));
        // A sender report of the browser.
        var report = new byte[28];
        (report[0], report[1], report[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), Own);
        Assert.True(pair.ToServer(report, out var plain));
        Assert.Equal(Audio, BinaryPrimitives.ReadUInt32BigEndian(plain.AsSpan(4)));

        // A receiver report about it.
        var block = new byte[32];
        (block[0], block[1], block[3]) = (0x81, 201, 7);
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(8), Audio);
        Assert.True(pair.ToBrowser(block, out var seen));
        Assert.Equal(Own, BinaryPrimitives.ReadUInt32BigEndian(seen.AsSpan(8)));
    }

    [Fact]
    public void A_page_has_a_limit_of_streams()
    {
        using var pair = new Pair(SrtpProfile.AeadAes128Gcm);
        for (uint ssrc = 1; ssrc <= 64; ssrc++)
            Assert.True(pair.ToServer(Rtp(111, 1, ssrc), out _));
        Assert.False(pair.ToServer(Rtp(111, 1, 65), out _));
        Assert.True(pair.ToServer(Rtp(111, 2, 64), out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Truncated_and_mutated_packets_are_dropped_and_never_throw(int profile)
    {
        using var pair = new Pair((SrtpProfile)profile);
        var random = new Random(9);
        var plain = new byte[300];
        var whole = pair.Seal(Rtp(111, 1, Own));
        for (var i = 0; i < 100_000; i++)
        {
            var packet = whole.ToArray().AsSpan(0, random.Next(whole.Length + 1));
            for (var changes = random.Next(0, 6); changes > 0 && packet.Length > 0; changes--)
                packet[random.Next(packet.Length)] ^= (byte)random.Next(1, 256);
            if (!packet.SequenceEqual(whole))
                Assert.False(pair.Server.TryUnprotect(packet, plain, out _));
        }
        Assert.True(pair.Server.TryUnprotect(whole, plain, out _));

        // What the room sends may be odd too: extensions of every kind, cut anywhere.
        for (var i = 0; i < 100_000; i++)
        {
            var packet = new byte[random.Next(2, 60)];
            random.NextBytes(packet);
            (packet[0], packet[1]) = ((byte)(0x80 | (packet[0] & 0x10)), (byte)random.Next(256));
            pair.Server.Protect(packet, plain);
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet()
    {
        foreach (var profile in new[] { SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmSha1Tag80 })
        {
            using var pair = new Pair(profile);
            var (packets, plain, output) = (Enumerable.Range(1, 2000).Select(i => pair.Seal(Rtp(111, (ushort)i, Own))).ToArray(), new byte[300], new byte[300]);
            var native = Rtp(120, 1, 77);
            void Pass(int i)
            {
                pair.Server.TryUnprotect(packets[i], plain, out _);
                BinaryPrimitives.WriteUInt16BigEndian(native.AsSpan(2), (ushort)(i + 1));
                pair.Server.Protect(native, output);
            }
            for (var i = 0; i < 1000; i++)
                Pass(i);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 1000; i < 2000; i++)
                Pass(i);
            Allocations.AssertNone(before, times: 1000);
        }
    }

    internal static byte[] Rtp(byte payloadType, ushort sequence, uint ssrc, int length = 80)
    {
        var packet = new byte[12 + length];
        (packet[0], packet[1]) = (0x80, payloadType);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)sequence * 960);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        packet.AsSpan(12).Fill((byte)sequence);
        return packet;
    }

    /// <summary>The server's cipher, and a browser's keys on the other side.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly SrtpKeys[] _browser;
        private readonly SrtpStreams _sent = new(100, IndexWindow.Wide), _received = new(100, IndexWindow.Wide);
        private uint _control;

        public Pair(SrtpProfile profile)
        {
            var keying = new byte[SrtpCipher.KeyingLength(profile)];
            new Random(1).NextBytes(keying);
            var salt = keying.Length / 2 - 16;
            Server = new SrtpCipher(profile, keying, new BrowserStreams(BrowserOfferTests.Chromium().Types, 2, Audio));
            _browser = [.. new[] { (0, false), (0, true), (1, false), (1, true) }.Select(of =>
                SrtpKeys.Derive(profile, keying.AsSpan(16 * of.Item1, 16), keying.AsSpan(32 + of.Item1 * salt, salt), of.Item2, seal: of.Item1 == 0))];
        }

        public SrtpCipher Server { get; }

        public byte[] Seal(byte[] plain)
        {
            var control = plain[1] is >= 192 and <= 223;
            var keys = _browser[control ? 1 : 0];
            var packet = new byte[plain.Length + keys.Overhead];
            plain.CopyTo(packet, 0);
            var header = control ? 8 : 12 + 4 * (plain[0] & 15) + ((plain[0] & 16) == 0 ? 0 : 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(12 + 4 * (plain[0] & 15) + 2)));
            var ssrc = BinaryPrimitives.ReadUInt32BigEndian(plain.AsSpan(control ? 4 : 8));
            keys.Seal(packet, header, ssrc, control ? ++_control : Index(_sent, plain));
            return packet;
        }

        public bool ToServer(byte[] plain, out byte[] seen)
        {
            seen = new byte[plain.Length];
            var passed = Server.TryUnprotect(Seal(plain), seen, out var length);
            seen = seen[..length];
            return passed;
        }

        public bool ToBrowser(byte[] plain) => ToBrowser(plain, out _);

        public bool ToBrowser(byte[] plain, out byte[] seen)
        {
            var packet = new byte[plain.Length + SrtpKeys.MaxOverhead];
            packet = packet[..Server.Protect(plain, packet)];
            var control = plain[1] is >= 192 and <= 223;
            var (keys, header) = (_browser[control ? 3 : 2], control ? 8 : 12);
            seen = packet[..^keys.Overhead].ToArray();
            return keys.TryOpen(packet, header, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(control ? 4 : 8)),
                control ? keys.ReadControlIndex(packet) & ~SrtpKeys.Encrypted : Index(_received, packet), seen.AsSpan(header));
        }

        public void Dispose()
        {
            Server.Dispose();
            foreach (var keys in _browser)
                keys.Dispose();
        }

        private static ulong Index(SrtpStreams streams, byte[] packet)
        {
            var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(8));
            ref var stream = ref streams.Find(ssrc);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref stream))
                stream = ref streams.Add(ssrc);
            var index = stream.Guess(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
            stream.Media.Note(index);
            return index;
        }
    }
}
