using System.Buffers;
using BenchmarkDotNet.Attributes;
using Discord.Host.Gateway;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Microsoft.Extensions.Configuration;

namespace Discord.Benchmarks;

/// <summary>What happens once for each recipient of an event: number it, keep it, write its frame. None of it may allocate.</summary>
/// <remarks>Allocated bytes are exact on any machine and are gated (<see cref="Gate"/>); times are printed and say little on shared cores.</remarks>
[MemoryDiagnoser]
public class DeliveryBenchmarks
{
    private static readonly Message s_message = new()
    {
        Id = new Snowflake(1_573_777_548_951_683_072),
        ChannelId = new Snowflake(1_573_777_547_093_606_401),
        GuildId = new Snowflake(1_573_777_547_089_412_096),
        Author = new User { Id = new Snowflake(1_573_777_546_007_281_664), Username = "sender" },
        Content = new string('x', 64),
        Timestamp = new Timestamp(1_795_288_207_043),
    };

    private readonly ArrayBufferWriter<byte> _output = new(1 << 16);
    private DispatchPayload _payload = null!;
    private GatewaySession _session = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _payload = new DispatchPayload("MESSAGE_CREATE", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(s_message, ProtocolJson.Options));
        var limits = new GatewayLimits(new ConfigurationBuilder().Build(), TimeProvider.System);
        _session = new GatewaySession("session", new SessionOptions(s_message.Author.Id, false, "", Intents.All, 0, 1, 50), limits);
        // Fills the ring, so that what is measured is the steady state: one in, one out.
        for (var i = 0; i < limits.MaxRingEvents; i++)
            _session.Enqueue(_payload);
    }

    [Benchmark]
    public void WriteJson() => Write(new FrameFormat(false, FrameCompression.None));

    [Benchmark]
    public void WriteEtf() => Write(new FrameFormat(true, FrameCompression.None));

    [Benchmark]
    public void WriteZlibStream() => Write(new FrameFormat(false, FrameCompression.ZlibStream));

    [Benchmark]
    public void WriteCompressedPayload() => Write(new FrameFormat(false, FrameCompression.Payload));

    [Benchmark]
    public void Enqueue() => _session.Enqueue(_payload);

    private void Write(FrameFormat format)
    {
        _output.ResetWrittenCount();
        _payload.WriteFrame(_output, 123_456, format, start: false);
    }
}
