using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Discord.Host.Gateway.Encoding;

namespace Discord.Host.Gateway;

/// <summary>How a connection's frames are written.</summary>
/// <param name="Etf">ETF instead of JSON.</param>
/// <param name="Compression">What is done to the encoded bytes.</param>
/// <param name="Zstd">The connection's stream for <see cref="FrameCompression.ZstdStream"/>.</param>
internal readonly record struct FrameFormat(bool Etf, FrameCompression Compression, ZstdStream? Zstd = null);

internal enum FrameCompression
{
    None,

    /// <summary>compress=zlib-stream in the socket's query: one stream for the whole connection.</summary>
    ZlibStream,

    /// <summary>compress=zstd-stream: the same with zstd.</summary>
    ZstdStream,

    /// <summary>compress=true in IDENTIFY: each dispatch a zlib stream of its own.</summary>
    Payload,
}

/// <summary>
/// One event for the gateway: serialized once per encoding and compressed once, shared by every session that gets it and by their resume
/// rings. Between sessions only the sequence number differs, so it is written last: everything before it is common.
/// </summary>
/// <remarks>Thread-safe. The bytes belong to the garbage collector: a ring may keep them for minutes, longer than a pooled buffer should be out.</remarks>
internal sealed class DispatchPayload
{
    /// <summary>Sequence digits and the closing brace, or an ETF integer; a stored block's header and the flush around them; a checksum.</summary>
    private const int MaxSuffix = 32;

    /// <summary>A block of Kestrel's pipe has 4,096 bytes: larger frames are written in pieces instead of asking for a buffer of their own.</summary>
    private const int MaxAtOnce = 4000;

    // {"t":NAME,"op":0,"d":DATA,"s": - the data is found inside it, so that it is kept once.
    private readonly byte[] _json;
    private readonly int _dataStart;
    private readonly int _dataLength;
    private byte[]? _etf;
    private Compressed? _deflatedJson;
    private Compressed? _deflatedEtf;

    private readonly bool _isShared;

    /// <param name="name">The frame's "t".</param>
    /// <param name="data">The frame's "d" as JSON.</param>
    /// <param name="isShared">False for what one session alone gets: then other encodings are made when they are written and not kept.</param>
    public DispatchPayload(string name, ReadOnlySpan<byte> data, bool isShared = true)
    {
        _isShared = isShared;
        Name = name;
        _json = [.. "{\"t\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(name), .. "\",\"op\":0,\"d\":"u8, .. data, .. ",\"s\":"u8];
        _dataLength = data.Length;
        _dataStart = _json.Length - data.Length - ",\"s\":".Length;
    }

    public string Name { get; }

    /// <summary>Bytes that the event holds in memory, roughly: what a ring counts.</summary>
    public int Size => _json.Length;

    /// <summary>Writes {"t":NAME,"op":0,"d":DATA,"s":SEQUENCE} as one WebSocket frame. Runs for each recipient: allocates nothing once an encoding was used.</summary>
    /// <param name="start">The connection's zlib stream starts with this frame: the stream's header goes in front.</param>
    public void WriteFrame(IBufferWriter<byte> output, int sequence, FrameFormat format, bool start)
    {
        Span<byte> suffix = stackalloc byte[MaxSuffix];
        var plain = format.Etf ? EtfSuffix(suffix, sequence) : JsonSuffix(suffix, sequence);
        switch (format.Compression)
        {
            case FrameCompression.None:
                Write(output, format.Etf ? FrameKind.Binary : FrameKind.Text, [], Prefix(format.Etf), suffix[..plain]);
                break;
            case FrameCompression.ZstdStream:
                format.Zstd!.WriteFrame(output, Prefix(format.Etf), suffix[..plain]);
                break;
            case FrameCompression.ZlibStream:
                {
                    Span<byte> tail = stackalloc byte[MaxSuffix + 16];
                    var length = Deflated.WriteStoredHeader(tail, plain, final: false);
                    suffix[..plain].CopyTo(tail[length..]);
                    Deflated.SyncFlush.CopyTo(tail[(length + plain)..]);
                    Write(output, FrameKind.Binary, start ? Deflated.Header : [], DeflatedPrefix(format.Etf).Bytes, tail[..(length + plain + Deflated.SyncFlush.Length)]);
                    break;
                }

            default:
                {
                    Span<byte> tail = stackalloc byte[MaxSuffix + 16];
                    var compressed = DeflatedPrefix(format.Etf);
                    var length = Deflated.WriteStoredHeader(tail, plain, final: true);
                    suffix[..plain].CopyTo(tail[length..]);
                    BinaryPrimitives.WriteUInt32BigEndian(tail[(length + plain)..], Deflated.Adler32(compressed.Adler, suffix[..plain]));
                    Write(output, FrameKind.Binary, Deflated.Header, compressed.Bytes, tail[..(length + plain + 4)]);
                    break;
                }
        }
    }

    private static void Write(IBufferWriter<byte> output, FrameKind kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> shared, ReadOnlySpan<byte> tail)
    {
        var length = head.Length + shared.Length + tail.Length;
        if (length <= MaxAtOnce)
        {
            // One piece of the pipe and one advance: each takes the pipe's lock.
            var span = output.GetSpan(WebSocketFrames.MaxHeader + length);
            var at = WebSocketFrames.WriteHeader(span, kind, length);
            head.CopyTo(span[at..]);
            shared.CopyTo(span[(at + head.Length)..]);
            tail.CopyTo(span[(at + head.Length + shared.Length)..]);
            output.Advance(at + length);
            return;
        }

        output.Advance(WebSocketFrames.WriteHeader(output.GetSpan(WebSocketFrames.MaxHeader), kind, length));
        output.Write(head);
        output.Write(shared);
        output.Write(tail);
    }

    private static int JsonSuffix(Span<byte> target, int sequence)
    {
        Utf8Formatter.TryFormat(sequence, target, out var digits);
        target[digits] = (byte)'}';
        return digits + 1;
    }

    private static int EtfSuffix(Span<byte> target, int sequence)
    {
        target[0] = 98;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], sequence);
        return 5;
    }

    // Two lanes may make the same bytes at once; one of the results stays.
    private byte[] Prefix(bool etf) => !etf ? _json : !_isShared ? EtfPrefix() : _etf ??= EtfPrefix();

    private Compressed DeflatedPrefix(bool etf) => !_isShared ? Compressed.Of(Prefix(etf)) : etf ? _deflatedEtf ??= Compressed.Of(Prefix(true)) : _deflatedJson ??= Compressed.Of(Prefix(false));

    private byte[] EtfPrefix()
    {
        var output = new ArrayBufferWriter<byte>(_dataLength + 64);
        output.Write<byte>([131, 116, 0, 0, 0, 4]);
        WriteText(output, "t");
        WriteText(output, Name);
        WriteText(output, "op");
        output.Write<byte>([97, 0]);
        WriteText(output, "d");
        Etf.WriteTerm(_json.AsSpan(_dataStart, _dataLength), output);
        WriteText(output, "s");
        return output.WrittenSpan.ToArray();
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        var head = output.GetSpan(5);
        head[0] = 109;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], text.Length);
        output.Advance(5);
        output.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }

    private sealed record Compressed(byte[] Bytes, uint Adler)
    {
        public static Compressed Of(byte[] plain) => new(Deflated.Compress(plain), Deflated.Adler32(1, plain));
    }
}
