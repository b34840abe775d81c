using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Discord.Host.Gateway;

/// <summary>WebSocket opcodes that the gateway meets.</summary>
/// <remarks>Source: RFC 6455, 5.2.</remarks>
internal enum FrameKind : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>Writes and reads WebSocket frames straight on the connection's pipes: many frames in one flush, and no buffer while a client is silent.</summary>
/// <remarks>Source: RFC 6455. Server frames are whole and unmasked; no extension is ever negotiated.</remarks>
internal static class WebSocketFrames
{
    /// <summary>Bytes of the longest header that a server writes.</summary>
    public const int MaxHeader = 10;

    /// <summary>Runs for each recipient: no allocation.</summary>
    public static int WriteHeader(Span<byte> target, FrameKind kind, int length)
    {
        target[0] = (byte)(0x80 | (byte)kind);
        if (length < 126)
        {
            target[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            target[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
            return 4;
        }

        target[1] = 127;
        BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)length);
        return 10;
    }

    public static void Write(IBufferWriter<byte> output, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var header = output.GetSpan(MaxHeader);
        output.Advance(WriteHeader(header, kind, payload.Length));
        output.Write(payload);
    }

    /// <summary>Takes one frame from the front of what was received.</summary>
    /// <param name="maxPayload">A longer frame is <see cref="FrameRead.TooLarge"/>, told from its header alone.</param>
    public static FrameRead TryRead(ref ReadOnlySequence<byte> received, int maxPayload, out FrameKind kind, out bool final, out byte[] payload)
    {
        kind = default;
        final = false;
        payload = [];
        Span<byte> header = stackalloc byte[14];
        var available = (int)Math.Min(received.Length, header.Length);
        if (available < 2)
            return FrameRead.Incomplete;
        received.Slice(0, available).CopyTo(header);
        kind = (FrameKind)(header[0] & 0x0F);
        final = (header[0] & 0x80) != 0;
        var isControl = (header[0] & 0x08) != 0;
        // A client must mask; reserved bits belong to extensions, and none was agreed on; control frames are short and whole.
        if ((header[0] & 0x70) != 0 || (header[1] & 0x80) == 0 || kind is > FrameKind.Binary and < FrameKind.Close or > FrameKind.Pong)
            return FrameRead.Invalid;
        ulong length = (ulong)(header[1] & 0x7F);
        if (isControl && (!final || length > 125))
            return FrameRead.Invalid;
        var at = 2;
        if (length == 126)
        {
            if (available < 4)
                return FrameRead.Incomplete;
            length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            at = 4;
        }
        else if (length == 127)
        {
            if (available < 10)
                return FrameRead.Incomplete;
            length = BinaryPrimitives.ReadUInt64BigEndian(header[2..]);
            at = 10;
        }

        if (!isControl && length > (ulong)maxPayload)
            return FrameRead.TooLarge;
        if (received.Length < at + 4 + (long)length)
            return FrameRead.Incomplete;
        payload = received.Slice(at + 4, (long)length).ToArray();
        var mask = header.Slice(at, 4);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i & 3];
        received = received.Slice(at + 4 + (long)length);
        return FrameRead.Frame;
    }
}

internal enum FrameRead
{
    Incomplete,
    Frame,
    Invalid,
    TooLarge,
}
