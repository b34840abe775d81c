using System.Buffers.Binary;
using Discord.BuildingBlocks.Files;

namespace Discord.Modules.Media.Formats;

/// <summary>Width, height and whether it moves, from the headers of PNG, JPEG, GIF and WebP. Pixels are never decoded.</summary>
/// <remarks>Headers are hostile input: every length is checked against the file, and the number of steps is bounded.</remarks>
internal static class ImageHeaders
{
    // Chunks or blocks that are looked at: a file made of tiny ones must not keep a processor busy.
    private const int MaxSteps = 1 << 16;

    /// <remarks>Source: W3C, PNG (Third Edition), 5.3 and 11: chunks of length, type, data, checksum; acTL before IDAT means that it moves.</remarks>
    public static FileFacts ReadPng(Stream file)
    {
        var moves = false;
        Span<byte> head = stackalloc byte[8];
        Span<byte> size = stackalloc byte[8];
        if (!file.TryRead(8, head) || !head[4..].SequenceEqual("IHDR"u8) || !file.TryRead(16, size))
            return new FileFacts(FileTypes.Png);
        var at = 8L;
        for (var step = 0; step < MaxSteps && file.TryRead(at, head) && !head[4..].SequenceEqual("IDAT"u8) && !moves; step++)
        {
            moves = head[4..].SequenceEqual("acTL"u8);
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(head);
        }

        return Sized(FileTypes.Png, BinaryPrimitives.ReadUInt32BigEndian(size), BinaryPrimitives.ReadUInt32BigEndian(size[4..]), moves);
    }

    /// <remarks>Source: ITU-T T.81, B.1: segments of marker and length; the first start of frame has the size. Cameras put whole thumbnails before it.</remarks>
    public static FileFacts ReadJpeg(Stream file)
    {
        Span<byte> segment = stackalloc byte[9];
        var at = 2L;
        for (var step = 0; step < MaxSteps && file.TryRead(at, segment[..4]); step++)
        {
            var marker = segment[1];
            if (segment[0] != 0xFF)
                break;
            // Fill bytes, and markers that stand alone.
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += marker == 0xFF ? 1 : 2;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return file.TryRead(at, segment) ? Sized(FileTypes.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(segment[7..]), BinaryPrimitives.ReadUInt16BigEndian(segment[5..])) : new FileFacts(FileTypes.Jpeg);
            if (marker is 0xD9 or 0xDA)
                break;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
        }

        return new FileFacts(FileTypes.Jpeg);
    }

    /// <remarks>Source: GIF89a, 18 to 26: a screen, then blocks; a second image means that it moves.</remarks>
    public static FileFacts ReadGif(Stream file)
    {
        Span<byte> screen = stackalloc byte[7];
        if (!file.TryRead(6, screen))
            return new FileFacts(FileTypes.Gif);
        var at = 13L + Colors(screen[4]);
        var images = 0;
        Span<byte> block = stackalloc byte[10];
        for (var step = 0; images < 2 && step < MaxSteps && file.TryRead(at, block[..1]); step++)
        {
            if (block[0] == 0x21)
            {
                at = SkipSubBlocks(file, at + 2, ref step);
            }
            else if (block[0] == 0x2C && file.TryRead(at, block))
            {
                images++;
                at = SkipSubBlocks(file, at + 11 + Colors(block[9]), ref step);
            }
            else
            {
                break;
            }
        }

        return Sized(FileTypes.Gif, BinaryPrimitives.ReadUInt16LittleEndian(screen), BinaryPrimitives.ReadUInt16LittleEndian(screen[2..]), images > 1);
    }

    /// <remarks>Source: RFC 9649, 2.5 to 2.7: VP8X says size and animation; else the one frame of VP8 or VP8L has the size.</remarks>
    public static FileFacts ReadWebP(Stream file)
    {
        Span<byte> chunk = stackalloc byte[18];
        if (!file.TryRead(12, chunk))
            return new FileFacts(FileTypes.WebP);
        var data = chunk[8..];
        if (chunk[..4].SequenceEqual("VP8X"u8))
            return Sized(FileTypes.WebP, UInt24(data[4..]) + 1, UInt24(data[7..]) + 1, (data[0] & 2) != 0);
        if (chunk[..4].SequenceEqual("VP8L"u8) && data[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return Sized(FileTypes.WebP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
        }

        return chunk[..4].SequenceEqual("VP8 "u8) && data[3..6] is [0x9D, 0x01, 0x2A]
            ? Sized(FileTypes.WebP, BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFFu, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFFu)
            : new FileFacts(FileTypes.WebP);
    }

    private static FileFacts Sized(string type, uint width, uint height, bool moves = false) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? new FileFacts(type, (int)width, (int)height, moves) : new FileFacts(type, IsAnimated: moves);

    private static FileFacts Sized(string type, int width, int height, bool moves = false) => Sized(type, (uint)width, (uint)height, moves);

    // Bytes of a colour table, by the packed field that announces it.
    private static int Colors(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);

    private static long SkipSubBlocks(Stream file, long at, ref int step)
    {
        Span<byte> length = stackalloc byte[1];
        while (step++ < MaxSteps && file.TryRead(at, length) && length[0] != 0)
            at += 1 + length[0];
        return at + 1;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
