using BenchmarkDotNet.Attributes;
using Discord.Modules.Voice.Media;
using Discord.UnitTests.Voice;

namespace Discord.Benchmarks;

/// <summary>What a packet of voice costs besides the kernel's part: sealed by its sender, opened, and sealed for 24 others. Nothing may be allocated.</summary>
[MemoryDiagnoser]
public class ForwardingBenchmarks
{
    private readonly MediaBench _bench = new(limits: new MediaLimits { MaxAge = TimeSpan.MaxValue, AudioPackets = 10_000_000 }) { Keeps = false };
    private readonly byte[] _frame = new byte[160];
    private MediaPerson[] _speakers = [];

    [GlobalSetup]
    public void Prepare() => _speakers = [.. EncryptionModes.All.Select(mode =>
    {
        var room = _bench.Open();
        return Enumerable.Range(0, ActiveSpeakers.SmallRoom).Select(_ => _bench.Join(room, mode: mode)).Last();
    })];

    [Benchmark]
    public void ForwardAesGcm() => Forward(0);

    [Benchmark]
    public void ForwardXChaCha20() => Forward(1);

    [Benchmark]
    public void ForwardXSalsa20() => Forward(2);

    private void Forward(int mode)
    {
        var speaker = _speakers[mode];
        var now = MediaClock.Now;
        speaker.Leg.Thread.Handle(speaker.Seal(_frame), speaker.Address, now, now);
    }
}
