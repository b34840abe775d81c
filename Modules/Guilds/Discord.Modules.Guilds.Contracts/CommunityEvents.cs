using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Contracts;

/// <param name="ChannelId">Where it takes place: only those who see the channel learn of it. Null: elsewhere, everybody in the guild.</param>
/// <param name="Event">The event as REST shows it.</param>
public sealed record GuildScheduledEventCreated(Snowflake GuildId, Snowflake? ChannelId, object Event) : GatewayEvent
{
    public override string Name => "GUILD_SCHEDULED_EVENT_CREATE";
    public override Intents Intents => Intents.GuildScheduledEvents;
    public override Audience Audience => Audiences.Of(GuildId, ChannelId);
    public override object Data => Event;
}

/// <remarks>Also when it starts, ends, is cancelled, or when an exception of a series changes.</remarks>
public sealed record GuildScheduledEventUpdated(Snowflake GuildId, Snowflake? ChannelId, object Event) : GatewayEvent
{
    public override string Name => "GUILD_SCHEDULED_EVENT_UPDATE";
    public override Intents Intents => Intents.GuildScheduledEvents;
    public override Audience Audience => Audiences.Of(GuildId, ChannelId);
    public override object Data => Event;
}

public sealed record GuildScheduledEventDeleted(Snowflake GuildId, Snowflake? ChannelId, object Event) : GatewayEvent
{
    public override string Name => "GUILD_SCHEDULED_EVENT_DELETE";
    public override Intents Intents => Intents.GuildScheduledEvents;
    public override Audience Audience => Audiences.Of(GuildId, ChannelId);
    public override object Data => Event;
}

/// <summary>Somebody wants to come to an event, or to one occurrence of a series.</summary>
public sealed record GuildScheduledEventUserAdded(Snowflake GuildId, Snowflake? ChannelId, Snowflake EventId, Snowflake? ExceptionId, Snowflake UserId) : GatewayEvent
{
    public override string Name => "GUILD_SCHEDULED_EVENT_USER_ADD";
    public override Intents Intents => Intents.GuildScheduledEvents;
    public override Audience Audience => Audiences.Of(GuildId, ChannelId);
    public override object Data => new { guild_scheduled_event_id = EventId, guild_scheduled_event_exception_id = ExceptionId, user_id = UserId, guild_id = GuildId };
}

public sealed record GuildScheduledEventUserRemoved(Snowflake GuildId, Snowflake? ChannelId, Snowflake EventId, Snowflake? ExceptionId, Snowflake UserId) : GatewayEvent
{
    public override string Name => "GUILD_SCHEDULED_EVENT_USER_REMOVE";
    public override Intents Intents => Intents.GuildScheduledEvents;
    public override Audience Audience => Audiences.Of(GuildId, ChannelId);
    public override object Data => new { guild_scheduled_event_id = EventId, guild_scheduled_event_exception_id = ExceptionId, user_id = UserId, guild_id = GuildId };
}

/// <summary>A stage was opened.</summary>
public sealed record StageInstanceCreated(Snowflake GuildId, Snowflake ChannelId, object Stage) : GatewayEvent
{
    public override string Name => "STAGE_INSTANCE_CREATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId);
    public override object Data => Stage;
}

public sealed record StageInstanceUpdated(Snowflake GuildId, Snowflake ChannelId, object Stage) : GatewayEvent
{
    public override string Name => "STAGE_INSTANCE_UPDATE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId);
    public override object Data => Stage;
}

public sealed record StageInstanceDeleted(Snowflake GuildId, Snowflake ChannelId, object Stage) : GatewayEvent
{
    public override string Name => "STAGE_INSTANCE_DELETE";
    public override Intents Intents => Intents.Guilds;
    public override Audience Audience => Audience.Channel(GuildId, ChannelId);
    public override object Data => Stage;
}

/// <summary>A bot or another integration was added to a guild.</summary>
/// <param name="Integration">As GET /guilds/{guild_id}/integrations shows it, with guild_id.</param>
public sealed record IntegrationCreated(Snowflake GuildId, object Integration) : GatewayEvent
{
    public override string Name => "INTEGRATION_CREATE";
    public override Intents Intents => Intents.GuildIntegrations;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => Integration;
}

public sealed record IntegrationDeleted(Snowflake GuildId, Snowflake IntegrationId, Snowflake ApplicationId) : GatewayEvent
{
    public override string Name => "INTEGRATION_DELETE";
    public override Intents Intents => Intents.GuildIntegrations;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { id = IntegrationId, guild_id = GuildId, application_id = ApplicationId };
}

/// <summary>A guild's integrations changed; which is said by another event.</summary>
public sealed record GuildIntegrationsUpdated(Snowflake GuildId) : GatewayEvent
{
    public override string Name => "GUILD_INTEGRATIONS_UPDATE";
    public override Intents Intents => Intents.GuildIntegrations;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId };
}

internal static class Audiences
{
    public static Audience Of(Snowflake guildId, Snowflake? channelId) => channelId is { } channel ? Audience.Channel(guildId, channel) : Audience.Guild(guildId);
}
