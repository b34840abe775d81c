using Discord.Protocol;

namespace Discord.Modules.Messaging.Messages;

/// <summary>The two forms of a reaction's emoji: unicode characters, or a guild emoji as "name:id".</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Create Reaction".</remarks>
internal static class Emojis
{
    /// <summary>Longest sequence of code points that Unicode joins into one emoji, in UTF-16 code units, with room.</summary>
    private const int MaxUnicodeLength = 32;

    public static Emoji OfKey(string key) => key.LastIndexOf(':') is > 0 and var colon && Snowflake.TryParse(key[(colon + 1)..], out var id)
        ? new Emoji(id, key[..colon])
        : new Emoji(null, key);

    /// <summary>Reads a path segment, percent-decoded.</summary>
    /// <returns>Null when it is no emoji: letters, spaces, an unknown form, or a guild emoji (none exist on this server).</returns>
    public static Emoji? Parse(string segment)
    {
        if (segment.Length is 0 or > MaxUnicodeLength || segment.Contains(':', StringComparison.Ordinal))
            return null;
        var symbols = 0;
        var rest = segment.AsSpan();
        while (!rest.IsEmpty)
        {
            System.Text.Rune.DecodeFromUtf16(rest, out var rune, out var length);
            rest = rest[length..];
            // A letter that is told to be shown as a picture is an emoji: the information sign.
            if (!rune.IsAscii && rest.StartsWith("\uFE0F", StringComparison.Ordinal))
            {
                symbols++;
                continue;
            }

            // Keycaps are a digit, # or * with a combining mark; everything else that is a letter or a blank is no emoji.
            var isKeycapBase = rune.Value is >= '0' and <= '9' or '#' or '*';
            if (!isKeycapBase && (rune.IsAscii || System.Text.Rune.IsLetterOrDigit(rune) || System.Text.Rune.IsWhiteSpace(rune) || System.Text.Rune.IsControl(rune)))
                return null;
            symbols += isKeycapBase ? 0 : 1;
        }

        return symbols > 0 ? new Emoji(null, segment) : null;
    }
}
