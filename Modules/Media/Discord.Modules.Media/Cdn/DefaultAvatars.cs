using System.Buffers.Binary;
using System.IO.Compression;

namespace Discord.Modules.Media.Cdn;

/// <summary>The pictures of users without one: a head and shoulders before one of six colours, drawn at first use.</summary>
/// <remarks>Source: Discord docs, Reference, "CDN Endpoints": /embed/avatars/{0 to 5}.png; which one is (id >> 22) % 6.</remarks>
internal static class DefaultAvatars
{
    private const int Size = 128;

    // RGB.
    private static readonly uint[] s_colors = [0x5A67D8, 0x718096, 0x38A169, 0xDD6B20, 0xE53E3E, 0xD53F8C];
    private static readonly Lazy<byte[]>[] s_pictures = [.. s_colors.Select(color => new Lazy<byte[]>(() => Draw(color)))];

    public static byte[]? Find(int index) => index >= 0 && index < s_pictures.Length ? s_pictures[index].Value : null;

    private static byte[] Draw(uint color)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
        // One bit a pixel, by palette.
        (header[8], header[9]) = (1, 3);
        byte[] palette = [(byte)(color >> 16), (byte)(color >> 8), (byte)color, 0xF7, 0xFA, 0xFC];

        using var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var y = 0; y < Size; y++)
            {
                packed.WriteByte(0);
                for (var x = 0; x < Size; x += 8)
                {
                    var bits = 0;
                    for (var bit = 0; bit < 8; bit++)
                        bits = bits << 1 | (IsFigure(x + bit, y) ? 1 : 0);
                    packed.WriteByte((byte)bits);
                }
            }
        }

        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Write(png, "IHDR"u8, header);
        Write(png, "PLTE"u8, palette);
        Write(png, "IDAT"u8, pixels.ToArray());
        Write(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static bool IsFigure(int x, int y) => IsInside(x, y, 64, 50, 22) || (y < 112 && IsInside(x, y, 64, 120, 42));

    private static bool IsInside(int x, int y, int centreX, int centreY, int radius) => (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) < radius * radius;

    private static void Write(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(type, uint.MaxValue)));
        png.Write(number);
    }

    // W3C, PNG, annex D.
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
