using System.Text.Json;
using System.Text.RegularExpressions;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Messaging.Crossposts;

/// <summary>What other guilds may know of a guild's channels.</summary>
internal static partial class ChannelNames
{
    private const int MaxMentioned = 50;

    public static string Of(IGuildView guild, Snowflake channelId) => Read(guild, channelId)?.Name ?? "deleted-channel";

    /// <summary>The channels that a text names and that everybody of the guild sees.</summary>
    /// <returns>Null when there are none.</returns>
    public static IReadOnlyList<MentionedChannel>? MentionedIn(IGuildView guild, string content)
    {
        var named = Pattern().Matches(content).Take(MaxMentioned).Select(match => Snowflake.TryParse(match.Groups[1].Value, out var id) ? id : default).Distinct()
            .Where(id => guild.InChannel(id, default, []).Has(Permissions.ViewChannel)).Select(id => Read(guild, id)).OfType<MentionedChannel>().ToList();
        return named.Count == 0 ? null : named;
    }

    private static MentionedChannel? Read(IGuildView guild, Snowflake channelId)
    {
        if (guild.WriteChannel(channelId) is not { } json)
            return null;
        using var channel = JsonDocument.Parse(json);
        return new MentionedChannel(channelId, guild.Id, (ChannelType)channel.RootElement.GetProperty("type").GetInt32(), channel.RootElement.GetProperty("name").GetString() ?? "");
    }

    [GeneratedRegex("<#([0-9]{1,20})>")]
    private static partial Regex Pattern();
}
