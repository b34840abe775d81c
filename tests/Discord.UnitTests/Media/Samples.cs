using System.Buffers.Binary;
using System.Text;

namespace Discord.UnitTests.Media;

/// <summary>The smallest files that are what they claim to be, by their headers.</summary>
internal static class Samples
{
    /// <summary>A PNG of a size; with frames when it moves.</summary>
    public static byte[] Png(int width = 8, int height = 8, bool moves = false)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(file, "IHDR", [.. Big(width), .. Big(height), 8, 2, 0, 0, 0]);
        if (moves)
            Chunk(file, "acTL", [.. Big(2), .. Big(0)]);
        Chunk(file, "IDAT", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A JPEG whose size stands behind a long comment, as cameras' thumbnails do.</summary>
    public static byte[] Jpeg(int width, int height, int commentLength = 0)
    {
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        for (; commentLength > 0; commentLength -= 60_000)
        {
            var length = Math.Min(60_000, commentLength);
            file.Write([0xFF, 0xFE, .. Big16(length + 2)]);
            file.Write(new byte[length]);
        }

        file.Write([0xFF, 0xC0, 0x00, 0x11, 8, .. Big16(height), .. Big16(width), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>A GIF with some frames of one pixel.</summary>
    public static byte[] Gif(int width = 4, int height = 4, int frames = 1)
    {
        using var file = new MemoryStream();
        file.Write([.. "GIF89a"u8, .. Little16(width), .. Little16(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
        for (var i = 0; i < frames; i++)
            file.Write([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
        file.WriteByte(0x3B);
        return file.ToArray();
    }

    /// <summary>A WebP in its extended form.</summary>
    public static byte[] WebP(int width, int height, bool moves = false) => Riff("WEBP", [.. "VP8X"u8, 10, 0, 0, 0, (byte)(moves ? 2 : 0), 0, 0, 0, .. Little24(width - 1), .. Little24(height - 1)]);

    public static byte[] WebPLossless(int width, int height)
    {
        var bits = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bits, (uint)(width - 1) | (uint)(height - 1) << 14);
        return Riff("WEBP", [.. "VP8L"u8, 10, 0, 0, 0, 0x2F, .. bits, 0, 0, 0, 0, 0]);
    }

    public static byte[] WebPLossy(int width, int height) => Riff("WEBP", [.. "VP8 "u8, 10, 0, 0, 0, 0, 0, 0, 0x9D, 1, 0x2A, .. Little16(width), .. Little16(height)]);

    /// <summary>Silence as MPEG-1 layer III at 128 kbit/s and 44.1 kHz: frames of 417 bytes and 1,152 samples.</summary>
    public static byte[] Mp3(double seconds)
    {
        var frame = new byte[417];
        ((byte[])[0xFF, 0xFB, 0x90, 0x00]).CopyTo(frame, 0);
        return [.. Enumerable.Repeat(frame, (int)Math.Round(seconds * 44_100 / 1152)).SelectMany(bytes => bytes)];
    }

    /// <summary>Opus in Ogg, in two pages: the header, and the end at a time.</summary>
    public static byte[] Ogg(double seconds)
    {
        byte[] head = [.. "OpusHead"u8, 1, 1, .. Little16(312), 0x80, 0xBB, 0, 0, 0, 0, 0];
        return [.. Page(0, head), .. Page(312 + (long)(seconds * 48_000), new byte[100])];
    }

    public static byte[] Text(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + i % 26))];

    /// <summary>Bytes of no format, each time the same and never text.</summary>
    public static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        if (length > 0)
            bytes[0] = 1;
        return bytes;
    }

    public static string DataUri(byte[] bytes, string type = "image/png") => $"data:{type};base64,{Convert.ToBase64String(bytes)}";

    private static byte[] Page(long granule, byte[] packet)
    {
        var position = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(position, granule);
        return [.. "OggS"u8, 0, 0, .. position, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)packet.Length, .. packet];
    }

    private static byte[] Riff(string type, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length + 4);
        return [.. "RIFF"u8, .. length, .. Encoding.ASCII.GetBytes(type), .. data];
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        file.Write(Big(data.Length));
        file.Write(Encoding.ASCII.GetBytes(type));
        file.Write(data);
        file.Write(new byte[4]);
    }

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Little16(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Little24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
