using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Discord.Host.Metrics;
using Discord.Modules.Voice;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>What an operator reads of the packets.</summary>
public sealed class MediaMeterTests : IDisposable
{
    private const string Mode = "aead_aes256_gcm_rtpsize";
    private const long Millisecond = TimeSpan.TicksPerMillisecond;

    private static readonly byte[] s_frame = new byte[80];

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory _meters;
    private readonly PrometheusText _text;

    public MediaMeterTests()
    {
        _meters = _services.GetRequiredService<IMeterFactory>();
        _text = new PrometheusText(_meters);
    }

    [Fact]
    public void Packets_rooms_and_people_are_counted_and_paths_are_told_every_second()
    {
        using var sfu = new Sfu(new VoiceOptions(null, null, IPAddress.Loopback, 0, 1, "local", null, null), NullLogger<Sfu>.Instance, meters: _meters) { Limits = MediaClient.Patient };
        sfu.StartAsync(CancellationToken.None);
        using var one = new MediaClient(sfu, new Snowflake(7), Mode);
        using var other = new MediaClient(sfu, new Snowflake(7), Mode);
        MediaClient.Settle(other.Leg);

        one.Speak(s_frame);
        other.Hear();
        other.Send(new byte[100]);
        other.Speak(s_frame);
        one.Hear();

        Assert.Equal((1, 2), (Value("chat_voice_rooms"), Value("chat_voice_legs")));
        Assert.Equal((2, 2), (Value("chat_voice_packets_accepted_total"), Value("chat_voice_packets_forwarded_total")));
        // Two questions of discovery, two packets of media, and what is nothing.
        Assert.Equal((5, 1), (Value("chat_voice_datagrams_received_total"), Value("chat_voice_packets_dropped_total{reason=\"unknown\"}")));
        Assert.True(SpinWait.SpinUntil(() => Value("chat_voice_leg_loss_ratio_count") == 2 && Value("chat_voice_leg_jitter_seconds_count") == 2, TimeSpan.FromSeconds(20)));
        Assert.Equal(0, Value("chat_voice_leg_loss_ratio_sum"));
        Assert.True(!OperatingSystem.IsLinux() || Value("chat_voice_thread_cpu_seconds_total{thread=\"0\"}") > 0);

        one.Leg.Leave();
        other.Leg.Leave();
        MediaClient.Settle(other.Leg);
        Assert.Equal((0, 0), (Value("chat_voice_rooms"), Value("chat_voice_legs")));
    }

    [Fact]
    public void A_path_is_told_of_when_there_is_something_new_to_tell()
    {
        using var meter = new MediaMeter(_meters);
        using var bench = new MediaBench();
        var room = bench.Open();
        var (one, _) = (bench.Join(room), bench.Join(room));
        var counters = one.Leg.Counters;
        counters.Sample(meter);
        Assert.Equal((0, 0, 0, 0), Told());

        foreach (var number in (int[])[1, 2, 3, 5])
        {
            bench.Now += 20 * Millisecond;
            Assert.Null(bench.Send(one, one.Packet(s_frame, number)));
        }

        counters.Sample(meter);
        counters.Sample(meter);
        Assert.Equal((1, 1, 0, 0), Told());
        Assert.Equal(0.2, Value("chat_voice_leg_loss_ratio_sum"), 0.000001);
        Assert.Equal((0, 1), (Value("chat_voice_leg_loss_ratio_bucket{le=\"0.1\"}"), Value("chat_voice_leg_loss_ratio_bucket{le=\"0.2\"}")));

        // What is late is not lost. The next second's loss is its own.
        Assert.Null(bench.Send(one, one.Packet(s_frame, 4)));
        Assert.Null(bench.Send(one, one.Packet(s_frame, 6)));
        counters.Sample(meter);
        Assert.Equal((2, 2, 0, 0), Told());
        Assert.Equal(0.2, Value("chat_voice_leg_loss_ratio_sum"), 0.000001);

        var report = new byte[32];
        (report[0], report[1], report[3], report[12]) = (0x81, 201, 7, 64);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), one.Leg.AudioSsrc);
        Assert.Null(bench.Send(one, one.Protect(report)));
        counters.Sample(meter);
        Assert.Equal((2, 2, 1, 0), Told());
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(24), Rtcp.ShortTime(bench.Now - 200 * Millisecond));
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(28), 65_536 / 10);
        Assert.Null(bench.Send(one, one.Protect(report)));
        counters.Sample(meter);
        counters.Sample(meter);
        Assert.Equal((2, 2, 2, 1), Told());
        Assert.Equal(0.5, Value("chat_voice_leg_reported_loss_ratio_sum"));
        Assert.Equal(0.1, Value("chat_voice_leg_round_trip_seconds_sum"), 0.001);

        // With a new key the numbers may begin anywhere: nothing was lost by that.
        one.Leg.Use(EncryptionModes.Create(Mode, one.Key)!);
        bench.Turn();
        Assert.Null(bench.Send(one, one.Packet(s_frame, 30_000)));
        counters.Sample(meter);
        Assert.Null(bench.Send(one, one.Packet(s_frame, 30_001)));
        counters.Sample(meter);
        Assert.Equal(0.2, Value("chat_voice_leg_loss_ratio_sum"), 0.000001);
    }

    [Fact]
    public void Telling_allocates_nothing()
    {
        using var meter = new MediaMeter(_meters);
        using var bench = new MediaBench { Keeps = false };
        var one = bench.Join(bench.Open());
        var counters = one.Leg.Counters;
        one.Leg.Thread.Handle(one.Seal(s_frame), one.Address, bench.Now, bench.Now);
        counters.Sample(meter);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            one.Leg.Thread.Handle(one.Seal(s_frame), one.Address, bench.Now, bench.Now);
            counters.Reported(0, Millisecond);
            counters.Sample(meter);
        }

        Allocations.AssertNone(before, times: 1000);
        Assert.Equal((1001, 1001, 1000, 1000), Told());
    }

    public void Dispose()
    {
        _text.Dispose();
        _services.Dispose();
    }

    private (double Loss, double Jitter, double Reported, double RoundTrip) Told() =>
        (Value("chat_voice_leg_loss_ratio_count"), Value("chat_voice_leg_jitter_seconds_count"), Value("chat_voice_leg_reported_loss_ratio_count"), Value("chat_voice_leg_round_trip_seconds_count"));

    private double Value(string series) =>
        double.Parse(Regex.Match(_text.Write(), $"^{Regex.Escape(series)} (.*)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
}
