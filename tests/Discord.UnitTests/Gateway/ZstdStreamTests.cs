using System.Buffers;
using System.Runtime.InteropServices;
using Discord.Host.Gateway;
using Discord.Host.Gateway.Encoding;
using Xunit;
using Xunit.Abstractions;

namespace Discord.UnitTests.Gateway;

/// <summary>compress=zstd-stream, read back with the library's own decompressor: node 20 has none. Where the system lacks libzstd it is not offered, and there is nothing to read.</summary>
public sealed class ZstdStreamTests(ITestOutputHelper output)
{
    private const int MaxContext = 60 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_of_a_zstd_stream_decompress_one_after_another_each_whole(bool etf)
    {
        if (!ZstdStream.IsAvailable)
            return;
        using var stream = new ZstdStream();
        using var reader = new Decompressor();
        var written = new ArrayBufferWriter<byte>();
        var random = new Random(7);
        for (var sequence = 1; sequence <= 300; sequence++)
        {
            var payload = new DispatchPayload("MESSAGE_CREATE", Data(random, sequence));
            var plain = new ArrayBufferWriter<byte>();
            payload.WriteFrame(plain, sequence, new FrameFormat(etf, FrameCompression.None), start: false);
            written.ResetWrittenCount();
            payload.WriteFrame(written, sequence, new FrameFormat(etf, FrameCompression.ZstdStream, stream), start: sequence == 1);

            var (kind, compressed) = Assert.Single(Wire.Frames(written.WrittenSpan));
            Assert.Equal(FrameKind.Binary, kind);
            // A message is whole with its frame: nothing waits for the next.
            Assert.Equal(Wire.Frames(plain.WrittenSpan)[0].Payload, reader.Read(compressed));
        }
    }

    [Fact]
    public void A_context_stays_small_and_what_repeats_is_sent_short()
    {
        if (!ZstdStream.IsAvailable)
            return;
        using var stream = new ZstdStream();
        var (plain, compressed) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            var message = System.Text.Encoding.UTF8.GetBytes($$$"""{"t":"MESSAGE_CREATE","op":0,"d":{"id":"17592884729911706{{{i % 10}}}","channel_id":"175928847299117063","author":{"id":"175928847299117064","username":"someone","discriminator":"0","global_name":null,"avatar":null},"content":"message {{{i}}}","timestamp":"2026-01-01T00:00:00.000000+00:00","mentions":[],"attachments":[],"embeds":[],"pinned":false,"type":0},"s":{{{i}}}}""");
            var written = new ArrayBufferWriter<byte>();
            stream.WriteFrame(written, message, []);
            (plain, compressed) = (plain + message.Length, compressed + written.WrittenCount);
        }

        output.WriteLine($"context {stream.Size / 1024.0:0.0} KiB, {(double)compressed / plain:0.00} of the size");
        Assert.InRange(stream.Size, 1, MaxContext);
        Assert.True(compressed < plain / 4);
    }

    private static byte[] Data(Random random, int sequence) => System.Text.Encoding.UTF8.GetBytes((sequence % 5) switch
    {
        0 => "null",
        1 => $"\"{new string('x', random.Next(1, 70_000))}\"",
        2 => $"\"{Convert.ToHexString(System.Security.Cryptography.SHA512.HashData([(byte)sequence]))}\"",
        3 => $"\"{string.Concat(Enumerable.Range(0, random.Next(1, 40_000)).Select(_ => (char)random.Next('#', 'Z')))}\"".Replace("\\", "/", StringComparison.Ordinal),
        _ => $$"""{"id":"{{sequence}}","content":"日本 {{sequence}}","list":[1,2,{{sequence}}]}""",
    });

    /// <summary>ZSTD_decompressStream.</summary>
    private sealed class Decompressor : IDisposable
    {
        private const string Library = "libzstd.so.1";

        private readonly nint _context = Create();

        public byte[] Read(byte[] compressed)
        {
            var result = new byte[1 << 20];
            nint read = 0, written = 0;
            while (read < compressed.Length)
                Assert.Equal(0u, IsError(Decompress(_context, result, result.Length, ref written, compressed, compressed.Length, ref read)));
            return result[..(int)written];
        }

        public void Dispose() => Free(_context);

        [DllImport(Library, EntryPoint = "ZSTD_createDCtx")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern nint Create();

        [DllImport(Library, EntryPoint = "ZSTD_freeDCtx")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern nuint Free(nint context);

        [DllImport(Library, EntryPoint = "ZSTD_isError")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern uint IsError(nuint result);

        [DllImport(Library, EntryPoint = "ZSTD_decompressStream_simpleArgs")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern nuint Decompress(nint context, byte[] output, nint capacity, ref nint written, byte[] input, nint length, ref nint read);
    }
}
