using System.Buffers.Binary;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Pictures on their way through a room: who gets which packets when, and what is said back.</summary>
public sealed class VideoForwardingTests : IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly PictureRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public void A_picture_is_taken_after_op_12_and_until_it_is_over()
    {
        var sender = _room.Join(VoiceRights.Video, PictureRoom.Codecs());
        var viewer = _room.Viewer();
        sender.SendKey(1, 1);
        Assert.Empty(viewer.Take());
        Assert.Equal(1, _room.Thread.Counters.Dropped(Drop.Unannounced));
        sender.Leg.Show(true);
        _room.Settle();
        sender.SendKey(2, 2);
        var seen = Assert.Single(viewer.Take());
        Assert.Equal((sender.Leg.VideoSsrc, RoomTypes.Vp8, 2), (Rtp.Ssrc(seen), Rtp.PayloadType(seen), Rtp.Sequence(seen)));
        sender.Leg.Show(false);
        sender.Leg.Show(true);
        sender.Leg.Show(false);
        _room.Settle();
        sender.SendKey(3, 3);
        Assert.Empty(viewer.Take());
        Assert.Null(sender.Leg.Feed);
    }

    [Fact]
    public void Without_the_right_no_picture_is_taken_and_sound_is_another_right()
    {
        var sender = _room.Sender(VoiceRights.Speak);
        var viewer = _room.Viewer();
        sender.SendKey(1, 1);
        Assert.Equal(1, _room.Thread.Counters.Dropped(Drop.NotAllowed));
        sender.Leg.Change(VoiceRights.Video);
        _room.Settle();
        sender.SendKey(2, 2);
        Assert.Equal([2], viewer.TakeSequences());
    }

    [Fact]
    public void Only_those_who_play_the_codec_are_sent_it()
    {
        var sender = _room.Sender();
        var bot = _room.Join(VoiceRights.Hear, null);
        var other = _room.Join(VoiceRights.Hear, new PayloadTypes().Add(RoomTypes.H264, RoomTypes.H264, MediaKind.Video));
        var browser = _room.Join(VoiceRights.Hear, new PayloadTypes().Add(96, RoomTypes.Vp8, MediaKind.Video));
        sender.SendKey(1, 1);
        Assert.Empty(bot.Take());
        Assert.Empty(other.Take());
        Assert.Equal(96, Rtp.PayloadType(Assert.Single(browser.Take())));
        Assert.Empty(sender.TakeSequences());
        sender.Send(2, 2, [0x65, 1, 2], type: RoomTypes.H264);
        Assert.Equal([2], other.TakeSequences());
        Assert.Empty(browser.Take());
    }

    [Fact]
    public void Who_joins_gets_everything_since_the_keyframe_and_nothing_is_asked_for()
    {
        var sender = _room.Sender();
        var first = _room.Viewer();
        sender.SendDelta(1, 1);
        Assert.Equal(1, sender.TakeKeyframeRequests());
        Assert.Empty(first.Take());
        sender.SendKey(2, 2);
        sender.SendDelta(3, 3);
        Assert.Equal([2, 3], first.TakeSequences());
        var second = _room.Viewer();
        sender.SendDelta(4, 4);
        Assert.Equal([2, 3, 4], second.TakeSequences());
        Assert.Equal([4], first.TakeSequences());
        _room.Wait(s_second);
        sender.SendDelta(5, 5);
        Assert.Equal(0, sender.TakeKeyframeRequests());
    }

    [Theory, InlineData(VideoFeed.MaxReplay, false), InlineData(VideoFeed.MaxReplay + 1, true)]
    public void A_keyframe_too_far_back_is_not_repeated_but_asked_for_anew(int since, bool asks)
    {
        var sender = _room.Sender();
        var first = _room.Viewer();
        sender.SendKey(1, 1);
        for (var i = 2; i <= since; i++)
            sender.SendDelta(i, i);
        sender.Take();
        _room.Wait(s_second);
        var second = _room.Viewer();
        sender.SendDelta(since + 1, since + 1);
        Assert.Equal(asks ? 1 : 0, sender.TakeKeyframeRequests());
        Assert.Equal(asks ? 0 : since + 1, second.TakeSequences().Length);
        sender.SendKey(since + 2, since + 2);
        Assert.Equal([since + 2], second.TakeSequences());
        Assert.Equal(since + 2, first.TakeSequences()[^1]);
    }

    [Fact]
    public void However_many_ask_for_a_keyframe_the_sender_is_asked_twice_a_second()
    {
        var sender = _room.Sender();
        var viewers = Enumerable.Range(0, 10).Select(_ => _room.Viewer()).ToList();
        sender.SendKey(1, 1);
        _room.Wait(s_second);
        sender.Take();
        viewers.ForEach(viewer => viewer.LosePicture(sender));
        viewers[0].Say(206, 4, 0, sender.Leg.VideoSsrc, 0);
        Assert.Equal(1, sender.TakeKeyframeRequests());
        _room.Wait(VideoFeed.KeyframeEvery - TimeSpan.FromMilliseconds(1));
        sender.SendDelta(2, 2);
        Assert.Equal(0, sender.TakeKeyframeRequests());
        _room.Wait(TimeSpan.FromMilliseconds(1));
        sender.SendDelta(3, 3);
        Assert.Equal(1, sender.TakeKeyframeRequests());
        _room.Wait(s_second);
        sender.SendDelta(4, 4);
        Assert.Equal(0, sender.TakeKeyframeRequests());
    }

    [Fact]
    public void A_viewer_who_asks_a_thousand_times_a_second_gets_the_sender_asked_twice_and_is_read_no_further()
    {
        var sender = _room.Sender();
        var (hostile, viewer) = (_room.Viewer(), _room.Viewer());
        sender.SendKey(1, 1);
        sender.Take();
        var (asked, before) = (0, _room.Thread.Counters.Dropped(Drop.Limited));
        for (var i = 0; i < 5_000; i++)
        {
            hostile.LosePicture(sender);
            asked += sender.TakeKeyframeRequests();
            _room.Wait(TimeSpan.FromMilliseconds(0.2));
        }

        Assert.InRange(asked, 1, 3);
        // Of 5,000 in a second: those of the full bucket, and those that it took up again meanwhile.
        Assert.InRange(_room.Thread.Counters.Dropped(Drop.Limited) - before, 2_990, 3_010);
        viewer.Say(205, 1, sender.Leg.VideoSsrc, 1u << 16);
        Assert.Equal(2, viewer.Take().Count);
    }

    [Fact]
    public void Who_does_not_watch_asks_for_nothing()
    {
        var sender = _room.Sender();
        var viewer = _room.Viewer();
        var bot = _room.Join(VoiceRights.Hear, null);
        sender.SendKey(1, 1);
        viewer.Leg.Want(0, new Dictionary<uint, int>());
        _room.Settle();
        sender.SendDelta(2, 2);
        _room.Wait(s_second);
        sender.Take();
        foreach (var stranger in new[] { viewer, bot, sender })
        {
            stranger.LosePicture(sender);
            stranger.Say(205, 1, sender.Leg.VideoSsrc, 2u << 16);
        }

        Assert.Empty(sender.Take());
        Assert.Equal([1], viewer.TakeSequences());
        Assert.Empty(bot.Take());
    }

    [Fact]
    public void What_a_viewer_lost_is_sent_again_under_the_numbers_of_retransmissions()
    {
        var sender = _room.Sender();
        var (viewer, other) = (_room.Viewer(), _room.Viewer());
        sender.SendKey(65_534, 1);
        for (var i = 65_535; i < 65_540; i++)
            sender.SendDelta(i & 0xFFFF, i);
        var sent = viewer.Take();
        other.Take();
        // 65535, and of those after it 0 and 2; 30 was never sent.
        viewer.Say(205, 1, sender.Leg.VideoSsrc, 65_535u << 16 | 0b101, 30u << 16);
        var again = viewer.Take();
        Assert.Equal(3, again.Count);
        for (var i = 0; i < again.Count; i++)
        {
            var original = sent[new[] { 1, 2, 4 }[i]];
            Assert.Equal((sender.Leg.RtxSsrc, (byte)(RoomTypes.Vp8 + 1), i + 1), (Rtp.Ssrc(again[i]), Rtp.PayloadType(again[i]), Rtp.Sequence(again[i])));
            Assert.Equal(Rtp.Timestamp(original), Rtp.Timestamp(again[i]));
            Assert.Equal([.. original[2..4], .. original[Rtp.HeaderLength..]], again[i][Rtp.HeaderLength..]);
        }

        Assert.Empty(other.Take());
    }

    [Fact]
    public void Who_agreed_on_no_retransmissions_is_sent_the_packet_as_it_was()
    {
        var sender = _room.Sender();
        var viewer = _room.Join(VoiceRights.Hear, PictureRoom.Codecs(retransmits: false));
        sender.SendKey(1, 1);
        var sent = viewer.Take();
        viewer.Say(205, 1, sender.Leg.VideoSsrc, 1u << 16);
        Assert.Equal(sent, viewer.Take());
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Nobody_has_more_repeated_than_a_viewer_may_of_however_many_pictures(int senders)
    {
        var shown = Enumerable.Range(0, senders).Select(_ => _room.Sender()).ToList();
        var (viewer, other) = (_room.Viewer(), _room.Viewer());
        shown.ForEach(sender => sender.SendKey(1, 1));
        viewer.Take();
        other.Take();
        void Ask(int times)
        {
            for (var i = 0; i < times; i++)
                viewer.Say(205, 1, shown[i % senders].Leg.VideoSsrc, 1u << 16);
        }

        Ask(500);
        Assert.Equal(500, viewer.Take().Count);
        Ask(20);
        Assert.Empty(viewer.Take());
        other.Say(205, 1, shown[0].Leg.VideoSsrc, 1u << 16);
        Assert.Single(other.Take());
        _room.Wait(TimeSpan.FromMilliseconds(100));
        Ask(60);
        Assert.Equal(50, viewer.Take().Count);
    }

    [Theory]
    [InlineData("67 42 e0 1f", "65 88 84")] // Parameters and picture, each by itself
    [InlineData("78 00 04 67 42 e0 1f 00 02 68 ce", "7c 85 88")] // An aggregate of the parameters, then the picture's first fragment
    public void H264_is_begun_with_its_parameters_and_repeated_under_its_own_numbers(string parameters, string picture)
    {
        var sender = _room.Sender();
        var first = _room.Viewer();
        var browser = _room.Join(VoiceRights.Hear, new PayloadTypes().Add(39, RoomTypes.H264, MediaKind.Video).Add(40, RoomTypes.H264 + 1, MediaKind.Retransmission));
        void Send(int sequence, int time, string payload) => sender.Send(sequence, time, Convert.FromHexString(payload.Replace(" ", "", StringComparison.Ordinal)), type: RoomTypes.H264);
        Send(1, 1, "41 9a 00");
        Assert.Equal(1, sender.TakeKeyframeRequests());
        Send(2, 2, parameters);
        Send(3, 2, picture);
        Send(4, 3, "41 9a 00");
        Assert.Equal([2, 3, 4], first.TakeSequences());
        Assert.Equal([39, 39, 39], browser.Take().Select(packet => (int)Rtp.PayloadType(packet)));
        var late = _room.Viewer();
        Send(5, 4, "41 9a 00");
        Assert.Equal([2, 3, 4, 5], late.TakeSequences());
        Assert.Equal(0, sender.TakeKeyframeRequests());
        browser.Take();
        browser.Say(205, 1, sender.Leg.VideoSsrc, 3u << 16);
        var again = Assert.Single(browser.Take());
        Assert.Equal((40, 3), (Rtp.PayloadType(again), BinaryPrimitives.ReadUInt16BigEndian(again.AsSpan(Rtp.HeaderLength))));
    }

    [Fact]
    public void In_another_codec_everything_begins_anew()
    {
        var sender = _room.Sender();
        var (viewer, other) = (_room.Viewer(), _room.Join(VoiceRights.Hear, new PayloadTypes().Add(RoomTypes.H264, RoomTypes.H264, MediaKind.Video)));
        sender.SendKey(1, 1);
        sender.SendDelta(2, 2);
        Assert.Equal([1, 2], viewer.TakeSequences());
        _room.Wait(s_second);
        sender.Take();
        // Its keyframe was lost: the one in the codec before is no beginning.
        sender.Send(4, 3, [0x41, 1, 2], type: RoomTypes.H264);
        Assert.Empty(other.Take());
        Assert.Equal(1, sender.TakeKeyframeRequests());
        // What is still repeated of the codec before changes nothing.
        sender.Send(9, 2, [0, 2, 0x10, 0x01, 2], MediaKind.Retransmission, RoomTypes.Vp8 + 1);
        sender.Send(5, 4, [0x65, 1, 2], type: RoomTypes.H264);
        Assert.Equal([5], other.TakeSequences());
    }

    [Fact]
    public void What_was_lost_on_the_way_here_is_asked_for_and_passed_on_when_it_comes()
    {
        var sender = _room.Sender();
        var (viewer, plain) = (_room.Viewer(), _room.Join(VoiceRights.Hear, PictureRoom.Codecs(retransmits: false)));
        sender.SendKey(1, 1);
        sender.Take();
        sender.SendDelta(4, 2);
        var request = Assert.Single(sender.TakeFeedback(205, 1));
        Assert.Equal(sender.Leg.VideoSsrc, BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(8)));
        Assert.Equal(2u << 16 | 1, BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(12)));
        Assert.Equal([1, 4], viewer.TakeSequences());
        Assert.Equal([1, 4], plain.TakeSequences());
        sender.Send(9, 2, [0, 2, 0x00, 0x01, 2], MediaKind.Retransmission, RoomTypes.Vp8 + 1);
        var again = Assert.Single(viewer.Take());
        Assert.Equal(sender.Leg.RtxSsrc, Rtp.Ssrc(again));
        Assert.Equal([0, 2, 0x00, 0x01, 2], again[Rtp.HeaderLength..]);
        Assert.Equal([2], plain.TakeSequences());
        // Twice, and padding that repeats nothing: neither goes anywhere.
        sender.Send(10, 2, [0, 2, 0x00, 0x01, 2], MediaKind.Retransmission, RoomTypes.Vp8 + 1);
        sender.Send(11, 2, [0, 0], MediaKind.Retransmission, RoomTypes.Vp8 + 1);
        Assert.Empty(viewer.Take());
        _room.Wait(TimeSpan.FromMilliseconds(80));
        sender.SendDelta(5, 3);
        Assert.Equal(3u << 16, BinaryPrimitives.ReadUInt32BigEndian(Assert.Single(sender.TakeFeedback(205, 1)).AsSpan(12)));
    }

    [Fact]
    public void Only_wanted_pictures_are_sent_and_who_comes_back_goes_on_where_they_left()
    {
        var (one, other) = (_room.Sender(), _room.Sender());
        var viewer = _room.Viewer();
        one.SendKey(1, 1);
        other.SendKey(1, 1);
        viewer.Leg.Want(100, new Dictionary<uint, int> { [one.Leg.VideoSsrc] = 0 });
        _room.Settle();
        one.SendDelta(2, 2);
        other.SendDelta(2, 2);
        Assert.Equal([one.Leg.VideoSsrc, other.Leg.VideoSsrc, other.Leg.VideoSsrc], viewer.Take().Select(packet => Rtp.Ssrc(packet)));
        viewer.Leg.Want(0, new Dictionary<uint, int> { [one.Leg.VideoSsrc] = 1 });
        _room.Settle();
        one.SendDelta(3, 3);
        other.SendDelta(3, 3);
        var seen = viewer.Take();
        Assert.All(seen, packet => Assert.Equal(one.Leg.VideoSsrc, Rtp.Ssrc(packet)));
        Assert.Equal([2, 3], seen.Select(packet => (int)Rtp.Sequence(packet)));
    }

    [Fact]
    public void Who_leaves_is_sent_nothing_more_and_a_sender_who_leaves_leaves_no_trace()
    {
        var sender = _room.Sender();
        var (viewer, stays) = (_room.Viewer(), _room.Viewer());
        sender.SendKey(1, 1);
        viewer.Take();
        viewer.Leg.Leave();
        _room.Settle();
        sender.SendDelta(2, 2);
        Assert.Empty(viewer.Take());
        Assert.Equal([1, 2], stays.TakeSequences());
        Assert.Equal(1, stays.Leg.Watched);
        sender.Leg.Leave();
        _room.Settle();
        Assert.Null(stays.Leg.Shard.FindFeed(sender.Leg.VideoSsrc));
        Assert.Equal(0, stays.Leg.Watched);
    }

    [Theory, InlineData(false, 4_000_000), InlineData(true, 10_000_000)]
    public void A_picture_has_the_rate_of_its_senders_right(bool isHigh, int bits)
    {
        var sender = _room.Sender(VoiceRights.Video | (isHigh ? VoiceRights.HighQuality : VoiceRights.None));
        var viewer = _room.Viewer();
        var payload = new byte[1000 - Rtp.HeaderLength - 20];
        payload[0] = 0x10;
        var packets = bits / 8 / 1000;
        for (var i = 1; i <= packets + 50; i++)
            sender.Send(i, 1, payload);
        Assert.Equal(packets, viewer.Take().Count);
        Assert.Equal(50, _room.Thread.Counters.Dropped(Drop.Limited));
        Assert.Equal(bits, AllowedBits(sender), 100.0);
    }

    [Fact]
    public void The_sender_is_told_what_arrives_and_what_three_quarters_of_the_viewers_can_take()
    {
        var sender = _room.Sender();
        var viewers = Enumerable.Range(0, 4).Select(_ => _room.Viewer()).ToList();
        var payload = new byte[1000];
        payload[0] = 0x10;
        void SendSecond(int first, int count)
        {
            for (var i = 0; i < count; i++)
                sender.Send(first + i, first + i, payload);
            sender.Take();
            _room.Wait(s_second);
            sender.Leg.Feed!.Report(_room.Now);
        }

        SendSecond(1, 2);
        Assert.Equal(4_000_000, AllowedBits(sender), 20.0);
        // 4 to 103 never came, nor did what was asked for.
        sender.Send(3, 3, payload);
        SendSecond(104, 100);
        var report = sender.TakeFeedback(201, 1)[^1];
        Assert.Equal(256 * 100 / 201, report[12]);
        Assert.Equal(100u, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(12)) & 0xFF_FFFF);
        Assert.Equal(203u, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(16)));

        void Estimate(int index, uint bits) => viewers[index].Say(206, 15, 0, 0x5245_4D42, 1u << 24 | 4u << 18 | bits >> 4, sender.Leg.VideoSsrc);
        Estimate(0, 200_000);
        Estimate(1, 400_000);
        Estimate(2, 2_000_000);
        Estimate(3, 2_000_000);
        SendSecond(204, 100);
        Assert.Equal(400_000, AllowedBits(sender), 20.0);
        Estimate(1, 2_000_000);
        SendSecond(304, 100);
        Assert.Equal(450_000, AllowedBits(sender), 20.0);
    }

    [Fact]
    public void When_it_was_sent_is_told_back_to_the_sender_and_by_this_servers_clock_to_the_viewers()
    {
        var sender = _room.Sender();
        var viewer = _room.Viewer();
        sender.SendKey(1, 1);
        viewer.Take();
        Span<byte> plain = stackalloc byte[28];
        (plain[0], plain[1], plain[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(plain[4..], sender.Leg.VideoSsrc);
        BinaryPrimitives.WriteUInt64BigEndian(plain[8..], 0x1111_2222_3333_4444);
        BinaryPrimitives.WriteUInt32BigEndian(plain[16..], 3000);
        sender.SendPlain(plain);
        var told = Assert.Single(viewer.Take());
        Assert.Equal(plain[16..].ToArray(), told[16..]);
        Assert.Equal(Rtcp.ShortTime(_room.Now), BinaryPrimitives.ReadUInt32BigEndian(told.AsSpan(10)));
        sender.SendKey(2, 2);
        sender.Take();
        _room.Wait(s_second);
        sender.Leg.Feed!.Report(_room.Now);
        var back = Assert.Single(sender.TakeFeedback(201, 1));
        Assert.Equal(0x2222_3333u, BinaryPrimitives.ReadUInt32BigEndian(back.AsSpan(24)));
        Assert.Equal(65_536u, BinaryPrimitives.ReadUInt32BigEndian(back.AsSpan(28)));
    }

    [Fact]
    public void Reports_of_the_sender_are_passed_on_a_few_times_a_second_and_not_to_those_who_left()
    {
        var sender = _room.Sender();
        var (viewer, gone) = (_room.Viewer(), _room.Viewer());
        sender.SendKey(1, 1);
        viewer.Take();
        gone.Leg.Leave();
        _room.Settle();
        Span<byte> plain = stackalloc byte[28];
        (plain[0], plain[1], plain[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(plain[4..], sender.Leg.VideoSsrc);
        for (var i = 0; i < 1000; i++)
        {
            sender.SendPlain(plain);
            _room.Wait(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(5, viewer.Take().Count);
    }

    [Fact]
    public void What_follows_a_report_on_nothing_is_read()
    {
        var sender = _room.Sender();
        var viewer = _room.Viewer();
        sender.SendKey(1, 1);
        _room.Wait(s_second);
        sender.Take();
        var compound = new byte[20];
        (compound[0], compound[1], compound[3], compound[8], compound[9], compound[11]) = (0x80, 201, 1, 0x81, 206, 2);
        BinaryPrimitives.WriteUInt32BigEndian(compound.AsSpan(4), viewer.Leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(compound.AsSpan(12), viewer.Leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(compound.AsSpan(16), sender.Leg.VideoSsrc);
        viewer.SendPlain(compound);
        Assert.Equal(1, sender.TakeKeyframeRequests());
    }

    [Fact]
    public void No_packet_allocates()
    {
        var sender = _room.Sender(VoiceRights.Video | VoiceRights.HighQuality);
        var viewers = Enumerable.Range(0, 50).Select(_ => _room.Viewer()).ToList();
        var payload = new byte[1000];
        payload[0] = 0x10;
        _room.Port.IsRecording = false;
        void Send(int from, int count)
        {
            for (var i = from; i < from + count; i++)
            {
                // A keyframe now and then, and gaps that are asked for.
                payload[1] = (byte)(i % 100 == 0 ? 0 : 1);
                if (i % 50 != 7)
                    sender.Send(i & 0xFFFF, i, payload);
                _room.Wait(TimeSpan.FromMilliseconds(2));
            }
        }

        Send(1, 500);
        var (before, sent) = (GC.GetAllocatedBytesForCurrentThread(), _room.Port.Sent);
        Send(501, 3000);
        Allocations.AssertNone(before, times: 3000);
        Assert.True(_room.Port.Sent - sent >= 50 * 2940);
    }

    // By the newest report.
    private static double AllowedBits(Participant sender)
    {
        var rate = BinaryPrimitives.ReadUInt32BigEndian(sender.TakeFeedback(201, 1)[^1].AsSpan(48));
        return (long)(rate & 0x3FFFF) << (int)(rate >> 18 & 0x3F);
    }
}
