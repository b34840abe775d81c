using System.Buffers.Binary;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Pictures that go on after something was lost, or after they were away.</summary>
public sealed class VideoRecoveryTests
{
    // A browser takes no number of a stream twice.
    [Fact]
    public void Numbers_of_retransmissions_go_on_when_a_picture_comes_back()
    {
        using var room = new PictureRoom();
        var (sender, viewer) = (room.Sender(), room.Viewer());
        List<ushort> numbers = [];
        for (var picture = 1; picture <= 2; picture++)
        {
            sender.SendKey(picture, picture);
            viewer.Take();
            viewer.Say(205, 1, sender.Leg.VideoSsrc, (uint)picture << 16);
            numbers.Add(Rtp.Sequence(Assert.Single(viewer.Take())));
            sender.Leg.Show(false);
            sender.Leg.Show(true);
            room.Settle();
        }

        Assert.Equal([1, 2], numbers);
    }

    [Fact]
    public void A_keyframe_that_was_lost_is_asked_for_again_by_viewers_on_another_thread()
    {
        using var bench = new MediaBench(threads: 2);
        var room = bench.Open();
        var sender = bench.Join(room, VoiceRights.Speak | VoiceRights.Video);
        var viewer = bench.Join(room, VoiceRights.Hear, thread: 1);
        sender.Leg.Choose(PictureRoom.Codecs());
        viewer.Leg.Choose(PictureRoom.Codecs());
        sender.Leg.Show(true);
        bench.Turn();
        var sequence = 0;
        void SendDelta()
        {
            Assert.Null(bench.Send(sender, sender.Packet([0x10, 0x01, 0x00], ++sequence, sender.Leg.VideoSsrc, RoomTypes.Vp8)));
            for (var i = 0; i < 2; i++)
                bench.Turn();
        }

        int Asked() => bench.TakeHeard(sender).Count(packet => (packet[0] & 0x1F, packet[1]) == (1, 206));
        SendDelta();
        Assert.Equal(1, Asked());
        bench.Now += TimeSpan.TicksPerSecond;
        // As the other thread meets the next packet, a second later.
        var next = new byte[Rtp.HeaderLength + 3];
        (next[0], next[1], next[12], next[13]) = (0x80, RoomTypes.Vp8, 0x10, 0x01);
        BinaryPrimitives.WriteUInt16BigEndian(next.AsSpan(2), (ushort)++sequence);
        Rtp.WriteSsrc(next, sender.Leg.VideoSsrc);
        room.On(bench.Threads[1]).Forward(sender.Leg, MediaKind.Video, RoomTypes.Vp8, 0, 0, next, bench.Now);
        bench.Turn();
        SendDelta();
        Assert.Equal(1, Asked());
    }
}
