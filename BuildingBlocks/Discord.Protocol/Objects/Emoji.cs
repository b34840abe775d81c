using System.Text;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A unicode emoji (id null, name the characters) or one of a guild or application.</summary>
public sealed record Emoji(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Snowflake? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name)
{
    /// <summary>Longest sequence of code points that Unicode joins into one emoji, in UTF-16 code units, with room.</summary>
    private const int MaxUnicodeLength = 32;

    /// <summary>Null and left out when it does not move.</summary>
    public bool? Animated { get; init; }

    /// <summary>The form of paths and of the store: "name:id", "a:name:id" for one that moves, or the characters.</summary>
    [JsonIgnore] public string Key => Id is { } id ? $"{(Animated == true ? "a:" : "")}{Name}:{id}" : Name ?? "";

    /// <summary>Whether a text is a unicode emoji: letters, spaces and unknown forms are none.</summary>
    public static bool IsUnicode(string text)
    {
        if (text.Length is 0 or > MaxUnicodeLength)
            return false;
        var symbols = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            Rune.DecodeFromUtf16(rest, out var rune, out var length);
            rest = rest[length..];
            // A letter that is told to be shown as a picture is an emoji: the information sign.
            if (!rune.IsAscii && rest.StartsWith("\uFE0F", StringComparison.Ordinal))
            {
                symbols++;
                continue;
            }

            // Keycaps are a digit, # or * with a combining mark; everything else that is a letter or a blank is no emoji.
            var isKeycapBase = rune.Value is >= '0' and <= '9' or '#' or '*';
            if (!isKeycapBase && (rune.IsAscii || Rune.IsLetterOrDigit(rune) || Rune.IsWhiteSpace(rune) || Rune.IsControl(rune)))
                return false;
            symbols += isKeycapBase ? 0 : 1;
        }

        return symbols > 0;
    }
}

/// <summary>An emoji of a guild or application, with all that is known of it.</summary>
/// <param name="Roles">Of guilds: who has none of these may not use it; empty: everybody may.</param>
/// <remarks>Source: the published EmojiResponse.</remarks>
public sealed record EmojiDetails(Snowflake Id, string Name, IReadOnlyList<Snowflake> Roles, bool Animated)
{
    public bool RequireColons => true;
    public bool Managed => false;
    public bool Available => true;
    /// <summary>Who made it: only in answers to those who may make or manage emojis.</summary>
    public User? User { get; init; }
}
