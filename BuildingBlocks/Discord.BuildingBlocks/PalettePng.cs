using System.Buffers.Binary;
using System.IO.Compression;

namespace Discord.BuildingBlocks;

/// <summary>Writes pictures of few colours as PNG.</summary>
/// <remarks>Source: W3C, Portable Network Graphics: colour type 3, 8 bits, no filter.</remarks>
public static class PalettePng
{
    /// <param name="palette">RGB, at most 256.</param>
    /// <param name="pixels">An index into the palette for each point, row by row.</param>
    public static byte[] Write(int width, int height, ReadOnlySpan<uint> palette, ReadOnlySpan<byte> pixels)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3);
        var colors = new byte[palette.Length * 3];
        for (var i = 0; i < palette.Length; i++)
            (colors[i * 3], colors[i * 3 + 1], colors[i * 3 + 2]) = ((byte)(palette[i] >> 16), (byte)(palette[i] >> 8), (byte)palette[i]);

        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                stream.WriteByte(0);
                stream.Write(pixels.Slice(y * width, width));
            }
        }

        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "PLTE"u8, colors);
        WriteChunk(png, "IDAT"u8, packed.ToArray());
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(type, uint.MaxValue)));
        png.Write(number);
    }

    // Annex D.
    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }

        return crc;
    }
}
