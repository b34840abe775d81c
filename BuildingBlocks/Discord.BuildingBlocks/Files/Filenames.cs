using System.Globalization;
using System.Text;

namespace Discord.BuildingBlocks.Files;

/// <summary>Makes of what a client calls a file the last part of a path: no folders, no control characters, nothing that a header or a page could take for its own.</summary>
public static class Filenames
{
    public const int MaxLength = 128;
    private const int MaxExtension = 16;

    /// <summary>Letters, digits and marks of any script, and . _ - ( ) stay; blanks become _.</summary>
    public static string Clean(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark || rune.Value is '.' or '_' or '-' or '(' or ')')
                clean.Append(rune);
            else if (Rune.IsWhiteSpace(rune))
                clean.Append('_');
        }

        var text = clean.ToString().Trim('.');
        if (text.Length == 0)
            return "file";
        if (text.Length <= MaxLength)
            return text;
        var extension = text.LastIndexOf('.') is > 0 and var dot && text.Length - dot <= MaxExtension ? text[dot..] : "";
        var cut = MaxLength - extension.Length;
        // Not between the halves of a character.
        return text[..(char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut)] + extension;
    }
}
