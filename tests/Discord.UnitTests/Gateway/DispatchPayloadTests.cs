using System.Buffers;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Discord.Host.Gateway;
using Discord.Host.Gateway.Encoding;
using Xunit;

namespace Discord.UnitTests.Gateway;

/// <summary>A frame of each format, read back with libraries that are not ours.</summary>
public sealed class DispatchPayloadTests
{
    private static readonly FrameFormat s_json = new(false, FrameCompression.None);
    private static readonly FrameFormat s_etf = new(true, FrameCompression.None);

    // Short and long, compressible and not, with every kind of character; the lengths cross each form of a frame's header.
    private static readonly string[] s_data =
    [
        "null", "{}", "[]", "\"日本 👩‍👩‍👧 \\\" \\\\ \\u0001\"", """{"id":"175928847299117063","flags":4294967296,"score":-1.5,"list":[1,[2,[3]],null,true]}""",
        $"\"{new string('x', 60)}\"", $"\"{new string('x', 61)}\"", $"\"{new string('x', 200)}\"", $"\"{new string('y', 65_500)}\"", $"\"{Noise(70_000)}\"", $"\"{Noise(300)}\"",
    ];

    public static TheoryData<int> Data => [.. Enumerable.Range(0, s_data.Length)];

    [Theory]
    [MemberData(nameof(Data))]
    public void JSON_is_one_text_frame_with_the_sequence_number_last(int index)
    {
        foreach (var sequence in new[] { 1, 9, 10, 12345, int.MaxValue })
        {
            var (kind, payload) = Assert.Single(Wire.Frames(Write(index, sequence, s_json)));

            Assert.Equal(FrameKind.Text, kind);
            Assert.Equal(Json(index, sequence), System.Text.Encoding.UTF8.GetString(payload));
        }
    }

    [Theory]
    [MemberData(nameof(Data))]
    public void ETF_is_one_binary_frame_with_the_same_content(int index)
    {
        foreach (var sequence in new[] { 1, 255, 256, int.MaxValue })
        {
            var (kind, payload) = Assert.Single(Wire.Frames(Write(index, sequence, s_etf)));

            Assert.Equal(FrameKind.Binary, kind);
            AssertSame(Json(index, sequence), FromEtf(payload));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_of_a_zlib_stream_inflate_one_after_another(bool etf)
    {
        var fed = new Feed();
        using var inflater = new ZLibStream(fed, CompressionMode.Decompress);
        var format = new FrameFormat(etf, FrameCompression.ZlibStream);
        for (var sequence = 1; sequence <= 200; sequence++)
        {
            var index = sequence % s_data.Length;
            var (kind, payload) = Assert.Single(Wire.Frames(Write(index, sequence, format, start: sequence == 1)));
            Assert.Equal(FrameKind.Binary, kind);
            // The mark by which clients know that a message is whole.
            Assert.Equal([0x00, 0x00, 0xFF, 0xFF], payload[^4..]);
            fed.Add(payload);

            var plain = Write(index, sequence, format with { Compression = FrameCompression.None });
            var expected = Wire.Frames(plain)[0].Payload;
            var inflated = new byte[expected.Length];
            inflater.ReadExactly(inflated);

            Assert.Equal(expected, inflated);
            // Nothing is left of this message: the next byte is the next message's.
            Assert.Equal(0, fed.Left);
        }
    }

    [Fact]
    public void Control_messages_in_stored_blocks_fit_into_the_same_stream()
    {
        var fed = new Feed();
        using var inflater = new ZLibStream(fed, CompressionMode.Decompress);
        var output = new ArrayBufferWriter<byte>();
        output.Write(Deflated.Header);
        foreach (var length in new[] { 1, 40, 65_535, 65_536, 200_000 })
        {
            var message = System.Text.Encoding.UTF8.GetBytes(Noise(length));
            Deflated.WriteStored(output, message);
            Assert.Equal([0x00, 0x00, 0xFF, 0xFF], output.WrittenSpan[^4..].ToArray());
            fed.Add(output.WrittenSpan.ToArray());
            output.ResetWrittenCount();
            var frame = Wire.Frames(Write(4, 7, new FrameFormat(false, FrameCompression.ZlibStream)))[0].Payload;
            fed.Add(frame);

            var inflated = new byte[message.Length + System.Text.Encoding.UTF8.GetByteCount(Json(4, 7))];
            inflater.ReadExactly(inflated);

            Assert.Equal([.. message, .. System.Text.Encoding.UTF8.GetBytes(Json(4, 7))], inflated);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Payload_compression_makes_each_frame_a_stream_of_its_own_with_a_checksum(bool etf)
    {
        var format = new FrameFormat(etf, FrameCompression.Payload);
        for (var index = 0; index < s_data.Length; index++)
        {
            foreach (var sequence in new[] { 1, 987_654_321 })
            {
                var (kind, payload) = Assert.Single(Wire.Frames(Write(index, sequence, format)));
                var expected = Wire.Frames(Write(index, sequence, format with { Compression = FrameCompression.None }))[0].Payload;

                Assert.Equal(FrameKind.Binary, kind);
                Assert.Equal(expected, Inflate(payload));
                Assert.Equal(Adler(expected), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(payload.Length - 4)));
                payload[^1] ^= 1;
                Assert.Throws<InvalidDataException>(() => Inflate(payload));
            }
        }

        static byte[] Inflate(byte[] payload)
        {
            using var inflater = new ZLibStream(new MemoryStream(payload), CompressionMode.Decompress);
            var inflated = new MemoryStream();
            inflater.CopyTo(inflated);
            return inflated.ToArray();
        }

        // RFC 1950, 8.2, as it is written there.
        static uint Adler(byte[] bytes)
        {
            uint a = 1, b = 0;
            foreach (var value in bytes)
            {
                a = (a + value) % 65_521;
                b = (b + a) % 65_521;
            }

            return b << 16 | a;
        }
    }

    [Fact]
    public void A_frame_compressed_for_many_is_smaller_than_the_plain_one()
    {
        var data = System.Text.Encoding.UTF8.GetBytes($"\"{string.Concat(Enumerable.Repeat("the same words again and again. ", 50))}\"");
        var payload = new DispatchPayload("TEST", data);
        var output = new FixedWriter(1 << 16);

        payload.WriteFrame(output, 1, new FrameFormat(false, FrameCompression.ZlibStream), start: true);

        Assert.True(output.Length < data.Length / 5, $"{output.Length} bytes of {data.Length}");
    }

    [Theory]
    [InlineData(false, (int)FrameCompression.None)]
    [InlineData(false, (int)FrameCompression.ZlibStream)]
    [InlineData(false, (int)FrameCompression.Payload)]
    [InlineData(true, (int)FrameCompression.None)]
    [InlineData(true, (int)FrameCompression.ZlibStream)]
    [InlineData(true, (int)FrameCompression.Payload)]
    public void Writing_a_frame_allocates_nothing_once_the_encoding_was_used(bool etf, int compression)
    {
        var format = new FrameFormat(etf, (FrameCompression)compression);
        var payload = new DispatchPayload("MESSAGE_CREATE", System.Text.Encoding.UTF8.GetBytes(s_data[4]));
        var output = new FixedWriter(4096);
        for (var sequence = 1; sequence <= 100; sequence++)
        {
            output.Reset();
            payload.WriteFrame(output, sequence, format, start: false);
        }

        // Tiering up in between may allocate: the least of some rounds is the code's own.
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var sequence = 1; sequence <= 1000; sequence++)
            {
                output.Reset();
                payload.WriteFrame(output, sequence, format, start: false);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task Many_may_write_the_same_event_at_once()
    {
        var payload = new DispatchPayload("TEST", System.Text.Encoding.UTF8.GetBytes(s_data[9]));
        var formats = new[] { s_json, s_etf, new FrameFormat(false, FrameCompression.Payload), new FrameFormat(true, FrameCompression.Payload) };

        var frames = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() =>
        {
            var output = new FixedWriter(1 << 20);
            payload.WriteFrame(output, 7, formats[i % formats.Length], start: false);
            return output.Written.ToArray();
        })));

        for (var i = formats.Length; i < frames.Length; i++)
            Assert.Equal(frames[i % formats.Length], frames[i]);
    }

    private static string Noise(int length)
    {
        var random = new Random(length);
        return string.Create(length, random, (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = (char)('0' + from.Next(60) is var c and not '\\' ? c : 'z');
        });
    }

    private static string Json(int index, int sequence) => $$"""{"t":"TEST","op":0,"d":{{s_data[index]}},"s":{{sequence}}}""";

    private static byte[] Write(int index, int sequence, FrameFormat format, bool start = false)
    {
        var output = new ArrayBufferWriter<byte>();
        new DispatchPayload("TEST", System.Text.Encoding.UTF8.GetBytes(s_data[index])).WriteFrame(output, sequence, format, start);
        return output.WrittenSpan.ToArray();
    }

    private static string FromEtf(byte[] payload)
    {
        var json = new ArrayBufferWriter<byte>();
        Assert.True(Etf.TryReadTerm(payload, json));
        return System.Text.Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void AssertSame(string expected, string actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"{expected}\n{actual}");

    /// <summary>A stream that gives what was added to it, and counts what is left.</summary>
    private sealed class Feed : Stream
    {
        private readonly Queue<byte> _bytes = new();

        public int Left => _bytes.Count;

        public void Add(byte[] bytes)
        {
            foreach (var value in bytes)
                _bytes.Enqueue(value);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _bytes.Count);
            for (var i = 0; i < count; i++)
                buffer[i] = _bytes.Dequeue();
            return count;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
