using System.Buffers.Binary;
using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>RTCP of sound: who is told what, and what is learned from it.</summary>
public sealed class MediaReportTests : IDisposable
{
    private static readonly byte[] s_frame = [.. Enumerable.Range(0, 160).Select(i => (byte)i)];

    private readonly MediaBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_browser_is_told_when_the_sound_was_said_and_tells_back_how_long_the_way_is()
    {
        var room = _bench.Open();
        var (speaker, bot, browser) = (_bench.Join(room), _bench.Join(room), Browser(room));
        for (var i = 0; i < 3; i++)
            Assert.Null(_bench.Send(speaker, speaker.Packet(s_frame)));
        _bench.Clear();
        Second(room);
        var report = Assert.Single(_bench.TakeHeard(browser));
        Assert.Equal((0x80, 200, 28), (report[0], report[1], report.Length));
        Assert.Equal(speaker.Leg.AudioSsrc, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(4)));
        var sent = BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(10));
        Assert.Equal(Rtcp.ShortTime(_bench.Now), sent);
        // The third packet's timestamp, and the second that passed.
        Assert.Equal(3 * 960 + 48_000, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(16)), 2.0);
        Assert.Equal((3u, 3u * 160), (BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(20)), BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(24))));
        // Libraries of Discord's protocol know no RTCP.
        Assert.Empty(_bench.TakeSent(bot.Address));
        Assert.Empty(_bench.TakeSent(speaker.Address));

        _bench.Now += TimeSpan.FromMilliseconds(150).Ticks;
        Assert.Null(_bench.Send(browser, browser.Protect(Back(browser, sent, 65_536 / 20, 32))));
        var told = browser.Leg.ReadStatistics();
        Assert.Equal(100, told.RoundTrip!.Value.TotalMilliseconds, 1.0);
        Assert.Equal(0.125, told.RemoteLoss);
    }

    [Fact]
    public void It_is_told_every_five_seconds_while_somebody_speaks_and_sooner_when_they_tell_more()
    {
        var room = _bench.Open();
        var (speaker, browser) = (Browser(room), Browser(room));
        int Told()
        {
            _bench.Clear();
            Second(room);
            return _bench.TakeHeard(browser).Count(packet => packet[1] == 200);
        }

        Assert.Equal(0, Told());
        List<int> told = [];
        for (var i = 0; i < 11; i++)
        {
            Assert.Null(_bench.Send(speaker, speaker.Packet(s_frame)));
            told.Add(Told());
        }

        Assert.Equal([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], told);
        // By the hundred: still once a second, and by the sender's own clock.
        Assert.Null(_bench.Send(speaker, speaker.Packet(s_frame)));
        var own = new byte[28];
        (own[0], own[1], own[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(own.AsSpan(4), speaker.Leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(own.AsSpan(10), 0x1234_5678);
        BinaryPrimitives.WriteUInt32BigEndian(own.AsSpan(16), 777_000);
        for (var i = 0; i < 100; i++)
            Assert.Null(_bench.Send(speaker, speaker.Protect(own)));
        Assert.DoesNotContain(_bench.TakeSent(browser.Address), packet => packet[1] == 200);
        Second(room);
        var report = Assert.Single(_bench.TakeHeard(browser), packet => packet[1] == 200);
        Assert.Equal(777_000 + 48_000, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(16)), 2.0);
        Assert.Equal(0, Told());
    }

    [Fact]
    public void A_browser_that_speaks_is_told_how_it_arrives()
    {
        var room = _bench.Open();
        var (speaker, _) = (Browser(room), _bench.Join(room));
        foreach (var number in (int[])[1, 2, 3, 5])
            Assert.Null(_bench.Send(speaker, speaker.Packet(s_frame, number)));
        var own = new byte[28];
        (own[0], own[1], own[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(own.AsSpan(4), speaker.Leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(own.AsSpan(10), 0x1234_5678);
        Assert.Null(_bench.Send(speaker, speaker.Protect(own)));
        Second(room);
        var report = Assert.Single(_bench.TakeHeard(speaker));
        Assert.Equal((0x81, 201, 32), (report[0], report[1], report.Length));
        Assert.Equal(speaker.Leg.AudioSsrc, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(8)));
        Assert.Equal((256 / 5, 1u), (report[12], BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(12)) & 0xFF_FFFF));
        Assert.Equal(5u, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(16)));
        Assert.Equal((0x1234_5678u, 65_536u), (BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(24)), BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(28))));
    }

    [Theory, InlineData(2), InlineData(3)]
    public void Browsers_on_every_thread_are_told_once(int threads)
    {
        using var bench = new MediaBench(threads);
        var room = bench.Open();
        var speaker = bench.Join(room);
        var browsers = Enumerable.Range(0, threads).Select(thread => Browser(room, bench, thread)).ToList();
        Assert.Null(bench.Send(speaker, speaker.Packet(s_frame)));
        bench.Turn();
        bench.Clear();
        bench.Now += TimeSpan.TicksPerSecond;
        speaker.Leg.Check(bench.Now);
        bench.Turn();
        Assert.All(browsers, browser => Assert.Equal(200, Assert.Single(bench.TakeHeard(browser))[1]));
    }

    // Somebody whose silence is not passed on is not reported on either: thousands with an open microphone would be millions of reports.
    [Fact]
    public void Nothing_is_told_of_those_who_are_not_heard()
    {
        var room = _bench.Open();
        var people = Enumerable.Range(0, ActiveSpeakers.SmallRoom).Select(_ => _bench.Join(room)).ToList();
        var (silent, browser) = (_bench.Join(room), Browser(room));
        Assert.Equal(Drop.Silent, _bench.Send(silent, silent.Packet([0xF8, 0xFF, 0xFE])));
        _bench.Clear();
        Second(room);
        Assert.Empty(_bench.TakeSent(browser.Address));
    }

    [Fact]
    public void Losses_are_counted_on_when_a_new_key_was_agreed()
    {
        var room = _bench.Open();
        var one = _bench.Join(room);
        foreach (var number in (int[])[1, 2, 4])
            Assert.Null(_bench.Send(one, one.Packet(s_frame, number)));
        one.Leg.Use(EncryptionModes.Create("aead_aes256_gcm_rtpsize", one.Key)!);
        _bench.Turn();
        foreach (var number in (int[])[500, 502])
            Assert.Null(_bench.Send(one, one.Packet(s_frame, number)));
        Assert.Equal((5, 2), (one.Leg.ReadStatistics().Received, one.Leg.ReadStatistics().Lost));
    }

    [Fact]
    public void Timestamps_that_begin_anew_with_a_new_key_are_no_jitter()
    {
        var one = _bench.Join(_bench.Open());
        Assert.Null(_bench.Send(one, one.Packet(s_frame, 1)));
        one.Leg.Use(EncryptionModes.Create("aead_aes256_gcm_rtpsize", one.Key)!);
        _bench.Turn();
        Assert.Null(_bench.Send(one, one.Packet(s_frame, 30_000)));
        Assert.Equal(TimeSpan.Zero, one.Leg.ReadStatistics().Jitter);
    }

    private MediaPerson Browser(Room room) => Browser(room, _bench, 0);

    // To the room, a browser is a leg whose address ICE chose.
    private static MediaPerson Browser(Room room, MediaBench bench, int thread)
    {
        var browser = bench.Join(room, thread: thread);
        browser.Leg.Bind(browser.Address);
        browser.Leg.Thread.Turn();
        return browser;
    }

    private void Second(Room room)
    {
        _bench.Now += TimeSpan.TicksPerSecond;
        foreach (var leg in room.On(_bench.Threads[0]).Legs)
            leg.Check(_bench.Now);
    }

    private static byte[] Back(MediaPerson from, uint last, uint delay, byte fractionLost)
    {
        var report = new byte[32];
        (report[0], report[1], report[3], report[12]) = (0x81, 201, 7, fractionLost);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), from.Leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(24), last);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(28), delay);
        return report;
    }
}
