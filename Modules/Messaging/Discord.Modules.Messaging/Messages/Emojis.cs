using System.Text.RegularExpressions;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Messages;

/// <summary>The two forms of a reaction's emoji: unicode characters, or a guild emoji as "name:id".</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Create Reaction".</remarks>
internal static partial class Emojis
{
    /// <summary>An emoji from its <see cref="Emoji.Key"/>.</summary>
    public static Emoji OfKey(string key)
    {
        if (key.LastIndexOf(':') is not (> 0 and var colon) || !Snowflake.TryParse(key[(colon + 1)..], out var id))
            return new Emoji(null, key);
        return colon > 2 && key.StartsWith("a:", StringComparison.Ordinal) ? new Emoji(id, key[2..colon]) { Animated = true } : new Emoji(id, key[..colon]);
    }

    /// <summary>Reads a path segment, percent-decoded.</summary>
    /// <returns>Null when it is no emoji: letters, spaces, an unknown form. Whether there is a guild emoji of this id is another question.</returns>
    public static Emoji? Parse(string segment)
    {
        if (segment.Contains(':', StringComparison.Ordinal))
            return Custom().IsMatch(segment) && OfKey(segment) is { Id: not null } custom ? custom : null;
        return Emoji.IsUnicode(segment) ? new Emoji(null, segment) : null;
    }

    [GeneratedRegex("^(?:a:)?[A-Za-z0-9_]{1,32}:[0-9]{1,20}$")]
    private static partial Regex Custom();
}
