using System.Buffers;
using System.Runtime.InteropServices;

namespace Discord.Host.Gateway.Encoding;

/// <summary>One connection's zstd stream: a frame that never ends, flushed after each message. There where the system has libzstd.</summary>
/// <remarks>
/// Source: RFC 8878; the library's manual, "Streaming compression". Unlike zlib's, blocks that were compressed once cannot be spliced into many
/// streams: a block may repeat the offsets of whatever block came before it. So each connection has a context, made small by its parameters:
/// measured 42 KiB and 5 us an event.
/// </remarks>
internal sealed partial class ZstdStream : IDisposable
{
    private const string Library = "libzstd";

    // Source: zstd.h, ZSTD_cParameter: level, windowLog, hashLog, chainLog, strategy. A window of 2 KiB holds the last events, whose words come again
    // in the next: larger ones save nothing more, and cost twice their size each time (8 KiB: 80 KiB).
    private static readonly (int Parameter, int Value)[] s_parameters = [(100, 1), (101, 11), (102, 10), (103, 6), (107, 1)];

    [ThreadStatic]
    private static byte[]? s_buffer;

    private readonly Context _context = CreateContext();

    static ZstdStream() => NativeLibrary.SetDllImportResolver(typeof(ZstdStream).Assembly, (name, _, _) => name == Library ? s_library : 0);

    private static readonly nint s_library = Load();

    /// <summary>Whether the library is there: else the stream is not offered.</summary>
    public static bool IsAvailable => s_library != 0;

    public ZstdStream()
    {
        foreach (var (parameter, value) in s_parameters)
            Check(SetParameter(_context, parameter, value));
    }

    /// <summary>Bytes that the context takes.</summary>
    public long Size => (long)SizeOf(_context);

    /// <summary>Writes one message of two parts as one WebSocket frame. Runs for each recipient: allocates nothing once the thread's buffer is large enough.</summary>
    public void WriteFrame(IBufferWriter<byte> output, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        // What does not fit at once is flushed in further rounds into a larger buffer; the bound is the library's own for random bytes.
        var needed = first.Length + last.Length + (first.Length + last.Length) / 128 + 512;
        var buffer = s_buffer is { } kept && kept.Length >= needed ? kept : s_buffer = new byte[Math.Max(needed, 16 * 1024)];
        var length = Compress(first, buffer, 0, flush: false);
        length = Compress(last, buffer, length, flush: true);
        WebSocketFrames.Write(output, FrameKind.Binary, buffer.AsSpan(0, length));
        // A very large event leaves nothing behind.
        if (buffer.Length > 1 << 20)
            s_buffer = null;
    }

    public void Dispose() => _context.Dispose();

    private int Compress(ReadOnlySpan<byte> bytes, byte[] buffer, int length, bool flush)
    {
        const int Continue = 0, Flush = 1;
        nint consumed = 0, produced = length;
        nuint left;
        do
        {
            left = CompressStream(_context, buffer, buffer.Length, ref produced, bytes, bytes.Length, ref consumed, flush ? Flush : Continue);
            Check(left);
        }
        while (consumed < bytes.Length || (flush && left > 0));
        return (int)produced;
    }

    private static void Check(nuint result)
    {
        if (IsError(result) != 0)
            throw new InvalidOperationException("libzstd refused.");
    }

    private static nint Load()
    {
        foreach (var name in (ReadOnlySpan<string>)["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll", "zstd.dll"])
        {
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "ZSTD_compressStream2_simpleArgs", out _))
                return library;
        }

        return 0;
    }

    private static Context CreateContext() => Create() is { IsInvalid: false } context ? context : throw new InvalidOperationException("libzstd has no memory.");

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial Context Create();

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint SetParameter(Context context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2_simpleArgs")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint CompressStream(Context context, byte[] output, nint capacity, ref nint produced, ReadOnlySpan<byte> input, nint length, ref nint consumed, int end);

    [LibraryImport(Library, EntryPoint = "ZSTD_sizeof_CCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint SizeOf(Context context);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint IsError(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint Free(nint context);

    /// <summary>Freed when nobody is inside a call any more: a flush may still run while the connection ends.</summary>
    private sealed class Context() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => Free(handle) == 0;
    }
}
