using System.Text.RegularExpressions;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Whom a text mentions: &lt;@user&gt;, &lt;@&amp;role&gt;, @everyone and @here, as far as sender and allowed_mentions permit.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Allowed Mentions Object"; protocol.md 2.5.</remarks>
internal sealed partial record Mentions(IReadOnlyList<Snowflake> Users, IReadOnlyList<Snowflake> Roles, bool Everyone)
{
    private const int MaxMentions = 100;

    public static readonly Mentions None = new([], [], false);

    /// <summary>What the text names, before it is known what of it may ping.</summary>
    public static Mentions Find(string content)
    {
        // Most messages mention nobody: one scan for the one character that every mention has.
        if (!content.Contains('@', StringComparison.Ordinal))
            return None;
        var users = new List<Snowflake>();
        var roles = new List<Snowflake>();
        foreach (Match match in Pattern().Matches(content))
        {
            if (!Snowflake.TryParse(match.Groups[2].Value, out var id))
                continue;
            var ids = match.Groups[1].Value == "&" ? roles : users;
            if (!ids.Contains(id) && ids.Count < MaxMentions)
                ids.Add(id);
        }

        return new Mentions(users, roles, Everyones().IsMatch(content));
    }

    /// <summary>Leaves what may ping: roles must be mentionable, and @everyone needs the permission.</summary>
    public Mentions Permit(AllowedMentions? allowed, ChannelAccess access)
    {
        if (this == None)
            return this;
        var mayAll = access.Has(Permissions.MentionEveryone);
        return new Mentions(
            [.. Users.Where(id => allowed is null || allowed.Parse.Contains("users") || allowed.Users.Contains(id))],
            [.. Roles.Where(id => (allowed is null || allowed.Parse.Contains("roles") || allowed.Roles.Contains(id)) && access.Home.FindRole(id) is { } role && (role.Mentionable || mayAll))],
            Everyone && access.GuildId is not null && mayAll && (allowed is null || allowed.Parse.Contains("everyone")));
    }

    [GeneratedRegex("<@([!&]?)([0-9]{1,20})>")]
    private static partial Regex Pattern();

    [GeneratedRegex("@(everyone|here)\\b")]
    private static partial Regex Everyones();
}
