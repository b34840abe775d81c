using System.Diagnostics;
using System.Text;
using Discord.Modules.Guilds.AutoModeration;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Discord.UnitTests.Guilds;

/// <summary>What keywords and patterns find, against the words of Discord's documentation and against a plain reading of them.</summary>
public sealed class TextMatcherTests
{
    [Theory]
    // Discord docs, "Keyword Matching Strategies": prefix, suffix, anywhere, whole word.
    [InlineData("cat*", "catch", "cat")]
    [InlineData("cat*", "Catapult", "Cat")]
    [InlineData("cat*", "CAttLE", "CAt")]
    [InlineData("tra*", "train", "tra")]
    [InlineData("the mat*", "the matrix", "the mat")]
    [InlineData("cat*", "concat", null)]
    [InlineData("*cat", "wildcat", "cat")]
    [InlineData("*cat", "copyCat", "Cat")]
    [InlineData("*tra", "extra", "tra")]
    [InlineData("*the mat", "breathe mat", "the mat")]
    [InlineData("*cat", "catch", null)]
    [InlineData("*cat*", "location", "cat")]
    [InlineData("*cat*", "eduCation", "Cat")]
    [InlineData("*the mat*", "breathe matter", "the mat")]
    [InlineData("cat", "cat", "cat")]
    [InlineData("cat", "Cat!", "Cat")]
    [InlineData("cat", "a (cat).", "cat")]
    [InlineData("cat", "cat5", null)]
    [InlineData("cat", "cats", null)]
    [InlineData("cat", "bobcat and cat", "cat")]
    [InlineData("the mat", "on the mat.", "the mat")]
    [InlineData("the mat", "the matrix", null)]
    [InlineData("$$$", "a$$$b", "$$$")]
    // Other spellings of the same letters.
    [InlineData("bad", "ｂａｄ", "ｂａｄ")]
    [InlineData("bad", "𝐛𝐚𝐝", "𝐛𝐚𝐝")]
    [InlineData("bad", "so bäd", "bäd")]
    [InlineData("bad", "b\u200bad", "b\u200bad")]
    [InlineData("bad", "ba\u0301d!", "ba\u0301d")]
    [InlineData("bäd", "bad", "bad")]
    [InlineData("ⓑⓐⓓ", "bad", "bad")]
    [InlineData("плохо", "очень ПЛОХО", "ПЛОХО")]
    [InlineData("плохо", "неплохо", null)]
    [InlineData("*日本*", "今日本気", "日本")]
    [InlineData("x", "\uFFFE \U0001F600 x", "x")]
    public void A_keyword_is_found_as_it_was_meant(string keyword, string text, string? matched) => Assert.Equal(matched, new TextMatcher([keyword], [], []).Find(text)?.Matched);

    [Theory]
    [InlineData("*ass*", "classic", "a classic", false)]
    [InlineData("*ass*", "classic", "a classic ass", true)]
    [InlineData("*ass*", "class*", "classics", false)]
    [InlineData("*ass*", "class", "classics", true)]
    [InlineData("*ass*", "cla", "classics", true)]
    public void What_stands_in_an_allowed_word_is_excused(string keyword, string allowed, string text, bool found) =>
        Assert.Equal(found, new TextMatcher([keyword], [], [allowed]).Find(text) is not null);

    [Fact]
    public void An_allowed_word_excuses_a_pattern_too()
    {
        var matcher = new TextMatcher([], ["c.t"], ["cut"]);

        Assert.Null(matcher.Find("cut"));
        Assert.Equal(("c.t", "CaT"), matcher.Find("cut CaT"));
    }

    [Theory]
    [InlineData("b(a|4)d", true)]
    [InlineData("(?P<word>bad)", true)]
    [InlineData("(?i)bad", true)]
    [InlineData(@"\bba+d\b", true)]
    [InlineData(@"\p{L}+", true)]
    [InlineData("(bad", false)]
    [InlineData("bad(?=x)", false)]
    [InlineData(@"(b)\1", false)]
    [InlineData("(?>bad)", false)]
    [InlineData("[[:alpha:]]", false)]
    [InlineData("[a-z&&[^x]]", false)]
    [InlineData(@"\x{1F600}", false)]
    [InlineData(@"\p{Greek}", false)]
    [InlineData("((a{1000}){1000}){1000}", false)]
    public void Patterns_are_those_that_mean_the_same_in_both_languages_and_cannot_backtrack(string pattern, bool taken) => Assert.Equal(taken, TextMatcher.Compile(pattern) is not null);

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){25}$")]
    [InlineData(@"^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void No_pattern_takes_long_whatever_the_text(string pattern)
    {
        var matcher = new TextMatcher([], [pattern], []);
        var text = new string('a', 1999) + "!";
        matcher.Find(text);

        var watch = Stopwatch.StartNew();
        matcher.Find(text);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void A_thousand_keywords_cost_a_clean_text_little()
    {
        var matcher = new TextMatcher(Enumerable.Range(0, 1000).Select(number => $"*word{number}x*"), [], []);
        var text = string.Concat(Enumerable.Repeat("a clean text with many words in it ", 57));
        Assert.Null(matcher.Find(text));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 400; i++)
            Assert.Null(matcher.Find(text));
        Allocations.AssertNone(before, times: 400);
    }

    [Fact]
    public void Only_asterisks_are_no_keyword()
    {
        Assert.All(["*", "**", " * ", "", "\u200b"], text => Assert.False(TextMatcher.IsKeyword(text)));
        Assert.True(TextMatcher.IsKeyword("*a"));
    }

    [Fact]
    public void Any_keyword_in_any_text_is_found_where_a_plain_reading_finds_it()
    {
        var letters = Gen.Elements('a', 'b', 'A', ' ', '.', '1', 'é');
        var texts = Gen.ArrayOf(letters).Select(characters => new string(characters));
        var cases = from keyword in texts.Where(text => text.Trim().Trim('*').Length > 0)
                    from start in Gen.Elements("", "*")
                    from end in Gen.Elements("", "*")
                    from text in texts
                    select (start + keyword.Trim() + end, text);
        Prop.ForAll(cases.ToArbitrary(), pair => new TextMatcher([pair.Item1], [], []).Find(pair.text) is not null == Plainly(pair.Item1, pair.text)).QuickCheckThrowOnFailure();
    }

    // Every place, letter by letter.
    private static bool Plainly(string keyword, string text)
    {
        var word = Plain(keyword.Trim('*'));
        text = Plain(text);
        for (var at = 0; at + word.Length <= text.Length; at++)
        {
            if (text.Substring(at, word.Length) != word)
                continue;
            var left = keyword.StartsWith('*') || at == 0 || !char.IsLetterOrDigit(word[0]) || !char.IsLetterOrDigit(text[at - 1]);
            var end = at + word.Length;
            var right = keyword.EndsWith('*') || end == text.Length || !char.IsLetterOrDigit(word[^1]) || !char.IsLetterOrDigit(text[end]);
            if (left && right)
                return true;
        }

        return false;
    }

    private static string Plain(string text) => new StringBuilder(text).Replace('é', 'e').ToString().ToLowerInvariant();
}
