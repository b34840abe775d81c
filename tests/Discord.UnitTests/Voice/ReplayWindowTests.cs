using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>The window against what it stands for: a set of all that was taken.</summary>
public sealed class ReplayWindowTests
{
    [Theory, InlineData(IndexWindow.Narrow, 1), InlineData(IndexWindow.Wide, 2)]
    public void It_knows_exactly_what_came_within_its_width(int width, int seed)
    {
        var (random, window, taken, highest) = (new Random(seed), new IndexWindow(width), new HashSet<ulong>(), 0UL);
        for (var i = 0; i < 200_000; i++)
        {
            // Mostly close by; at times far ahead, or as far back as the width.
            var step = random.Next(10) switch { 0 => random.Next(-width - 2, width + 2), 1 => random.Next(3 * width), _ => random.Next(-3, 4) };
            var index = (ulong)Math.Max(0, (long)highest + step);
            var isNew = index > highest || (highest - index < (ulong)width && !taken.Contains(index));
            Assert.Equal(isNew, window.IsNew(index));
            if (!isNew || random.Next(4) == 0)
                continue;
            window.Note(index);
            taken.Add(index);
            highest = Math.Max(highest, index);
            Assert.Equal(highest, window.Highest);
            Assert.False(window.IsNew(index));
        }
    }

    [Fact]
    public void A_picture_s_packet_that_was_asked_for_again_is_taken_a_second_late()
    {
        var window = new ReplayWindow();
        // 1080p60 at 10 Mbit/s: 1,100 packets a second, across the end of the numbers.
        for (var number = 65_000; number < 66_100; number++)
        {
            if (number != 65_500)
                window.Take((ushort)number, (uint)number * 80);
        }

        Assert.True(window.IsNew(65_500, 65_500 * 80));
        window.Take(65_500, 65_500 * 80);
        Assert.False(window.IsNew(65_500, 65_500 * 80));
        Assert.False(window.IsNew(65_000, 65_000 * 80));
        window.Clear();
        Assert.True(window.IsNew(65_000, 65_000 * 80));
    }
}
