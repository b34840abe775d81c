using System.Buffers;
using System.Text.RegularExpressions;
using Discord.Modules.Guilds.Contracts;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>Finds keywords and patterns in texts, made once for each version of a rule. Thread-safe; time is linear in the text.</summary>
/// <remarks>Source: Discord docs, Resources, Auto Moderation, "Keyword Matching Strategies".</remarks>
internal sealed class TextMatcher
{
    // Patterns cannot backtrack; this is for a machine that stands still.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly Keyword[] _keywords;
    private readonly Keyword[] _allowed;
    private readonly Regex[] _patterns;

    // All keywords in one pass: most texts have none.
    private readonly SearchValues<string>? _any;

    public TextMatcher(IEnumerable<string> keywords, IEnumerable<string> patterns, IEnumerable<string> allowed)
    {
        _keywords = [.. keywords.Select(Keyword.Parse).OfType<Keyword>()];
        _allowed = [.. allowed.Select(Keyword.Parse).OfType<Keyword>()];
        _patterns = [.. patterns.Select(Compile).OfType<Regex>()];
        _any = _keywords.Length > 0 ? SearchValues.Create([.. _keywords.Select(keyword => keyword.Text)], StringComparison.OrdinalIgnoreCase) : null;
    }

    /// <summary>The first keyword, in the rule's order, or else the first pattern that the text has outside of what is allowed.</summary>
    /// <returns>The keyword as the rule has it and the part of the text; null when there is none.</returns>
    public (string Keyword, string Matched)? Find(string content)
    {
        var text = FoldedText.Of(content);
        if (_any is not null && text.Text.AsSpan().ContainsAny(_any))
        {
            foreach (var keyword in _keywords)
            {
                foreach (var at in keyword.PlacesIn(text.Text))
                {
                    var (start, end) = (text.Source(at), text.Source(at + keyword.Text.Length));
                    if (!IsAllowed(text, start, end))
                        return (keyword.Source, content[start..end]);
                }
            }
        }

        foreach (var pattern in _patterns)
        {
            try
            {
                foreach (var match in pattern.EnumerateMatches(content))
                {
                    if (match.Length > 0 && !IsAllowed(text, match.Index, match.Index + match.Length))
                        return (pattern.ToString(), content.Substring(match.Index, match.Length));
                }
            }
            catch (RegexMatchTimeoutException)
            {
                // Not found in time is not found.
            }
        }

        return null;
    }

    /// <summary>Whether a keyword is one: something is left of it besides its asterisks.</summary>
    public static bool IsKeyword(string keyword) => Keyword.Parse(keyword) is not null;

    /// <summary>A pattern in the part of Rust's language that means the same here and can be matched in linear time.</summary>
    /// <returns>Null: not such a pattern.</returns>
    public static Regex? Compile(string pattern)
    {
        // What is a set operation or a class of Rust's would silently mean something else.
        if (pattern.Contains("[:", StringComparison.Ordinal) || pattern.Contains("&&", StringComparison.Ordinal) || pattern.Contains("~~", StringComparison.Ordinal) || pattern.Contains("\\x{", StringComparison.Ordinal))
            return null;
        try
        {
            return new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, s_patience);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // A match inside of an allowed word is excused.
    private bool IsAllowed(in FoldedText text, int start, int end)
    {
        foreach (var keyword in _allowed)
        {
            foreach (var at in keyword.PlacesIn(text.Text))
            {
                if (text.Source(at) <= start && end <= text.Source(at + keyword.Text.Length))
                    return true;
            }
        }

        return false;
    }

    /// <summary>A word or phrase; an asterisk at an end lets it be a part of a longer word there.</summary>
    private sealed record Keyword(string Source, string Text, bool OpenStart, bool OpenEnd)
    {
        public static Keyword? Parse(string source)
        {
            var text = FoldedText.Of(source.Trim().Trim('*')).Text;
            return text.Length == 0 ? null : new Keyword(source, text, source.TrimStart().StartsWith('*'), source.TrimEnd().EndsWith('*'));
        }

        public IEnumerable<int> PlacesIn(string text)
        {
            for (var at = text.IndexOf(Text, StringComparison.OrdinalIgnoreCase); at >= 0; at = at + 1 < text.Length ? text.IndexOf(Text, at + 1, StringComparison.OrdinalIgnoreCase) : -1)
            {
                if ((OpenStart || !JoinsLeft(text, at)) && (OpenEnd || !JoinsRight(text, at + Text.Length)))
                    yield return at;
            }
        }

        // Letters and digits on both sides of an edge make one word; whatever else is there ends it.
        private bool JoinsLeft(string text, int start) => start > 0 && IsWord(Text, 0) && IsWord(text, start - (start > 1 && char.IsLowSurrogate(text[start - 1]) ? 2 : 1));

        private bool JoinsRight(string text, int end) => end < text.Length && IsWord(Text, Text.Length - (Text.Length > 1 && char.IsLowSurrogate(Text[^1]) ? 2 : 1)) && IsWord(text, end);

        private static bool IsWord(string text, int at) => char.IsLetterOrDigit(text, at);
    }
}
