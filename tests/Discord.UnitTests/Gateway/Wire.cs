using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Discord.Host.Gateway;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Microsoft.Extensions.Configuration;

namespace Discord.UnitTests.Gateway;

/// <summary>Sessions, connections and frames without a socket.</summary>
internal static class Wire
{
    public static GatewayLimits Limits(TimeProvider clock, params (string Key, int Value)[] settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Gateway:{setting.Key}", (string?)$"{setting.Value}"))).Build(), clock);

    public static SessionOptions Options(ulong userId = 1) => new(new Snowflake(userId), false, "hash", Intents.All, 0, 1, 50);

    public static DispatchPayload Payload(string text) => new("TEST", System.Text.Encoding.UTF8.GetBytes($"\"{text}\""));

    /// <summary>Takes server frames apart: whole and unmasked ones, as the product writes them.</summary>
    public static List<(FrameKind Kind, byte[] Payload)> Frames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(FrameKind, byte[])>();
        while (bytes.Length > 0)
        {
            if ((bytes[0] & 0xF0) != 0x80 || (bytes[1] & 0x80) != 0)
                throw new InvalidDataException("Not a whole, unmasked frame.");
            var (length, at) = bytes[1] switch
            {
                126 => (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 4),
                127 => ((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]), 10),
                var small => (small, 2),
            };
            frames.Add(((FrameKind)(bytes[0] & 0x0F), bytes.Slice(at, length).ToArray()));
            bytes = bytes[(at + length)..];
        }

        return frames;
    }
}

/// <summary>A connection whose two directions are pipes, and that remembers being cut off.</summary>
internal sealed class LooseConnection : IDuplexPipe
{
    private readonly Pipe _in = new();
    private readonly Pipe _out = new();

    public LooseConnection(TimeProvider clock) => Connection = new GatewayConnection(this, etf: false, FrameCompression.None, "127.0.0.1", () => IsCut = true, clock);

    public GatewayConnection Connection { get; }

    public bool IsCut { get; private set; }

    public PipeReader Input => _in.Reader;

    public PipeWriter Output => _out.Writer;
}

/// <summary>A writer over one array, which is used again and again: it allocates nothing itself.</summary>
internal sealed class FixedWriter(int size) : IBufferWriter<byte>
{
    private readonly byte[] _bytes = new byte[size];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Reset() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(Length);

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(Length);
}
