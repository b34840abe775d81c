using BenchmarkDotNet.Attributes;
using Discord.Modules.Voice.Media;
using Discord.UnitTests.Voice;

namespace Discord.Benchmarks;

/// <summary>What a packet of voice costs besides the kernel's part: sealed by its sender, opened, and sealed for 24 others. Nothing may be allocated.</summary>
[MemoryDiagnoser]
public class ForwardingBenchmarks
{
    private readonly byte[] _frame = new byte[160];
    private (MediaBench Bench, MediaPerson Speaker) _aesGcm;
    private (MediaBench Bench, MediaPerson Speaker) _xChaCha20;
    private (MediaBench Bench, MediaPerson Speaker) _xSalsa20;
    private long _packets;

    [GlobalSetup]
    public void Prepare() => (_aesGcm, _xChaCha20, _xSalsa20, _packets) = (Room("aead_aes256_gcm_rtpsize"), Room("aead_xchacha20_poly1305_rtpsize"), Room("xsalsa20_poly1305"), 0);

    /// <summary>A packet that was dropped costs next to nothing: what was measured then is not forwarding.</summary>
    [GlobalCleanup]
    public void Check()
    {
        var sent = _aesGcm.Bench.SentCount + _xChaCha20.Bench.SentCount + _xSalsa20.Bench.SentCount;
        if (sent != _packets * (ActiveSpeakers.SmallRoom - 1))
            throw new InvalidOperationException($"{_packets} packets became {sent}, and not each {ActiveSpeakers.SmallRoom - 1}.");
    }

    [Benchmark]
    public void ForwardAesGcm() => Forward(_aesGcm);

    [Benchmark]
    public void ForwardXChaCha20() => Forward(_xChaCha20);

    [Benchmark]
    public void ForwardXSalsa20() => Forward(_xSalsa20);

    private static (MediaBench Bench, MediaPerson Speaker) Room(string mode)
    {
        var bench = new MediaBench(limits: new MediaLimits { MaxAge = TimeSpan.MaxValue, AudioPackets = 10_000_000 }) { Keeps = false };
        var room = bench.Open();
        return (bench, Enumerable.Range(0, ActiveSpeakers.SmallRoom).Select(_ => bench.Join(room, mode: mode)).Last());
    }

    private void Forward((MediaBench Bench, MediaPerson Speaker) room)
    {
        _packets++;
        var now = MediaClock.Now;
        room.Speaker.Leg.Thread.Handle(room.Speaker.Seal(_frame), room.Speaker.Address, now, now);
    }
}
