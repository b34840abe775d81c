using System.Buffers.Binary;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>What a media thread takes, what it passes on, and to whom; with a clock of the test's own.</summary>
public sealed class MediaRulesTests
{
    private const string Lite = "xsalsa20_poly1305_lite";
    private const VoiceRights Everyday = VoiceRights.Hear | VoiceRights.Speak;
    private const long Millisecond = TimeSpan.TicksPerMillisecond;

    private static readonly byte[] s_frame = [.. Enumerable.Range(0, 160).Select(i => (byte)i)];
    private static readonly byte[] s_silence = [0xF8, 0xFF, 0xFE];

    private readonly MediaBench _bench = new();

    [Fact]
    public void A_packet_is_taken_once_and_as_late_as_1023_behind_the_newest()
    {
        var (one, other) = Pair();
        var packets = Enumerable.Range(1, 1200).Select(number => one.Packet(s_frame, number)).ToList();
        Assert.Null(_bench.Send(one, packets[1050]));
        Assert.Equal(Drop.Replayed, _bench.Send(one, packets[1050]));
        Assert.Equal(Drop.Replayed, _bench.Send(one, packets[1050 - 1024]));
        Assert.Null(_bench.Send(one, packets[1050 - 1023]));
        Assert.Null(_bench.Send(one, packets[1049]));
        Assert.Null(_bench.Send(one, packets[1099]));
        Assert.Equal(Drop.Replayed, _bench.Send(one, packets[1049]));
        Assert.Equal([1051, 28, 1050, 1100], _bench.TakeHeard(other).Select(heard => (int)Rtp.Sequence(heard)));
    }

    [Fact]
    public void Numbers_begin_anew_after_65535_and_packets_of_the_round_before_do_not_count()
    {
        var (one, other) = Pair();
        var (old, heldBack) = (one.Packet(s_frame, 10), one.Packet(s_frame, 40));
        Assert.Null(_bench.Send(one, old));
        for (var number = 30_000L; number <= 65_536 + 20; number += number is >= 65_500 and < 65_560 ? 1 : 500)
        {
            _bench.Now += 20 * Millisecond;
            if (number == 65_530)
                Assert.Null(_bench.Send(one, one.Packet(s_frame, 65_537)));
            else if (number != 65_537)
                Assert.Null(_bench.Send(one, one.Packet(s_frame, number)));
        }

        Assert.Equal(Drop.Replayed, _bench.Send(one, one.Packet(s_frame, 65_537)));
        Assert.Equal(Drop.Replayed, _bench.Send(one, old));
        Assert.Equal(Drop.Replayed, _bench.Send(one, heldBack));
        Assert.Null(_bench.Send(one, one.Packet(s_frame, 65_600)));
        Assert.NotEmpty(_bench.TakeHeard(other));
    }

    [Fact]
    public void An_address_follows_authentic_packets_alone()
    {
        var (one, other) = Pair();
        var elsewhere = _bench.NewAddress();
        var forged = one.Packet(s_frame);
        forged[20] ^= 1;
        var seen = one.Packet(s_frame);
        Assert.Null(_bench.Send(one, seen));
        Assert.Equal(Drop.Forged, _bench.Send(one, forged, elsewhere));
        Assert.Equal(Drop.Replayed, _bench.Send(one, seen, elsewhere));
        Assert.Null(_bench.Handle(one.Leg.Thread, one.Discovery(), elsewhere));
        Assert.Equal(one.Address, one.Leg.Address);
        // A NAT gave it another port.
        Assert.Null(_bench.Send(one, one.Packet(s_frame), elsewhere));
        Assert.Equal(elsewhere, one.Leg.Address);
        _bench.Clear();
        Assert.Null(_bench.Send(other, other.Packet(s_frame)));
        Assert.Single(_bench.TakeHeard(one, elsewhere));
        Assert.Empty(_bench.TakeSent(one.Address));
    }

    [Fact]
    public void A_mode_that_does_not_protect_the_header_does_not_move_an_address()
    {
        var one = _bench.Join(_bench.Open(), mode: Lite);
        Assert.Null(_bench.Send(one, one.Packet(s_frame)));
        Assert.Null(_bench.Send(one, one.Packet(s_frame), _bench.NewAddress()));
        Assert.Equal(one.Address, one.Leg.Address);
    }

    [Fact]
    public void Discovery_counts_only_from_where_the_client_says_that_it_is()
    {
        var (one, other) = Pair();
        var elsewhere = _bench.NewAddress();
        _bench.Handle(one.Leg.Thread, one.Discovery(), elsewhere);
        Assert.Equal(elsewhere, one.Leg.Address);
        one.Leg.Expect(one.Address);
        _bench.Turn();
        Assert.False(one.Leg.Address.IsKnown);
        _bench.Handle(one.Leg.Thread, one.Discovery(), elsewhere);
        Assert.False(one.Leg.Address.IsKnown);
        _bench.Handle(one.Leg.Thread, one.Discovery(), one.Address);
        Assert.Equal(one.Address, one.Leg.Address);
        _bench.Clear();
        Assert.Null(_bench.Send(other, other.Packet(s_frame)));
        Assert.Single(_bench.TakeHeard(one));
    }

    [Fact]
    public void What_waited_for_more_than_60_ms_is_dropped()
    {
        using var bench = new MediaBench(limits: new MediaLimits());
        var one = bench.Join(bench.Open());
        Assert.Null(bench.Handle(one.Leg.Thread, one.Packet(s_frame), one.Address, bench.Now - 60 * Millisecond));
        Assert.Equal(Drop.Late, bench.Handle(one.Leg.Thread, one.Packet(s_frame), one.Address, bench.Now - 60 * Millisecond - 1));
        Assert.Null(bench.Handle(one.Leg.Thread, one.Packet(s_frame), one.Address, arrived: 0));
    }

    [Fact]
    public void Who_asks_where_they_are_seen_is_told_however_late()
    {
        using var bench = new MediaBench(limits: new MediaLimits());
        var one = bench.Join(bench.Open());
        var elsewhere = bench.NewAddress();
        Assert.Null(bench.Handle(one.Leg.Thread, one.Discovery(), elsewhere, bench.Now - 1000 * Millisecond));
        Assert.Equal(elsewhere, one.Leg.Address);
    }

    [Fact]
    public void A_sender_may_send_so_many_packets_a_second_and_no_more()
    {
        var one = _bench.Join(_bench.Open(), Everyday | VoiceRights.Video);
        for (var i = 0; i < 100; i++)
            Assert.Null(_bench.Send(one, one.Packet(s_frame)));
        Assert.Equal(Drop.Limited, _bench.Send(one, one.Packet(s_frame)));
        _bench.Now += 10 * Millisecond - 1;
        Assert.Equal(Drop.Limited, _bench.Send(one, one.Packet(s_frame)));
        _bench.Now += 1;
        Assert.Null(_bench.Send(one, one.Packet(s_frame)));
        Assert.Equal(Drop.Limited, _bench.Send(one, one.Packet(s_frame)));
        // Video has a bucket of its own, and retransmissions share it.
        one.Leg.Show(true);
        _bench.Turn();
        var few = new byte[8];
        for (var i = 0; i < 4000; i++)
            Assert.Null(_bench.Send(one, one.Packet(few, ssrc: (i & 1) == 0 ? one.Leg.VideoSsrc : one.Leg.RtxSsrc, type: 101)));
        Assert.Equal(Drop.Limited, _bench.Send(one, one.Packet(few, ssrc: one.Leg.VideoSsrc, type: 101)));
        // A clock that is set back does not silence anybody.
        _bench.Now -= TimeSpan.TicksPerHour;
        Assert.Null(_bench.Send(one, one.Packet(s_frame)));
    }

    [Fact]
    public void Nothing_is_taken_before_op_5()
    {
        var room = _bench.Open();
        var (one, other) = (_bench.Join(room, announces: false), _bench.Join(room));
        Assert.Equal(Drop.Unannounced, _bench.Send(one, one.Packet(s_frame)));
        one.Leg.Announce();
        _bench.Turn();
        Assert.Null(_bench.Send(one, one.Packet(s_frame)));
        Assert.Equal(2, Rtp.Sequence(Assert.Single(_bench.TakeHeard(other))));
    }

    [Fact]
    public void Rights_hold_from_the_packet_after_they_changed()
    {
        var (one, other) = Pair();
        // With the bit that begins a sequence of AV1: a viewer is sent nothing before that.
        byte[] picture = [0x08, .. s_frame];
        one.Leg.Show(true);
        other.Leg.Choose(new PayloadTypes().Add(Rtp.Opus, Rtp.Opus, MediaKind.Audio).Add(101, 101, MediaKind.Video));
        void Check(VoiceRights speaker, VoiceRights hearer, Drop? audio, Drop? video, int heard)
        {
            one.Leg.Change(speaker);
            other.Leg.Change(hearer);
            _bench.Turn();
            Assert.Equal(audio, _bench.Send(one, one.Packet(s_frame)));
            Assert.Equal(video, _bench.Send(one, one.Packet(picture, ssrc: one.Leg.VideoSsrc, type: RoomTypes.Av1)));
            Assert.Equal(heard, _bench.TakeHeard(other).Count);
            // No echo. Reports on its pictures come to it.
            Assert.DoesNotContain(_bench.TakeSent(one.Address), packet => !Rtp.IsRtcp(packet));
        }

        Check(Everyday, VoiceRights.Hear, null, Drop.NotAllowed, 1);
        Check(VoiceRights.Hear, VoiceRights.Hear, Drop.NotAllowed, Drop.NotAllowed, 0);
        Check(VoiceRights.None, VoiceRights.Hear, Drop.NotAllowed, Drop.NotAllowed, 0);
        Check(VoiceRights.Video, VoiceRights.Hear, Drop.NotAllowed, null, 1);
        Check(Everyday | VoiceRights.Video, VoiceRights.Hear, null, null, 2);
        // Deafened: sees, and does not hear.
        Check(Everyday | VoiceRights.Video, VoiceRights.Speak, null, null, 1);
        Check(Everyday, VoiceRights.None, null, Drop.NotAllowed, 0);
        Check(Everyday, VoiceRights.Hear, null, Drop.NotAllowed, 1);
    }

    [Fact]
    public void Another_s_SSRC_another_key_and_other_types_are_refused()
    {
        var (one, other) = Pair();
        Assert.Equal(Drop.Forged, _bench.Send(one, one.Packet(s_frame, ssrc: other.Leg.AudioSsrc)));
        Assert.Equal(Drop.Unknown, _bench.Send(one, one.Packet(s_frame, ssrc: 0x7777_7770)));
        Assert.Equal(Drop.Malformed, _bench.Send(one, one.Packet(s_frame, ssrc: one.Leg.AudioSsrc + 3)));
        Assert.Equal(Drop.Malformed, _bench.Send(one, one.Packet(s_frame, type: 111)));
        Assert.Equal(other.Address, other.Leg.Address);
        Assert.Empty(_bench.TakeSent(one.Address));
        Assert.Empty(_bench.TakeSent(other.Address));
        other.Leg.Leave();
        _bench.Turn();
        Assert.Equal(Drop.Unknown, _bench.Send(other, other.Packet(s_frame)));
    }

    [Theory, InlineData("aead_aes256_gcm_rtpsize"), InlineData("aead_xchacha20_poly1305_rtpsize"), InlineData(Lite)]
    public void A_nonce_that_comes_again_is_refused(string mode)
    {
        var room = _bench.Open();
        var (one, other) = (_bench.Join(room, mode: mode), _bench.Join(room));
        var first = one.Packet(s_frame);
        using var again = EncryptionModes.Create(mode, one.Key)!;
        var plain = one.Open(first);
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), 2);
        var second = new byte[plain.Length + RtpCipher.MaxOverhead];
        second = second[..again.Protect(plain, second)];
        Assert.Equal(first[^4..], second[^4..]);
        Assert.Null(_bench.Send(one, first));
        Assert.Equal(Drop.Forged, _bench.Send(one, second));
        Assert.Single(_bench.TakeHeard(other));
    }

    [Fact]
    public void Truncated_packets_are_refused_at_every_length()
    {
        var (one, other) = Pair();
        var packet = one.Packet(s_frame, level: 30);
        for (var length = 1; length < packet.Length; length++)
        {
            if (length != 8) // A keep-alive.
                Assert.NotNull(_bench.Send(one, packet[..length]));
        }

        Assert.Empty(_bench.TakeSent(other.Address));
        Assert.Null(_bench.Send(one, packet));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Ten_thousand_packets_of_a_stranger_are_counted_and_nothing_else(bool knowsAnSsrc)
    {
        var (one, other) = Pair();
        var stranger = _bench.NewAddress();
        var packet = one.Packet(s_frame, ssrc: knowsAnSsrc ? null : 0x7777_7770);
        packet[^1] ^= 1;
        var thread = one.Leg.Thread;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            thread.Handle(packet, stranger, _bench.Now, _bench.Now);
        Allocations.AssertNone(allocated, times: 10_000);
        Assert.Equal(10_000, thread.Counters.Dropped(knowsAnSsrc ? Drop.Forged : Drop.Unknown));
        Assert.Empty(_bench.TakeSent(stranger));
        Assert.Empty(_bench.TakeSent(other.Address));
        Assert.Equal(one.Address, one.Leg.Address);
    }

    [Fact]
    public void A_flood_of_discovery_gains_nothing()
    {
        var (one, _) = Pair();
        Assert.Null(_bench.Send(one, one.Packet(s_frame)));
        var stranger = _bench.NewAddress();
        var (known, unknown) = (one.Discovery(), one.Discovery());
        unknown[4] ^= 0x40;
        _bench.Keeps = false;
        var (sent, allocated) = (_bench.SentCount, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 10_000; i++)
        {
            one.Leg.Thread.Handle(unknown, stranger, _bench.Now, _bench.Now);
            one.Leg.Thread.Handle(known, stranger, _bench.Now, _bench.Now);
        }

        Allocations.AssertNone(allocated, times: 10_000);
        Assert.Equal(10_000, one.Leg.Thread.Counters.Dropped(Drop.Unknown));
        Assert.Equal(10_000, _bench.SentCount - sent);
        Assert.Equal(one.Address, one.Leg.Address);
        _bench.Keeps = true;
        Assert.Null(_bench.Handle(one.Leg.Thread, known, stranger));
        Assert.Equal(known.Length, Assert.Single(_bench.TakeSent(stranger)).Length);
    }

    [Fact]
    public void Reports_and_arrivals_tell_how_a_path_is()
    {
        var (one, _) = Pair();
        foreach (var number in (int[])[1, 2, 4, 5])
        {
            _bench.Now += 20 * Millisecond * (number == 4 ? 2 : 1);
            Assert.Null(_bench.Send(one, one.Packet(s_frame, number)));
        }

        var even = one.Leg.ReadStatistics();
        Assert.Equal((4, 1, TimeSpan.Zero, 0, null), (even.Received, even.Lost, even.Jitter, even.RemoteLoss, even.RoundTrip));
        _bench.Now += 36 * Millisecond;
        Assert.Null(_bench.Send(one, one.Packet(s_frame, 6)));
        Assert.Equal(1, one.Leg.ReadStatistics().Jitter.TotalMilliseconds, 0.1);

        var report = new byte[32];
        (report[0], report[1], report[3], report[12]) = (0x81, 201, 7, 64);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), one.Leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(24), Rtcp.ShortTime(_bench.Now - 200 * Millisecond));
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(28), 65_536 / 10);
        Assert.Null(_bench.Send(one, one.Protect(report)));
        var told = one.Leg.ReadStatistics();
        Assert.Equal(0.25, told.RemoteLoss);
        Assert.Equal(100, told.RoundTrip!.Value.TotalMilliseconds, 1.0);
        var forged = one.Protect(report);
        forged[^1] ^= 1;
        Assert.Equal(Drop.Forged, _bench.Send(one, forged));
    }

    [Theory, InlineData(2), InlineData(3)]
    public void A_room_over_several_threads_hears_each_packet_once(int threads)
    {
        using var bench = new MediaBench(threads);
        var (room, elsewhere) = (bench.Open(), bench.Open(8));
        var people = Enumerable.Range(0, 3 * threads).Select(i => bench.Join(room, mode: EncryptionModes.All[i % EncryptionModes.All.Count], thread: i % threads)).ToList();
        var stranger = bench.Join(elsewhere, thread: threads - 1);
        people[4].Leg.Change(VoiceRights.Speak);
        bench.Turn();
        foreach (var speaker in people)
        {
            Assert.Null(bench.Send(speaker, speaker.Packet(s_frame)));
            bench.Turn();
            foreach (var person in people)
            {
                var heard = bench.TakeHeard(person);
                Assert.Equal(person == speaker || person == people[4] ? 0 : 1, heard.Count);
                Assert.All(heard, packet => Assert.Equal(speaker.Leg.AudioSsrc, Rtp.Ssrc(packet)));
            }

            Assert.Empty(bench.TakeSent(stranger.Address));
        }

        // The last one of a thread left: nothing is handed to it any more.
        foreach (var person in people.Where((_, i) => i % threads == 1))
            person.Leg.Leave();
        bench.Turn();
        Assert.Equal(threads - 1, room.Threads.Length);
    }

    [Fact]
    public void A_thread_that_does_not_keep_up_loses_packets_instead_of_gathering_them()
    {
        using var bench = new MediaBench(2, MediaClient.Patient with { AudioPackets = 100_000 });
        var room = bench.Open();
        var (speaker, hearer) = (bench.Join(room, thread: 0), bench.Join(room, thread: 1));
        for (var i = 0; i < 1024; i++)
            Assert.Null(bench.Send(speaker, speaker.Packet(s_frame)));
        Assert.Equal(Drop.Crowded, bench.Send(speaker, speaker.Packet(s_frame)));
        for (var i = 0; i < 1024 / DatagramPort.Batch; i++)
            bench.Turn();
        Assert.Equal(1024, bench.TakeHeard(hearer).Count);
        Assert.Null(bench.Send(speaker, speaker.Packet(s_frame)));
    }

    // A packet reaches exactly those who may hear it, whoever comes, goes, moves, and is muted meanwhile.
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void There_is_no_cross_talk(int threads)
    {
        using var bench = new MediaBench(threads, MediaClient.Patient with { AudioPackets = 1_000_000 });
        var random = new Random(threads);
        var rooms = Enumerable.Range(0, 4).Select(i => bench.Open((ulong)i + 1)).ToList();
        var people = new List<(MediaPerson Person, Room Room, VoiceRights Rights)>();
        for (var step = 0; step < 3000; step++)
        {
            var chosen = people.Count == 0 ? -1 : random.Next(people.Count);
            switch (random.Next(10))
            {
                case 0 when people.Count < 30:
                case var _ when chosen < 0:
                    var rights = (VoiceRights)random.Next(4);
                    var room = rooms[random.Next(rooms.Count)];
                    people.Add((bench.Join(room, rights, EncryptionModes.All[random.Next(EncryptionModes.All.Count)], random.Next(threads)), room, rights));
                    break;
                case 1:
                    people[chosen].Person.Leg.Leave();
                    people.RemoveAt(chosen);
                    bench.Turn();
                    break;
                case 2 or 3:
                    people[chosen] = people[chosen] with { Rights = (VoiceRights)random.Next(4) };
                    people[chosen].Person.Leg.Change(people[chosen].Rights);
                    bench.Turn();
                    break;
                default:
                    var (speaker, inRoom, mayDo) = people[chosen];
                    Assert.Equal((mayDo & VoiceRights.Speak) == 0 ? Drop.NotAllowed : null, bench.Send(speaker, speaker.Packet(s_frame)));
                    bench.Turn();
                    foreach (var (person, where, may) in people)
                    {
                        var hears = person != speaker && where == inRoom && (mayDo & VoiceRights.Speak) != 0 && (may & VoiceRights.Hear) != 0;
                        Assert.Equal(hears ? [speaker.Leg.AudioSsrc] : [], bench.TakeHeard(person).Select(packet => Rtp.Ssrc(packet)));
                    }

                    break;
            }
        }
    }

    [Fact]
    public void Silence_is_passed_on_in_a_small_room_and_ends_after_five_frames_in_a_large_one()
    {
        var room = _bench.Open();
        var people = Enumerable.Range(0, ActiveSpeakers.SmallRoom).Select(_ => _bench.Join(room)).ToList();
        var speaker = people[0];
        Assert.Null(_bench.Send(speaker, speaker.Packet(s_frame)));
        for (var i = 0; i < 20; i++)
            Assert.Null(_bench.Send(speaker, speaker.Packet(s_silence)));
        var late = _bench.Join(room);
        Assert.Equal(Drop.Silent, _bench.Send(speaker, speaker.Packet(s_silence)));
        Assert.Null(_bench.Send(speaker, speaker.Packet(s_frame)));
        for (var i = 0; i < 5; i++)
            Assert.Null(_bench.Send(speaker, speaker.Packet(s_silence)));
        Assert.Equal(Drop.Silent, _bench.Send(speaker, speaker.Packet(s_silence)));
        // Level 127 is silence as well, however long the packet is.
        Assert.Equal(Drop.Silent, _bench.Send(speaker, speaker.Packet(s_frame, level: 127)));
        Assert.Equal(6, _bench.TakeHeard(late).Count);
    }

    [Fact]
    public void Loudness_is_what_the_packet_says_or_that_of_everyday_speech()
    {
        var one = _bench.Join(_bench.Open());
        Assert.Null(_bench.Send(one, one.Packet(s_frame)));
        Assert.Equal(90, one.Leg.Loudness);
        Assert.Null(_bench.Send(one, one.Packet(s_frame, level: 0)));
        Assert.Equal(127, one.Leg.Loudness);
        // The extension is the sender's affair: nobody else gets it.
        var other = _bench.Join(one.Leg.Room);
        Assert.Null(_bench.Send(one, one.Packet(s_frame, level: 60)));
        Assert.InRange(one.Leg.Loudness, 100, 126);
        Assert.Equal(s_frame, Assert.Single(_bench.TakeHeard(other))[Rtp.HeaderLength..]);
        one.Leg.Change(Everyday | VoiceRights.Priority);
        _bench.Turn();
        Assert.Null(_bench.Send(one, one.Packet(s_frame, level: 60)));
        Assert.Equal(127 - 60 + 128, one.Leg.Loudness);
    }

    [Theory, InlineData(2, 25), InlineData(25, 25), InlineData(26, 12), InlineData(100, 12), InlineData(101, 6), InlineData(999, 6), InlineData(1000, 3), InlineData(5000, 3)]
    public void The_larger_a_room_the_fewer_are_heard_at_once(int people, int cap)
    {
        Assert.Equal(cap, ActiveSpeakers.Cap(people));
        var room = _bench.Open();
        var active = new ActiveSpeakers();
        var speakers = Enumerable.Range(0, 26).Select(_ => _bench.Join(room).Leg).ToList();
        Assert.Equal(people <= ActiveSpeakers.SmallRoom ? 26 : cap, speakers.Count(speaker => active.Refuse(speaker, 90, 0, people, _bench.Now) is null));
    }

    [Fact]
    public void Who_is_louder_is_heard_instead_but_not_at_once()
    {
        var room = _bench.Open();
        var active = new ActiveSpeakers();
        var legs = Enumerable.Range(0, 5).Select(_ => _bench.Join(room).Leg).ToList();
        Drop? Refuse(int who, int loudness, long at, int silentRun = 0) => active.Refuse(legs[who], loudness, silentRun, 1000, at * Millisecond);

        Assert.Null(Refuse(0, 50, 0));
        Assert.Null(Refuse(1, 60, 0));
        Assert.Null(Refuse(2, 70, 0));
        Assert.Equal(Drop.NotActive, Refuse(3, 120, 0));
        foreach (var at in (int[])[450, 900])
        {
            for (var i = 0; i < 3; i++)
                Assert.Null(Refuse(i, 50 + 10 * i, at));
        }

        Assert.Equal(Drop.NotActive, Refuse(3, 120, 999));
        Assert.Equal(Drop.NotActive, Refuse(3, 59, 1000));
        Assert.Null(Refuse(3, 60, 1000));
        Assert.Equal(Drop.NotActive, Refuse(0, 60, 1001));
        // Half a second of silence makes room for anybody.
        Assert.Null(Refuse(1, 60, 1390, silentRun: 5));
        Assert.Equal(Drop.Silent, Refuse(1, 60, 1390, silentRun: 6));
        Assert.Null(Refuse(2, 70, 1400));
        Assert.Null(Refuse(3, 60, 1400));
        Assert.Equal(Drop.NotActive, Refuse(4, 1, 1400));
        Assert.Null(Refuse(4, 1, 1401));
        Assert.Equal(Drop.NotActive, Refuse(1, 5, 1402));
        active.Remove(legs[2]);
        Assert.Null(Refuse(1, 5, 1403));
        Assert.Equal(Drop.Silent, Refuse(0, 127, 1403, silentRun: 1));
    }

    private (MediaPerson One, MediaPerson Other) Pair()
    {
        var room = _bench.Open();
        return (_bench.Join(room), _bench.Join(room));
    }
}
