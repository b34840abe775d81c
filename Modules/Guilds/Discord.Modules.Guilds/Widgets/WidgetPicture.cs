using System.Globalization;
using Discord.BuildingBlocks;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>A guild's badge for other pages: its name and how many are online.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Widget Style Options".</remarks>
internal static class WidgetPicture
{
    private const byte Text = 1;
    private const byte Faint = 2;
    private const byte Accent = 3;
    private const byte OnAccent = 4;

    private static readonly uint[] s_dark = [0x2B2D31, 0xFFFFFF, 0xB5BAC1, 0x5865F2, 0xFFFFFF];
    private static readonly uint[] s_light = [0xFFFFFF, 0x1E1F22, 0x4E5058, 0x5865F2, 0xFFFFFF];

    private static readonly Dictionary<string, Func<string, string, byte[]>> s_styles = new()
    {
        ["shield"] = Shield,
        ["banner1"] = (name, online) => Banner(320, 48, s_light, name, online, null),
        ["banner2"] = (name, online) => Banner(430, 76, s_dark, name, online, null),
        ["banner3"] = (name, online) => Banner(320, 108, s_dark, name, online, "CHAT NOW"),
        ["banner4"] = (name, online) => Banner(320, 132, s_light, name, online, "JOIN MY SERVER"),
    };

    public static IEnumerable<string> Styles => s_styles.Keys;

    /// <param name="style">One of <see cref="Styles"/>.</param>
    public static byte[] Draw(string style, string name, int online) => s_styles[style](PixelFont.Fold(name), string.Create(CultureInfo.InvariantCulture, $"{online} online"));

    private static byte[] Shield(string name, string online)
    {
        const int Margin = 6;
        const int Height = 20;
        const int MaxName = 30;
        var label = Fit(name, MaxName * PixelFont.Advance, 1);
        var split = label.Length * PixelFont.Advance + 2 * Margin;
        var canvas = new Canvas(split + online.Length * PixelFont.Advance + 2 * Margin, Height);
        canvas.Fill(split, 0, canvas.Width - split, Height, Accent);
        canvas.Write(Margin, Margin, label, 1, Text);
        canvas.Write(split + Margin, Margin, online, 1, OnAccent);
        return canvas.ToPng(s_dark);
    }

    private static byte[] Banner(int width, int height, uint[] palette, string name, string online, string? button)
    {
        const int Stripe = 8;
        const int Margin = 16;
        const int Button = 32;
        var canvas = new Canvas(width, height);
        canvas.Fill(0, 0, Stripe, height, Accent);
        var scale = height >= 76 ? 3 : 2;
        var top = button is null ? (height - (scale + 1) * PixelFont.Height - 4) / 2 : Margin;
        canvas.Write(Stripe + Margin, top, Fit(name, width - Stripe - 2 * Margin, scale), scale, Text);
        canvas.Write(Stripe + Margin, top + scale * PixelFont.Height + 4, online, 1, Faint);
        if (button is not null)
        {
            canvas.Fill(Stripe + Margin, height - Button - 12, width - Stripe - 2 * Margin, Button, Accent);
            canvas.Write((width + Stripe - button.Length * PixelFont.Advance * 2) / 2, height - Button - 12 + (Button - 2 * PixelFont.Height) / 2, button, 2, OnAccent);
        }

        return canvas.ToPng(palette);
    }

    private static string Fit(string text, int width, int scale)
    {
        var letters = width / (PixelFont.Advance * scale);
        return text.Length <= letters ? text : text[..(letters - 3)] + "...";
    }

    private sealed class Canvas(int width, int height)
    {
        private readonly byte[] _pixels = new byte[width * height];

        public int Width => width;

        public void Fill(int left, int top, int across, int down, byte color)
        {
            for (var y = top; y < top + down; y++)
                _pixels.AsSpan(y * width + left, across).Fill(color);
        }

        public void Write(int left, int top, string text, int scale, byte color)
        {
            for (var i = 0; i < text.Length; i++)
            {
                for (var x = 0; x < PixelFont.Advance; x++)
                {
                    for (var y = 0; y < PixelFont.Height; y++)
                    {
                        if (PixelFont.IsSet(text[i], x, y))
                            Fill(left + (i * PixelFont.Advance + x) * scale, top + y * scale, scale, scale, color);
                    }
                }
            }
        }

        public byte[] ToPng(uint[] palette) => PalettePng.Write(width, height, palette, _pixels);
    }
}
