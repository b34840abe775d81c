using System.Globalization;
using System.Text;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>A text as keywords are looked for in it: letters in their plain form, without accents and without what cannot be seen.</summary>
/// <remarks>So that "ｂａｄ", "𝐛𝐚𝐝", "bäd" and a "bad" with invisible joints are all "bad". Case is left to the comparison.</remarks>
internal readonly struct FoldedText
{
    // U+00C0 to U+017F without their accents: string normalisation is not there where globalisation is invariant.
    private const string Latin =
        "AAAAAAACEEEEIIIIDNOOOOO×OUUUUYÞßaaaaaaaceeeeiiiidnooooo÷ouuuuyþy"
        + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnŉNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    // Where each character stands in the text as it was written, with the end of that text behind; null: the same text.
    private readonly int[]? _source;

    private FoldedText(string text, int[]? source)
    {
        Text = text;
        _source = source;
    }

    public string Text { get; }

    public static FoldedText Of(string text)
    {
        if (Ascii.IsValid(text))
            return new FoldedText(text, null);
        var folded = new StringBuilder(text.Length);
        var source = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Fold(rune) is { } plain)
            {
                folded.Append(plain.ToString());
                source.AddRange(Enumerable.Repeat(at, plain.Utf16SequenceLength));
            }

            at += rune.Utf16SequenceLength;
        }

        source.Add(text.Length);
        return new FoldedText(folded.ToString(), [.. source]);
    }

    /// <summary>A place between characters, in the text as it was written.</summary>
    public int Source(int position) => _source is null ? position : _source[position];

    // The plain letter, the character itself, or nothing.
    private static Rune? Fold(Rune rune) => rune.Value switch
    {
        < 0x80 => rune,
        // Latin letters with accents.
        >= 0xC0 and < 0x180 => new Rune(Latin[rune.Value - 0xC0]),
        // Accents by themselves; other scripts' marks are letters of theirs.
        >= 0x300 and <= 0x36F => null,
        // Letters in circles.
        >= 0x24B6 and <= 0x24E9 => Letter(rune.Value - 0x24B6),
        // Wide forms of ASCII.
        >= 0xFF01 and <= 0xFF5E => new Rune(rune.Value - 0xFEE0),
        // The mathematicians' bold, slanted and doubled alphabets and digits.
        >= 0x1D400 and <= 0x1D6A3 => Letter((rune.Value - 0x1D400) % 52),
        >= 0x1D7CE and <= 0x1D7FF => new Rune('0' + (rune.Value - 0x1D7CE) % 10),
        _ => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format ? null : rune,
    };

    private static Rune Letter(int index) => new(index < 26 ? 'A' + index : 'a' + index - 26);
}
