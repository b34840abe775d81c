using Discord.Modules.Messaging.Messages;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Messaging;

public sealed class EmojisTests
{
    [Theory]
    [InlineData("👍")]
    [InlineData("👍🏽")]
    [InlineData("❤")]
    [InlineData("❤️")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("🏳️‍🌈")]
    [InlineData("🇩🇪")]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("🧑🏻‍❤️‍💋‍🧑🏿")]
    [InlineData("1️⃣")]
    [InlineData("#️⃣")]
    [InlineData("*⃣")]
    [InlineData("🔟")]
    [InlineData("©️")]
    [InlineData("™")]
    [InlineData("‼️")]
    [InlineData("〰️")]
    [InlineData("Ⓜ️")]
    [InlineData("㊗️")]
    [InlineData("🅰️")]
    [InlineData("ℹ️")]
    public void Unicode_emoji_are_taken_as_they_are(string segment) => Assert.Equal(new Emoji(null, segment), Emojis.Parse(segment));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("smile")]
    [InlineData("é")]
    [InlineData("日")]
    [InlineData("5")]
    [InlineData("12")]
    [InlineData("#")]
    [InlineData("*")]
    [InlineData("!")]
    [InlineData(" ")]
    [InlineData("👍 ")]
    [InlineData("👍a")]
    [InlineData("a👍")]
    [InlineData("👍\n")]
    [InlineData("\u00a0")]
    [InlineData("\u0000")]
    [InlineData(":")]
    [InlineData(":smile:")]
    [InlineData("party:0")]
    [InlineData("party:x")]
    [InlineData("par ty:123")]
    [InlineData("b:party:123")]
    [InlineData("@me")]
    [InlineData("<:party:123>")]
    public void What_is_no_emoji_of_this_server_is_not_taken(string segment) => Assert.Null(Emojis.Parse(segment));

    [Theory]
    [InlineData("party:123", "party", null)]
    [InlineData("a:party:123", "party", true)]
    [InlineData("a:123", "a", null)]
    public void Emojis_of_guilds_are_a_name_and_an_id(string segment, string name, bool? animated)
    {
        Assert.Equal(new Emoji(new Snowflake(123), name) { Animated = animated }, Emojis.Parse(segment));
        Assert.Equal(segment, Emojis.Parse(segment)!.Key);
        Assert.Equal(Emojis.Parse(segment), Emojis.OfKey(segment));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void An_emoji_has_32_code_units_at_most(int count, bool taken) => Assert.Equal(taken, Emojis.Parse(string.Concat(Enumerable.Repeat("👍", count))) is not null);

    [Theory]
    [InlineData("👍", null, "👍")]
    [InlineData("party:123", 123UL, "party")]
    [InlineData("a:b:123", 123UL, "b")]
    [InlineData("party:x", null, "party:x")]
    [InlineData(":123", null, ":123")]
    public void The_stored_key_reads_back_as_the_emoji(string key, ulong? id, string name)
    {
        var emoji = Emojis.OfKey(key);

        Assert.Equal((id, name), (emoji.Id?.Value, emoji.Name));
        Assert.Equal(key, emoji.Key);
    }
}
