using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Packets through the media threads, by sockets on loopback: on Linux's batches, and on the sockets of other systems.</summary>
public sealed class MediaForwardingTests
{
    private const string Aes = "aead_aes256_gcm_rtpsize";
    private const string ChaCha = "aead_xchacha20_poly1305_rtpsize";

    private static readonly Snowflake s_room = new(7);
    private static readonly byte[] s_frame = [.. Enumerable.Range(0, 160).Select(i => (byte)i)];

    [Theory, InlineData(false), InlineData(true)]
    public void Discovery_tells_a_client_its_address(bool isPortable)
    {
        using var sfu = MediaClient.Start(isPortable: isPortable);
        using var client = new MediaClient(sfu, s_room, Aes);
        Assert.Equal(client.Local, client.Discovered);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_packet_reaches_everybody_in_the_room_but_its_sender_and_nobody_elsewhere(bool isPortable)
    {
        using var sfu = MediaClient.Start(isPortable: isPortable);
        using var speaker = new MediaClient(sfu, s_room, Aes);
        using var first = new MediaClient(sfu, s_room, Aes);
        using var second = new MediaClient(sfu, s_room, ChaCha);
        using var elsewhere = new MediaClient(sfu, new Snowflake(8), Aes);
        speaker.Speak(s_frame);
        foreach (var hearer in new[] { first, second })
        {
            var heard = hearer.Hear();
            Assert.Equal(speaker.Leg.AudioSsrc, Rtp.Ssrc(heard));
            Assert.Equal(Rtp.Opus, Rtp.PayloadType(heard));
            Assert.Equal(1, Rtp.Sequence(heard));
            Assert.Equal(s_frame, heard[Rtp.HeaderLength..]);
        }

        MediaClient.Settle(speaker.Leg);
        Assert.True(speaker.HeardNothing);
        Assert.True(elsewhere.HeardNothing);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_longest_packet_that_is_taken_can_be_sent(bool isPortable)
    {
        using var sfu = MediaClient.Start(isPortable: isPortable);
        using var speaker = new MediaClient(sfu, s_room, "xsalsa20_poly1305");
        using var hearer = new MediaClient(sfu, s_room, "xsalsa20_poly1305");
        var longest = new byte[DatagramPort.MaxDatagram - Rtp.HeaderLength - 16];
        speaker.Speak(longest);
        Assert.Equal(longest, hearer.Hear()[Rtp.HeaderLength..]);
    }

    [Fact]
    public void People_with_different_modes_hear_one_another()
    {
        using var sfu = MediaClient.Start();
        var people = EncryptionModes.All.Select(mode => new MediaClient(sfu, s_room, mode)).ToList();
        foreach (var speaker in people)
        {
            speaker.Speak(s_frame);
            foreach (var hearer in people.Where(hearer => hearer != speaker))
            {
                var heard = hearer.Hear();
                Assert.Equal(speaker.Leg.AudioSsrc, Rtp.Ssrc(heard));
                Assert.Equal(s_frame, heard[Rtp.HeaderLength..]);
            }
        }

        people.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Many_packets_arrive_in_their_order_also_when_they_travel_as_trains()
    {
        using var sfu = MediaClient.Start(limits: MediaClient.Patient with { AudioPackets = 100_000 });
        using var speaker = new MediaClient(sfu, s_room, ChaCha);
        using var hearer = new MediaClient(sfu, s_room, Aes);
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 50; i++)
                speaker.Speak(s_frame.AsSpan(0, 100 + i / 10 * 10 + (i & 1)));
            for (var i = 0; i < 50; i++)
            {
                var heard = hearer.Hear();
                Assert.Equal(round * 50 + i + 1, Rtp.Sequence(heard));
                Assert.Equal(s_frame.AsSpan(0, 100 + i / 10 * 10 + (i & 1)), heard.AsSpan(Rtp.HeaderLength));
            }
        }
    }

    [Fact]
    public void Who_is_muted_or_deafened_or_gone_is_left_out()
    {
        using var sfu = MediaClient.Start();
        using var one = new MediaClient(sfu, s_room, Aes);
        using var other = new MediaClient(sfu, s_room, Aes);
        using var deaf = new MediaClient(sfu, s_room, Aes, VoiceRights.Speak);
        one.Leg.Change(VoiceRights.Hear);
        one.Speak(s_frame);
        other.Speak([1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], one.Hear()[Rtp.HeaderLength..]);
        Assert.True(other.HeardNothing);
        Assert.Equal(1, sfu.Threads[0].Counters.Dropped(Drop.NotAllowed));
        one.Leg.Change(VoiceRights.Hear | VoiceRights.Speak);
        other.Leg.Leave();
        one.Speak(s_frame);
        deaf.Speak(s_frame);
        Assert.Equal(deaf.Leg.AudioSsrc, Rtp.Ssrc(one.Hear()));
        Assert.True(other.HeardNothing);
        Assert.True(deaf.HeardNothing);
    }
}
