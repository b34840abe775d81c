using Discord.Modules.Media.Formats;
using Xunit;

namespace Discord.UnitTests.Media;

/// <summary>What files say of themselves, the honest ones and the others.</summary>
public sealed class FileFactsTests
{
    public static TheoryData<string, byte[], string?, int?, int?, bool> Known => new()
    {
        { "png", Samples.Png(300, 200), "image/png", 300, 200, false },
        { "apng", Samples.Png(3, 2, moves: true), "image/png", 3, 2, true },
        { "jpeg", Samples.Jpeg(640, 480), "image/jpeg", 640, 480, false },
        { "jpeg behind comments", Samples.Jpeg(640, 480, 200_000), "image/jpeg", 640, 480, false },
        { "gif", Samples.Gif(10, 20), "image/gif", 10, 20, false },
        { "moving gif", Samples.Gif(10, 20, frames: 3), "image/gif", 10, 20, true },
        { "webp", Samples.WebP(5000, 3), "image/webp", 5000, 3, false },
        { "moving webp", Samples.WebP(16, 16, moves: true), "image/webp", 16, 16, true },
        { "lossless webp", Samples.WebPLossless(16383, 9), "image/webp", 16383, 9, false },
        { "lossy webp", Samples.WebPLossy(77, 88), "image/webp", 77, 88, false },
        { "mp3", Samples.Mp3(1), "audio/mpeg", null, null, false },
        { "ogg", Samples.Ogg(1), "audio/ogg", null, null, false },
        { "wav", [.. "RIFF\0\0\0\0WAVEfmt "u8], "audio/wav", null, null, false },
        { "mp4", [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 0, 0], "video/mp4", null, null, false },
        { "webm", [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x82, 0x84, .. "webm"u8], "video/webm", null, null, false },
        { "pdf", [.. "%PDF-1.7\n"u8], "application/pdf", null, null, false },
        { "zip", [.. "PK\x03\x04"u8, 0, 0], "application/zip", null, null, false },
        { "text", [.. "hello\r\nworld\t"u8], "text/plain; charset=utf-8", null, null, false },
        { "a page", [.. "<!doctype html><script>alert(1)</script>"u8], "text/plain; charset=utf-8", null, null, false },
        { "a drawing", [.. "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8], "text/plain; charset=utf-8", null, null, false },
        { "noise", Samples.Noise(100), null, null, null, false },
        { "nothing", [], null, null, null, false },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void A_file_is_what_its_bytes_say(string name, byte[] bytes, string? type, int? width, int? height, bool moves)
    {
        var facts = Read(bytes);

        Assert.True((facts.ContentType, facts.Width, facts.Height, facts.IsAnimated) == (type, width, height, moves), $"{name}: {facts}");
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_file_that_ends_early_is_read_without_harm(string name, byte[] bytes, string? type, int? width, int? height, bool moves)
    {
        for (var length = Math.Min(bytes.Length - 1, 400); length >= 0; length--)
        {
            var facts = Read(bytes[..length]);
            // Less is known of less; nothing else is said of it.
            Assert.True(facts.Width is null || facts.Width == width, $"{name} at {length}");
            Assert.True(facts.Height is null || facts.Height == height, $"{name} at {length}");
            Assert.False(facts.IsAnimated && !moves, $"{name} at {length} of {type}");
        }
    }

    [Fact]
    public void Lengths_that_lie_end_the_reading()
    {
        byte[] png = [.. Samples.Png(5, 6)[..33], 0xFF, 0xFF, 0xFF, 0xFF, .. "tEXt"u8, 0, 0];
        Assert.Equal((5, 6), (Read(png).Width, Read(png).Height));
        Assert.Null(Read([0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF]).Width);
        // A segment of length 0 would stand still.
        Assert.Null(Read([0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x00, 0xFF, 0xE0, 0x00, 0x00]).Width);
    }

    [Fact]
    public void An_image_without_pixels_has_no_size() => Assert.Null(Read(Samples.Png(0, 5)).Width);

    [Fact]
    public void A_character_that_the_head_cuts_in_two_is_still_text()
    {
        for (var shift = 0; shift < 4; shift++)
            Assert.Equal("text/plain; charset=utf-8", Read([.. Samples.Text(4092 + shift), .. "🎉 and more"u8]).ContentType);
    }

    [Fact]
    public void A_control_character_makes_a_text_something_else() => Assert.Null(Read([.. "almost text"u8, 0]).ContentType);

    [Theory]
    [InlineData(0.5)]
    [InlineData(5.2)]
    public void Sounds_say_how_long_they_play(double seconds)
    {
        Assert.Equal(seconds, Read(Samples.Mp3(seconds)).Duration!.Value.TotalSeconds, 0.03);
        Assert.Equal(seconds, Read(Samples.Ogg(seconds)).Duration!.Value.TotalSeconds, 0.001);
    }

    [Fact]
    public void A_tag_before_the_frames_is_passed_over()
    {
        byte[] tagged = [.. "ID3"u8, 4, 0, 0, 0, 0, 1, 0, .. new byte[128], .. Samples.Mp3(2)];

        Assert.Equal("audio/mpeg", Read(tagged).ContentType);
        Assert.Equal(2, Read(tagged).Duration!.Value.TotalSeconds, 0.03);
    }

    private static FileFacts Read(byte[] bytes)
    {
        using var file = new MemoryStream(bytes);
        return FileFacts.Read(file);
    }
}
