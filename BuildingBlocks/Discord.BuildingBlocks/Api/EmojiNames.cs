using System.Text.RegularExpressions;

namespace Discord.BuildingBlocks.Api;

/// <summary>Names of emojis of guilds and applications: 2 to 32 letters, digits and underscores.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji, "Emoji Formats"; they stand between colons in texts.</remarks>
public static partial class EmojiNames
{
    public static string? Read(Form form, bool required)
    {
        var name = form.String("name", 2, 32, required);
        if (name is not null && !Name().IsMatch(name))
            form.Fail("name", "STRING_TYPE_REGEX", "String value did not match validation regex.");
        return name;
    }

    [GeneratedRegex("^[A-Za-z0-9_]+$")]
    private static partial Regex Name();
}
