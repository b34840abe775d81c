using System.Buffers.Binary;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>The parts of a picture's way that need no socket: what is kept, what is lost, where keyframes begin, what RTCP says.</summary>
public sealed class VideoPartsTests
{
    private static readonly long s_patience = TimeSpan.FromMilliseconds(80).Ticks;

    [Theory, InlineData(true), InlineData(false)]
    public void A_codec_that_is_only_sent_is_taken_and_not_given(bool plays)
    {
        var types = MediaCodec.Number([new MediaCodec("VP8", true, 1000, 96, 97, Decodes: plays)]);

        Assert.Equal((RoomTypes.Vp8, MediaKind.Video), (types.ToRoom(96, out var kind), kind));
        Assert.Equal(plays ? (96, 97) : (0, 0), (types.ToLeg(RoomTypes.Vp8), types.ToLeg(RoomTypes.OfRetransmission(RoomTypes.Vp8))));
    }

    [Fact]
    public void The_store_keeps_as_many_packets_as_it_says_each_once_and_across_the_wrap()
    {
        var store = new PacketStore();
        var first = store.IndexOf(65_500);
        for (var i = 0; i <= PacketStore.Capacity; i++)
        {
            var index = store.IndexOf((ushort)(65_500 + i));
            Assert.Equal(first + i, index);
            Assert.True(store.TryAdd(index, BitConverter.GetBytes(i)));
            Assert.False(store.TryAdd(index, BitConverter.GetBytes(i)));
        }

        Assert.True(store.Find(first).IsEmpty);
        Assert.False(store.TryAdd(first, [1]));
        Assert.Equal(1, BitConverter.ToInt32(store.Find(first + 1)));
        Assert.Equal(PacketStore.Capacity, BitConverter.ToInt32(store.Find(store.Newest)));
        Assert.True(store.Find(store.Newest + 1).IsEmpty);
    }

    [Theory, InlineData(2), InlineData(PacketStore.Capacity), InlineData(20_000)]
    public void What_was_skipped_is_not_in_the_store_until_it_comes(int step)
    {
        var store = new PacketStore();
        for (var i = 0; i < PacketStore.Capacity; i++)
            store.TryAdd(store.IndexOf((ushort)i), [1, 2, 3]);
        var (last, next) = (store.Newest, store.Newest + step);
        Assert.True(store.TryAdd(next, [4]));
        for (var skipped = last + 1; skipped < next; skipped++)
            Assert.True(store.Find(skipped).IsEmpty);
        Assert.Equal(step > PacketStore.Capacity - 1, store.Find(last).IsEmpty);
        Assert.True(store.TryAdd(next - 1, [5]));
        Assert.Equal([5], store.Find(next - 1).ToArray());
    }

    [Fact]
    public void A_packet_longer_than_a_frame_of_the_network_is_not_kept()
    {
        var store = new PacketStore();
        Assert.True(store.TryAdd(100, new byte[1472]));
        Assert.True(store.TryAdd(101, new byte[1473]));
        Assert.Equal(1472, store.Find(100).Length);
        Assert.True(store.Find(101).IsEmpty);
    }

    [Fact]
    public void What_is_lost_is_asked_for_at_once_again_after_a_while_and_not_for_ever()
    {
        var (losses, due) = (new Losses(), new ushort[Losses.Max]);
        losses.Add(65_535, 3);
        losses.Remove(65_536);
        Assert.Equal(2, losses.Take(due, 1));
        Assert.Equal([65_535, 1], due[..2]);
        Assert.Equal(0, losses.Take(due, s_patience));
        for (var tries = 1; tries < 5; tries++)
            Assert.Equal(2, losses.Take(due, 1 + tries * s_patience));
        Assert.Equal(0, losses.Take(due, 1 + 5 * s_patience));
        Assert.Equal(0, losses.Take(due, 1 + 9 * s_patience));
    }

    [Fact]
    public void Of_too_many_losses_the_oldest_are_given_up()
    {
        var (losses, due) = (new Losses(), new ushort[Losses.Max]);
        losses.Add(1, Losses.Max);
        losses.Add(1000, 2);
        Assert.Equal(Losses.Max, losses.Take(due, 1));
        Assert.Equal((ushort)3, due[0]);
        Assert.Equal((ushort)1001, due[^1]);
    }

    [Theory]
    [InlineData(RoomTypes.H264, "67 42 00", true)] // Parameters
    [InlineData(RoomTypes.H264, "65 88 84", true)]
    [InlineData(RoomTypes.H264, "41 9a 00", false)]
    [InlineData(RoomTypes.H264, "78 00 02 06 05 00 03 67 42 00", true)] // Aggregate: SEI, parameters
    [InlineData(RoomTypes.H264, "78 00 02 41 05 00 02 41 42", false)]
    [InlineData(RoomTypes.H264, "78 ff ff 41 05 00", false)] // Says that it is longer than it is
    [InlineData(RoomTypes.H264, "7c 85 00", true)] // First fragment
    [InlineData(RoomTypes.H264, "7c 45 00", false)] // Last fragment
    [InlineData(RoomTypes.H264, "7c 81 00", false)]
    [InlineData(RoomTypes.Vp8, "10 00 00", true)]
    [InlineData(RoomTypes.Vp8, "10 01 00", false)]
    [InlineData(RoomTypes.Vp8, "00 00 00", false)] // Goes on
    [InlineData(RoomTypes.Vp8, "11 00 00", false)] // Second partition
    [InlineData(RoomTypes.Vp8, "90 80 81 23 00", true)] // Number of two bytes
    [InlineData(RoomTypes.Vp8, "90 80 81 23 01", false)]
    [InlineData(RoomTypes.Vp8, "90 e0 23 05 40 00", true)]
    [InlineData(RoomTypes.Vp8, "90 80 81", false)] // Cut off
    [InlineData(RoomTypes.Vp9, "08 00 00", true)]
    [InlineData(RoomTypes.Vp9, "48 00 00", false)]
    [InlineData(RoomTypes.Vp9, "a8 05 02", false)] // Upper layer
    [InlineData(RoomTypes.Vp9, "a8 05 00", true)]
    [InlineData(RoomTypes.Av1, "18 0a 0b", true)]
    [InlineData(RoomTypes.Av1, "10 0a 0b", false)]
    [InlineData(RoomTypes.H265, "40 01 0c", true)]
    [InlineData(RoomTypes.H265, "26 01 af", true)]
    [InlineData(RoomTypes.H265, "02 01 d0", false)]
    [InlineData(RoomTypes.H265, "62 01 93", true)] // First fragment
    [InlineData(RoomTypes.H265, "62 01 13", false)]
    [InlineData(RoomTypes.H265, "60 01 00 02 40 01", true)]
    [InlineData(RoomTypes.H264, "67", false)]
    [InlineData(Rtp.Opus, "67 42 00", false)]
    public void The_beginning_of_a_keyframe_is_told_by_the_first_bytes(byte type, string payload, bool begins) =>
        Assert.Equal(begins, Keyframes.Begins(type, Convert.FromHexString(payload.Replace(" ", ""))));

    [Fact]
    public void Losses_that_lie_near_share_an_entry()
    {
        Span<byte> packet = stackalloc byte[Feedback.MaxLength];
        var length = Feedback.WriteNack(packet, 1, 2, [65_534, 65_535, 14, 15, 100]);
        Assert.Equal("81cd0005" + "00000001" + "00000002" + "fffe8001" + "000f0000" + "00640000", Convert.ToHexStringLower(packet[..length]));
    }

    [Theory]
    [InlineData(150_000, 150_000)]
    [InlineData(262_143, 262_143)]
    [InlineData(10_000_001, 10_000_000)]
    public void A_report_says_how_it_arrives_and_what_may_come(long allowed, long said)
    {
        Span<byte> packet = stackalloc byte[Feedback.MaxLength];
        var length = Feedback.WriteReport(packet, 1, 2, new ReceiverState(51, 260, 0x1_0005, 7, 0x11223344, 65_536), allowed);
        Assert.Equal("81c90007" + "00000001" + "00000002" + "33000104" + "00010005" + "00000007" + "11223344" + "00010000" + "8fce0005" + "00000001" + "00000000" + "52454d42", Convert.ToHexStringLower(packet[..48]));
        var rate = BinaryPrimitives.ReadUInt32BigEndian(packet[48..]);
        Assert.Equal(said, (long)(rate & 0x3FFFF) << (int)(rate >> 18 & 0x3F));
        Assert.Equal(1u, rate >> 24);
        Assert.Equal(56, length);
    }

    [Theory]
    [InlineData(false, 1280, 720, 30, 4_000_000)]
    [InlineData(true, 1920, 1080, 60, 10_000_000)]
    public void What_a_picture_may_be_is_told_to_the_others_whatever_its_sender_says(bool isHigh, int width, int height, int framerate, uint bits)
    {
        var rights = VoiceRights.Video | (isHigh ? VoiceRights.HighQuality : VoiceRights.None);
        VideoStream Limited(uint rate, int frames, int w, int h) => new VideoOffer(1, 2, [new VideoStream("100", 100, true, rate, frames, true, w, h)]).Within(rights).Streams[0];
        Assert.Equal(new VideoStream("100", 100, true, bits, framerate, true, width, height), Limited(bits, framerate, width, height));
        Assert.Equal(new VideoStream("100", 100, true, bits, framerate, false, width, height), Limited(bits + 1, framerate + 1, 2 * width, 2 * height));
        Assert.Equal(new VideoStream("100", 100, true, bits, framerate, true, 0, 0), Limited(0, 0, 0, 0));
        // A telephone held upright keeps its proportions.
        Assert.Equal((height, width), (Limited(1, 1, 2 * height, 2 * width).Width, Limited(1, 1, 2 * height, 2 * width).Height));
    }

    [Fact]
    public void A_rate_in_bytes_is_kept_on_both_sides()
    {
        var limit = new RateLimit(1_250_000);
        var now = TimeSpan.TicksPerDay;
        Assert.True(limit.TryTake(now, 1_250_000));
        Assert.False(limit.TryTake(now, 1));
        Assert.False(limit.TryTake(now + TimeSpan.TicksPerSecond / 10, 125_001));
        Assert.True(limit.TryTake(now + TimeSpan.TicksPerSecond / 10, 125_000));
    }
}
