using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Discord.Modules.Guilds.Widgets;
using Xunit;

namespace Discord.UnitTests.Guilds;

/// <summary>The badge that a guild shows on other pages: a PNG, read here by hand.</summary>
public sealed class WidgetPictureTests
{
    public static TheoryData<string> Styles => [.. WidgetPicture.Styles];

    [Theory, MemberData(nameof(Styles))]
    public void Every_style_is_a_whole_picture(string style)
    {
        var (width, height, pixels) = Read(WidgetPicture.Draw(style, "Hall", 7));

        Assert.InRange(width, 80, 430);
        Assert.InRange(height, 20, 132);
        Assert.Equal((width + 1) * height, pixels.Length);
        // Letters, their background and the accent.
        Assert.True(pixels.Distinct().Count() >= 4, "There is something to see.");
    }

    [Fact]
    public void A_name_that_is_too_long_is_cut_and_other_scripts_do_no_harm()
    {
        var longest = Read(WidgetPicture.Draw("shield", new string('W', 100), 1_000_000));
        Assert.Equal(longest.Width, Read(WidgetPicture.Draw("shield", new string('W', 40), 1_000_000)).Width);
        foreach (var style in WidgetPicture.Styles)
            Read(WidgetPicture.Draw(style, "Ünïcödé \u4E2D\u6587 \U0001F600 \uD83D", 0));
    }

    [Theory]
    [InlineData("Caf\u00E9", "Caf?")]
    [InlineData("a\u4E2Db", "a?b")]
    [InlineData("\U0001F600", "?")]
    [InlineData("tab\there", "tab?here")]
    public void Letters_without_a_picture_become_question_marks(string text, string shown) => Assert.Equal(shown, PixelFont.Fold(text));

    private static (int Width, int Height, byte[] Pixels) Read(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add(Encoding.ASCII.GetString(body[..4]), body[4..].ToArray());
            at += length + 12;
        }

        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], chunks.Keys);
        using var unpacked = new MemoryStream();
        using (var packed = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress))
            packed.CopyTo(unpacked);
        return (BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]), BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4)), unpacked.ToArray());
    }

    // By table, unlike the writer's.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
            table[i] = Enumerable.Range(0, 8).Aggregate(i, (value, _) => (value & 1) == 1 ? 0xEDB88320 ^ value >> 1 : value >> 1);
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = table[(crc ^ value) & 0xFF] ^ crc >> 8;
        return ~crc;
    }
}
