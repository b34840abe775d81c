using Discord.BuildingBlocks.Files;
using Xunit;

namespace Discord.UnitTests.Media;

/// <summary>What is left of the names that clients give their files.</summary>
public sealed class FilenamesTests
{
    [Theory]
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("my holiday (1).jpg", "my_holiday_(1).jpg")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\win.ini", "win.ini")]
    [InlineData("/absolute", "absolute")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData("a/", "file")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("new\r\nline\0.txt", "new__line.txt")]
    [InlineData("quote\"and<tag>&.html", "quoteandtag.html")]
    [InlineData("Grüße.txt", "Grüße.txt")]
    [InlineData("日本語.png", "日本語.png")]
    [InlineData("🎉.png", "png")]
    [InlineData("right\u202Eto-left.exe", "rightto-left.exe")]
    [InlineData("SPOILER_secret.png", "SPOILER_secret.png")]
    public void A_name_is_made_safe(string given, string expected) => Assert.Equal(expected, Filenames.Clean(given));

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var name = Filenames.Clean(new string('x', 500) + ".tar.gz");

        Assert.Equal(Filenames.MaxLength, name.Length);
        Assert.EndsWith(".gz", name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_not_cut_inside_of_a_character()
    {
        var name = Filenames.Clean(string.Concat(Enumerable.Repeat("𐐀", 200)));

        Assert.True(name.Length <= Filenames.MaxLength);
        Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void Half_a_character_is_no_character() => Assert.Equal("a.txt", Filenames.Clean("a\ud800.txt"));
}
