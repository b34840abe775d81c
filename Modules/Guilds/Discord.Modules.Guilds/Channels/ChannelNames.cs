using System.Text;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>How channels may be called: 1 to 100 characters; text channels in lower case, with dashes for blanks.</summary>
/// <remarks>Source: protocol.md 2.6; the real service turns "My Channel" into "my-channel" where people write, and keeps it where they speak.</remarks>
internal static class ChannelNames
{
    public const int MaxLength = 100;

    /// <summary>The name as the channel will have it; empty when nothing is left of it.</summary>
    public static string Normalize(string name, ChannelType type)
    {
        var trimmed = name.Trim();
        return type is ChannelType.GuildText or ChannelType.GuildAnnouncement or ChannelType.GuildForum or ChannelType.GuildMedia ? Dashed(trimmed) : trimmed;
    }

    private static string Dashed(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var character in name.ToLowerInvariant())
        {
            if (!char.IsWhiteSpace(character))
                text.Append(character);
            else if (text[^1] != '-')
                text.Append('-');
        }

        return text.ToString();
    }
}
