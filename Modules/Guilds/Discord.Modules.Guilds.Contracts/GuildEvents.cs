using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>A guild came to be. Its maker's sessions get it as GUILD_CREATE, by joining its stream.</summary>
public sealed record GuildFounded(Snowflake GuildId, Snowflake UserId) : GatewayEvent, IMembershipChange
{
    public override string Name => "GUILD_FOUNDED";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(GuildId);
    public override object Data => new { id = GuildId, owner_id = UserId };
    public IReadOnlyList<Snowflake>? Roles => [];
}

public sealed record GuildUpdated(Guild Guild) : GatewayEvent
{
    public override string Name => "GUILD_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(Guild.Id);
    public override object Data => Guild;
}

/// <summary>A guild was deleted; Messaging purges what was said there.</summary>
public sealed record GuildDeleted(Snowflake GuildId, IReadOnlyList<Snowflake> ChannelIds) : GatewayEvent, IGuildEnd
{
    public const string EventName = "GUILD_DELETE";

    public override string Name => EventName;
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { id = GuildId };
}

/// <summary>Channels whose messages are to be purged: for Messaging alone.</summary>
public sealed record ChannelsPurged(Snowflake GuildId, IReadOnlyList<Snowflake> ChannelIds) : GatewayEvent
{
    public const string EventName = "CHANNELS_PURGED";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(GuildId);
    public override object Data => new { channel_ids = ChannelIds };
}

/// <summary>A ban asked for a user's recent messages to be deleted: for Messaging alone.</summary>
/// <param name="After">Only messages with greater ids.</param>
public sealed record UserMessagesPurged(Snowflake GuildId, Snowflake UserId, IReadOnlyList<Snowflake> ChannelIds, Snowflake After) : GatewayEvent
{
    public const string EventName = "USER_MESSAGES_PURGED";

    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(GuildId);
    public override object Data => new { user_id = UserId, channel_ids = ChannelIds, after = After };
}

public sealed record ChannelCreated(Channel Channel) : GatewayEvent
{
    public override string Name => "CHANNEL_CREATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(Channel.GuildId!.Value);
    public override object Data => Channel;
}

public sealed record ChannelUpdated(Channel Channel) : GatewayEvent
{
    public override string Name => "CHANNEL_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(Channel.GuildId!.Value);
    public override object Data => Channel;
}

public sealed record ChannelDeleted(Channel Channel) : GatewayEvent
{
    public override string Name => "CHANNEL_DELETE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(Channel.GuildId!.Value);
    public override object Data => Channel;
}

public sealed record GuildRoleCreated(Snowflake GuildId, Role Role) : GatewayEvent
{
    public override string Name => "GUILD_ROLE_CREATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId, role = Role };
}

public sealed record GuildRoleUpdated(Snowflake GuildId, Role Role) : GatewayEvent
{
    public override string Name => "GUILD_ROLE_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId, role = Role };
}

public sealed record GuildRoleDeleted(Snowflake GuildId, Snowflake RoleId) : GatewayEvent
{
    public override string Name => "GUILD_ROLE_DELETE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId, role_id = RoleId };
}

public sealed record GuildMemberAdded(Snowflake GuildId, Member Member) : GatewayEvent, IMembershipChange
{
    public override string Name => "GUILD_MEMBER_ADD";
    public override Intents Intents => Intents.GuildMembers;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => Member with { GuildId = GuildId };
    public Snowflake UserId => Member.User!.Id;
    public IReadOnlyList<Snowflake>? Roles => Member.Roles;
}

public sealed record GuildMemberUpdated(Snowflake GuildId, Member Member) : GatewayEvent, IMembershipChange
{
    public override string Name => "GUILD_MEMBER_UPDATE";
    public override Intents Intents => Intents.GuildMembers;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => Member with { GuildId = GuildId };
    public Snowflake UserId => Member.User!.Id;
    public IReadOnlyList<Snowflake>? Roles => Member.Roles;
}

public sealed record GuildMemberRemoved(Snowflake GuildId, User User) : GatewayEvent, IMembershipChange
{
    public override string Name => "GUILD_MEMBER_REMOVE";
    public override Intents Intents => Intents.GuildMembers;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId, user = User };
    public Snowflake UserId => User.Id;
    public IReadOnlyList<Snowflake>? Roles => null;
}

public sealed record GuildBanAdded(Snowflake GuildId, User User) : GatewayEvent
{
    public override string Name => "GUILD_BAN_ADD";
    public override Intents Intents => Intents.GuildModeration;
    public override Audience Audience => Audience.GuildAny(GuildId, Permissions.BanMembers | Permissions.ViewAuditLog);
    public override object Data => new { guild_id = GuildId, user = User };
}

public sealed record GuildBanRemoved(Snowflake GuildId, User User) : GatewayEvent
{
    public override string Name => "GUILD_BAN_REMOVE";
    public override Intents Intents => Intents.GuildModeration;
    public override Audience Audience => Audience.GuildAny(GuildId, Permissions.BanMembers | Permissions.ViewAuditLog);
    public override object Data => new { guild_id = GuildId, user = User };
}

/// <param name="Code">The invite.</param>
/// <param name="Details">INVITE_CREATE's fields.</param>
public sealed record InviteCreated(Snowflake GuildId, Snowflake ChannelId, string Code, object Details) : GatewayEvent
{
    public override string Name => "INVITE_CREATE";
    public override Intents Intents => Intents.GuildInvites;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId, Permissions.ViewChannel | Permissions.ManageChannels);
    public override object Data => Details;
}

public sealed record InviteDeleted(Snowflake GuildId, Snowflake ChannelId, string Code) : GatewayEvent
{
    public override string Name => "INVITE_DELETE";
    public override Intents Intents => Intents.GuildInvites;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId, Permissions.ViewChannel | Permissions.ManageChannels);
    public override object Data => new { guild_id = GuildId, channel_id = ChannelId, code = Code };
}

/// <param name="Status">Null: it says nothing any more; sent as null.</param>
public sealed record VoiceChannelStatusUpdated(Snowflake GuildId, Snowflake ChannelId, string? Status) : GatewayEvent
{
    public override string Name => "VOICE_CHANNEL_STATUS_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId);
    public override object Data => new StatusData(ChannelId, GuildId, Status);

    private sealed record StatusData(Snowflake Id, Snowflake GuildId, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Status);
}
