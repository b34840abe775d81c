using System.Buffers;
using System.Buffers.Binary;
using Discord.Host.Gateway;
using Xunit;

namespace Discord.UnitTests.Gateway;

public sealed class WebSocketFramesTests
{
    private const int MaxPayload = 15 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    public void A_server_frame_has_the_shortest_header_for_its_length(int length)
    {
        var output = new ArrayBufferWriter<byte>();
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        WebSocketFrames.Write(output, FrameKind.Binary, payload);

        Assert.Equal((length < 126 ? 2 : length < 65_536 ? 4 : 10) + length, output.WrittenCount);
        var (kind, read) = Assert.Single(Wire.Frames(output.WrittenSpan));
        Assert.Equal(FrameKind.Binary, kind);
        Assert.Equal(payload, read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(MaxPayload)]
    public void A_clients_frame_is_unmasked_and_what_follows_it_stays(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        byte[] bytes = [.. Masked(FrameKind.Text, payload), 1, 2, 3];
        foreach (var size in new[] { bytes.Length, 1, 7 })
        {
            var received = Segmented(bytes, size);

            Assert.Equal(FrameRead.Frame, WebSocketFrames.TryRead(ref received, MaxPayload, out var kind, out var final, out var read));

            Assert.Equal((FrameKind.Text, true), (kind, final));
            Assert.Equal(payload, read);
            Assert.Equal([1, 2, 3], received.ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(300)]
    public void A_frame_that_is_not_all_there_yet_is_left_alone(int length)
    {
        var bytes = Masked(FrameKind.Binary, new byte[length]);
        for (var there = 0; there < bytes.Length; there++)
        {
            var received = new ReadOnlySequence<byte>(bytes.AsMemory(0, there));

            Assert.Equal(FrameRead.Incomplete, WebSocketFrames.TryRead(ref received, MaxPayload, out _, out _, out var payload));

            Assert.Equal(there, received.Length);
            Assert.Empty(payload);
        }
    }

    [Theory]
    [InlineData(MaxPayload, (int)FrameRead.Frame)]
    [InlineData(MaxPayload + 1, (int)FrameRead.TooLarge)]
    public void A_payload_has_a_longest_length(int length, int expected)
    {
        var received = new ReadOnlySequence<byte>(Masked(FrameKind.Text, new byte[length]));

        Assert.Equal((FrameRead)expected, WebSocketFrames.TryRead(ref received, MaxPayload, out _, out _, out _));
    }

    [Theory]
    [InlineData("81FE3C01")]
    [InlineData("81FF0000000000010000")]
    [InlineData("81FFFFFFFFFFFFFFFFFF")]
    [InlineData("81FF7FFFFFFFFFFFFFFF")]
    public void One_that_is_too_large_is_told_from_its_header_alone(string header)
    {
        var received = new ReadOnlySequence<byte>(Convert.FromHexString(header));

        Assert.Equal(FrameRead.TooLarge, WebSocketFrames.TryRead(ref received, MaxPayload, out _, out _, out _));
    }

    [Theory]
    [InlineData("8100", "not masked")]
    [InlineData("C180", "a reserved bit")]
    [InlineData("A180", "a reserved bit")]
    [InlineData("9180", "a reserved bit")]
    [InlineData("8380", "an opcode that means nothing")]
    [InlineData("8780", "an opcode that means nothing")]
    [InlineData("8B80", "an opcode that means nothing")]
    [InlineData("8F80", "an opcode that means nothing")]
    [InlineData("0980", "a control frame in parts")]
    [InlineData("89FE007E", "a control frame that is too long")]
    [InlineData("88FF", "a control frame that is too long")]
    public void A_frame_against_the_protocol_is_invalid(string header, string why)
    {
        var received = new ReadOnlySequence<byte>([.. Convert.FromHexString(header), .. new byte[200]]);

        Assert.True(WebSocketFrames.TryRead(ref received, MaxPayload, out _, out _, out _) == FrameRead.Invalid, why);
    }

    [Theory]
    [InlineData("01", false, (int)FrameKind.Text)]
    [InlineData("00", false, (int)FrameKind.Continuation)]
    [InlineData("80", true, (int)FrameKind.Continuation)]
    [InlineData("88", true, (int)FrameKind.Close)]
    [InlineData("89", true, (int)FrameKind.Ping)]
    [InlineData("8A", true, (int)FrameKind.Pong)]
    public void A_frame_says_its_kind_and_whether_it_is_the_last_of_its_message(string first, bool final, int kind)
    {
        var received = new ReadOnlySequence<byte>([.. Convert.FromHexString(first), 0x80, 1, 2, 3, 4]);

        Assert.Equal(FrameRead.Frame, WebSocketFrames.TryRead(ref received, MaxPayload, out var read, out var last, out _));
        Assert.Equal(((FrameKind)kind, final), (read, last));
    }

    [Fact]
    public void Whatever_comes_nothing_breaks_and_no_limit_is_passed()
    {
        const int Rounds = 100_000;
        const int Max = 300;
        var random = new Random(20_260_101);
        var seen = new int[4];
        var kinds = new[] { FrameKind.Text, FrameKind.Binary, FrameKind.Continuation, FrameKind.Ping, FrameKind.Pong, FrameKind.Close };
        for (var round = 0; round < Rounds; round++)
        {
            var good = new List<byte>();
            for (var frames = random.Next(1, 3); frames > 0; frames--)
            {
                var payload = new byte[random.Next(8) == 0 ? random.Next(Max + 20) : random.Next(10)];
                random.NextBytes(payload);
                good.AddRange(Masked(kinds[random.Next(kinds.Length)], payload));
            }

            var bytes = Mutated([.. good], random);
            var received = random.Next(8) == 0 ? Segmented(bytes, random.Next(1, 40)) : new ReadOnlySequence<byte>(bytes);
            while (true)
            {
                var before = received.Length;
                var result = WebSocketFrames.TryRead(ref received, Max, out var kind, out var final, out var payload);
                seen[(int)result]++;
                if (result != FrameRead.Frame)
                {
                    if (received.Length != before || payload.Length != 0)
                        Assert.Fail($"round {round}: {result} took {before - received.Length} bytes");
                    break;
                }

                var isControl = kind is FrameKind.Close or FrameKind.Ping or FrameKind.Pong;
                if (payload.Length > Max || !Enum.IsDefined(kind) || (isControl && (!final || payload.Length > 125)))
                    Assert.Fail($"round {round}: {kind} of {payload.Length} bytes");
                var taken = before - received.Length;
                if (taken < payload.Length + 6 || taken > payload.Length + 14)
                    Assert.Fail($"round {round}: {taken} bytes for {payload.Length}");
            }
        }

        // Each outcome came often enough to have been tried.
        Assert.All(seen, count => Assert.InRange(count, Rounds / 100, int.MaxValue));
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            // Headers are where it matters.
            var at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 14)) : random.Next(bytes.Length);
            bytes[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(bytes[at] ^ (1 << random.Next(8))), _ => 0xFF };
        }

        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    private static byte[] Masked(FrameKind kind, byte[] payload)
    {
        byte[] mask = [0x12, 0x34, 0x56, 0x78];
        var header = new byte[14];
        header[0] = (byte)(0x80 | (byte)kind);
        var at = 2;
        if (payload.Length < 126)
        {
            header[1] = (byte)(0x80 | payload.Length);
        }
        else if (payload.Length < 65_536)
        {
            header[1] = 0xFE;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
            at = 4;
        }
        else
        {
            header[1] = 0xFF;
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), (ulong)payload.Length);
            at = 10;
        }

        mask.CopyTo(header.AsSpan(at));
        byte[] bytes = [.. header.AsSpan(0, at + 4), .. payload];
        for (var i = 0; i < payload.Length; i++)
            bytes[at + 4 + i] ^= mask[i & 3];
        return bytes;
    }

    // As a socket gives it: in pieces of any size.
    private static ReadOnlySequence<byte> Segmented(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
