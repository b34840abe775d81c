using System.Text.Json.Serialization;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Notifications.Contracts;

/// <summary>What somebody wants to be told of: READY's "user_guild_settings". Answered from memory; a mute that has run out is lifted in the answer.</summary>
/// <returns>One for each guild in which something was changed, and one without a guild for direct messages if something was changed there.</returns>
public sealed record GetNotificationSettings(Snowflake UserId) : IRequest<IReadOnlyList<GuildNotificationSettings>>;

/// <summary>What holds for the account as a whole: READY's "notification_settings".</summary>
/// <returns>The flags, 0 until they were set.</returns>
public sealed record GetNotificationFlags(Snowflake UserId) : IRequest<int>;

/// <summary>What somebody wants to be told of in one guild, or in direct messages.</summary>
/// <remarks>Source: protocol.md 3.11.</remarks>
public sealed record GuildNotificationSettings
{
    /// <summary>Null: direct messages.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? GuildId { get; init; }
    /// <summary>0 every message, 1 mentions, 2 nothing, 3 as the guild has it.</summary>
    public int MessageNotifications { get; init; } = 3;
    public bool Muted { get; init; }
    /// <summary>Null: muted without an end, or not muted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public MuteConfig? MuteConfig { get; init; }
    /// <summary>@everyone and @here count as no mention.</summary>
    public bool SuppressEveryone { get; init; }
    /// <summary>Mentions of roles count as none.</summary>
    public bool SuppressRoles { get; init; }
    public bool MobilePush { get; init; } = true;
    public bool HideMutedChannels { get; init; }
    public bool MuteScheduledEvents { get; init; }
    /// <summary>0 as the client has it, 1 off, 2 on.</summary>
    public int NotifyHighlights { get; init; }
    public int Flags { get; init; }
    /// <summary>Rises with every change.</summary>
    public int Version { get; init; }
    public IReadOnlyList<ChannelNotificationSettings> ChannelOverrides { get; init; } = [];

    /// <summary>Whether a channel is muted, by itself or with its guild.</summary>
    public bool IsMuted(Snowflake channelId) => Muted || ChannelOverrides.Any(channel => channel.ChannelId == channelId && channel.Muted);

    /// <summary>The same without the mutes that have ended by <paramref name="now"/>.</summary>
    public GuildNotificationSettings At(DateTimeOffset now)
    {
        var settings = this;
        if (MuteConfig?.HasEnded(now) == true)
            settings = settings with { Muted = false, MuteConfig = null };
        return ChannelOverrides.Any(channel => channel.MuteConfig?.HasEnded(now) == true)
            ? settings with { ChannelOverrides = [.. ChannelOverrides.Select(channel => channel.MuteConfig?.HasEnded(now) == true ? channel with { Muted = false, MuteConfig = null } : channel)] }
            : settings;
    }
}

/// <summary>Until when something is muted.</summary>
/// <param name="SelectedTimeWindow">Seconds that were chosen; -1 for ever.</param>
/// <param name="EndTime">Null: for ever.</param>
public sealed record MuteConfig(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? SelectedTimeWindow,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Timestamp? EndTime)
{
    public bool HasEnded(DateTimeOffset now) => EndTime is { } end && end.Time <= now;
}

/// <summary>What differs from the guild in one channel.</summary>
public sealed record ChannelNotificationSettings
{
    public required Snowflake ChannelId { get; init; }
    /// <summary>0 every message, 1 mentions, 2 nothing, 3 as the guild or category has it.</summary>
    public int MessageNotifications { get; init; } = 3;
    public bool Muted { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public MuteConfig? MuteConfig { get; init; }
    /// <summary>The category is folded in the channel list.</summary>
    public bool Collapsed { get; init; }
    public int Flags { get; init; }
}

/// <summary>The user's own sessions learn of new notification settings.</summary>
public sealed record UserGuildSettingsUpdated(Snowflake UserId, GuildNotificationSettings Settings) : GatewayEvent
{
    public override string Name => "USER_GUILD_SETTINGS_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => Settings;
}

public sealed record NotificationSettingsUpdated(Snowflake UserId, int Flags) : GatewayEvent
{
    public override string Name => "NOTIFICATION_SETTINGS_UPDATE";
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Users([UserId]);
    public override object Data => new { flags = Flags };
}
