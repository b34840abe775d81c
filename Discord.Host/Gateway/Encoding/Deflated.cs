using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Discord.Host.Gateway.Encoding;

/// <summary>
/// Pieces of a zlib stream that need no state: bytes deflated once with an empty window, and short bytes in stored blocks. Any sequence of
/// them is a valid stream, so that one compressed event serves every connection and a connection keeps no compressor (230 KiB each, measured).
/// </summary>
/// <remarks>Source: RFC 1950, RFC 1951 3.2.4. Each message ends with an empty stored block, the 00 00 FF FF of zlib-stream.</remarks>
internal static class Deflated
{
    /// <summary>The two bytes in front of a zlib stream: deflate, 32 KiB window, no dictionary.</summary>
    public static ReadOnlySpan<byte> Header => [0x78, 0x01];

    /// <summary>An empty stored block: what a sync flush writes.</summary>
    public static ReadOnlySpan<byte> SyncFlush => [0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Longest content of one stored block.</summary>
    public const int MaxStored = 65_535;

    /// <summary>Deflates bytes into blocks that refer to nothing before them and end on a byte boundary.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var output = new MemoryStream(bytes.Length / 2 + 64);
        using var deflater = new DeflateStream(output, CompressionLevel.Fastest, leaveOpen: true);
        deflater.Write(bytes);
        deflater.Flush();
        return output.ToArray();
    }

    /// <summary>Writes the 5 bytes in front of a stored block's content.</summary>
    public static int WriteStoredHeader(Span<byte> target, int length, bool final)
    {
        target[0] = final ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(target[3..], (ushort)~length);
        return 5;
    }

    /// <summary>A whole message in stored blocks, for the short ones that are not dispatches.</summary>
    public static void WriteStored(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, MaxStored)];
            output.Advance(WriteStoredHeader(output.GetSpan(5), part.Length, final: false));
            output.Write(part);
            bytes = bytes[part.Length..];
        }

        output.Write(SyncFlush);
    }

    /// <summary>Continues an Adler-32 checksum; starts from 1.</summary>
    /// <remarks>Source: RFC 1950, 9.</remarks>
    public static uint Adler32(uint adler, ReadOnlySpan<byte> bytes)
    {
        const uint Base = 65_521;
        // As many as can be added before 32 bits overflow.
        const int Run = 5552;
        uint a = adler & 0xFFFF, b = adler >> 16;
        while (bytes.Length > 0)
        {
            var run = bytes[..Math.Min(bytes.Length, Run)];
            foreach (var value in run)
            {
                a += value;
                b += a;
            }

            a %= Base;
            b %= Base;
            bytes = bytes[run.Length..];
        }

        return b << 16 | a;
    }
}
