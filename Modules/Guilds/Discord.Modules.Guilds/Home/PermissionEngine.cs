using Discord.Protocol;

namespace Discord.Modules.Guilds.Home;

/// <summary>Discord's permission algorithm: tiers of @everyone, roles and member; deny first, then allow, at each tier.</summary>
/// <remarks>
/// Source: Discord docs, Topics, Permissions, "Permission Overwrites" and "Implicit Permissions"; protocol.md 4.2.
/// Role positions play no part here; they decide only who may act on whom: <see cref="Hierarchy"/>.
/// </remarks>
internal static class PermissionEngine
{
    /// <summary>What a timed-out member keeps.</summary>
    public const Permissions TimedOut = Permissions.ViewChannel | Permissions.ReadMessageHistory;

    // Without SEND_MESSAGES these mean nothing in a text channel.
    private const Permissions NeedsSend = Permissions.MentionEveryone | Permissions.SendTtsMessages | Permissions.AttachFiles | Permissions.EmbedLinks;

    /// <summary>What a member holds in the guild as a whole.</summary>
    /// <param name="roles">The member's roles, @everyone left out or not.</param>
    public static Permissions InGuild(GuildState guild, Snowflake userId, IReadOnlyList<Snowflake> roles)
    {
        if (userId == guild.OwnerId)
            return Permissions.All;
        var held = guild.Roles.TryGetValue(guild.Id, out var everyone) ? everyone.Permissions : Permissions.None;
        for (var i = 0; i < roles.Count; i++)
        {
            if (guild.Roles.TryGetValue(roles[i], out var role))
                held |= role.Permissions;
        }

        return held.Has(Permissions.Administrator) ? Permissions.All : held;
    }

    /// <summary>What a member holds in a channel: the guild's set after the channel's overwrites and the implicit rules.</summary>
    public static Permissions InChannel(GuildState guild, Channel channel, Snowflake userId, IReadOnlyList<Snowflake> roles) => InChannel(guild, channel, channel.Type, userId, roles);

    /// <summary>What a member holds in a thread: that of its parent, where SEND_MESSAGES_IN_THREADS decides about sending. In a private thread nothing without being in it or MANAGE_THREADS.</summary>
    public static Permissions InThread(GuildState guild, GuildThread thread, Snowflake userId, IReadOnlyList<Snowflake> roles)
    {
        if (!guild.Channels.TryGetValue(thread.ParentId, out var parent))
            return Permissions.None;
        var held = InChannel(guild, parent, thread.Channel.Type, userId, roles);
        return thread.Channel.IsPrivate && !held.Has(Permissions.ManageThreads) && !thread.Members.Contains(userId) ? Permissions.None : held;
    }

    private static Permissions InChannel(GuildState guild, Channel channel, ChannelType type, Snowflake userId, IReadOnlyList<Snowflake> roles) =>
        Implicit(Explicit(guild, channel, userId, roles), type);

    /// <summary>The guild's set after the channel's overwrites, without the implicit rules: what counts for those who are in a voice channel already.</summary>
    public static Permissions Explicit(GuildState guild, Channel channel, Snowflake userId, IReadOnlyList<Snowflake> roles)
    {
        var held = InGuild(guild, userId, roles);
        if (held.Has(Permissions.Administrator))
            return Permissions.All;

        Permissions everyoneAllow = 0, everyoneDeny = 0, roleAllow = 0, roleDeny = 0, memberAllow = 0, memberDeny = 0;
        var overwrites = channel.PermissionOverwrites ?? [];
        for (var i = 0; i < overwrites.Count; i++)
        {
            var overwrite = overwrites[i];
            if (!overwrite.IsRole)
            {
                if (overwrite.Id == userId)
                    (memberAllow, memberDeny) = (overwrite.Allow, overwrite.Deny);
            }
            else if (overwrite.Id == guild.Id)
            {
                (everyoneAllow, everyoneDeny) = (overwrite.Allow, overwrite.Deny);
            }
            else if (Contains(roles, overwrite.Id))
            {
                roleAllow |= overwrite.Allow;
                roleDeny |= overwrite.Deny;
            }
        }

        held = (held & ~everyoneDeny) | everyoneAllow;
        held = (held & ~roleDeny) | roleAllow;
        return (held & ~memberDeny) | memberAllow;
    }

    /// <summary>What a set means in a channel of a type: without VIEW_CHANNEL nothing, without SEND or CONNECT less.</summary>
    public static Permissions Implicit(Permissions held, ChannelType type)
    {
        if (!held.Has(Permissions.ViewChannel))
            return Permissions.None;
        if (type.IsVoice())
            return held.Has(Permissions.Connect) ? held : Permissions.ViewChannel;
        if (type.IsThread())
            held = held.Has(Permissions.SendMessagesInThreads) ? held | Permissions.SendMessages : held & ~Permissions.SendMessages;
        return held.Has(Permissions.SendMessages) ? held : held & ~NeedsSend;
    }

    private static bool Contains(IReadOnlyList<Snowflake> roles, Snowflake id)
    {
        for (var i = 0; i < roles.Count; i++)
        {
            if (roles[i] == id)
                return true;
        }

        return false;
    }
}

/// <summary>Who may act on whom: own highest role strictly above the target's, ties to the lower id; the owner above all; nobody on the owner.</summary>
/// <remarks>Source: Discord docs, Topics, Permissions, "Permission Hierarchy".</remarks>
internal static class Hierarchy
{
    public static bool IsAbove(GuildState guild, Snowflake actor, IReadOnlyList<Snowflake> actorRoles, Snowflake target, IReadOnlyList<Snowflake> targetRoles) =>
        target != guild.OwnerId && (actor == guild.OwnerId || Compare(Highest(guild, actorRoles), Highest(guild, targetRoles)) > 0);

    public static bool IsAbove(GuildState guild, Snowflake actor, IReadOnlyList<Snowflake> actorRoles, Role role) =>
        actor == guild.OwnerId || Compare(Highest(guild, actorRoles), role) > 0;

    /// <summary>Positive when <paramref name="left"/> is higher. No role at all is lower than any.</summary>
    public static int Compare(Role? left, Role? right)
    {
        if (left is null || right is null)
            return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        var byPosition = left.Position.CompareTo(right.Position);
        return byPosition != 0 ? byPosition : right.Id.CompareTo(left.Id);
    }

    public static Role? Highest(GuildState guild, IReadOnlyList<Snowflake> roles)
    {
        Role? highest = null;
        foreach (var id in roles)
        {
            if (guild.Roles.TryGetValue(id, out var role) && (highest is null || Compare(role, highest) > 0))
                highest = role;
        }

        return highest;
    }
}
