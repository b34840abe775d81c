using Discord.BuildingBlocks;

namespace Discord.Modules.Media.Cdn;

/// <summary>The pictures of users without one: a head and shoulders before one of six colours, drawn at first use.</summary>
/// <remarks>Source: Discord docs, Reference, "CDN Endpoints": /embed/avatars/{0 to 5}.png; which one is (id >> 22) % 6.</remarks>
internal static class DefaultAvatars
{
    private const int Size = 128;
    private const uint Figure = 0xF7FAFC;

    // RGB.
    private static readonly uint[] s_colors = [0x5A67D8, 0x718096, 0x38A169, 0xDD6B20, 0xE53E3E, 0xD53F8C];
    private static readonly Lazy<byte[]>[] s_pictures = [.. s_colors.Select(color => new Lazy<byte[]>(() => Draw(color)))];

    public static byte[]? Find(int index) => index >= 0 && index < s_pictures.Length ? s_pictures[index].Value : null;

    private static byte[] Draw(uint color)
    {
        var pixels = new byte[Size * Size];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(IsFigure(i % Size, i / Size) ? 1 : 0);
        return PalettePng.Write(Size, Size, [color, Figure], pixels);
    }

    private static bool IsFigure(int x, int y) => IsInside(x, y, 64, 50, 22) || (y < 112 && IsInside(x, y, 64, 120, 42));

    private static bool IsInside(int x, int y, int centreX, int centreY, int radius) => (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) < radius * radius;
}
