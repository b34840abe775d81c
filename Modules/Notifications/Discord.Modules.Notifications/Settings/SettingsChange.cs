using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Notifications.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Notifications.Settings;

/// <summary>Changes notification settings: the fields that were sent, of one guild or of several at once.</summary>
internal sealed class SettingsChange(UserNotifications notifications, Database database, Lanes lanes, IMediator mediator)
{
    private const string DirectMessages = "@me";

    /// <param name="asked">What was sent, by the guild's id or "@me".</param>
    /// <returns>10004 for a guild that the caller is not in, 10003 for a channel that is not of it or that they do not see.</returns>
    public async ValueTask<Result<IReadOnlyList<GuildNotificationSettings>>> ApplyAsync(ApiRequest request, IEnumerable<(string Guild, Form Form)> asked)
    {
        var guilds = new List<(Snowflake? Id, Form Form, List<(Snowflake Id, Form? Form)> Channels)>();
        foreach (var (guild, form) in asked)
        {
            var found = await GuildAsync(request.UserId, guild);
            if (found.Error is { } unknown)
                return unknown;
            var channels = Channels(form);
            foreach (var (id, _) in channels.Where(channel => channel.Form is not null))
            {
                var access = await mediator.Send(new GetChannelAccess(request.UserId, id), request.Cancelled);
                if (access.Error is not null || access.Value.GuildId != found.Value)
                    return ApiError.UnknownChannel;
            }

            guilds.Add((found.Value, form, channels));
        }

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var changed = new List<GuildNotificationSettings>();
        foreach (var (id, form, channels) in guilds)
            changed.Add(Read(form, channels, await notifications.FindAsync(request.UserId, id)));
        if (guilds.Select(guild => guild.Form.Error).FirstOrDefault(error => error is not null) is { } invalid)
            return invalid;
        var unit = new WriteUnit();
        foreach (var settings in changed)
            notifications.Save(unit, request.UserId, settings);
        await database.CommitAsync(unit);
        return changed;
    }

    /// <summary>A guild of the caller by its id; null for "@me".</summary>
    public async ValueTask<Result<Snowflake?>> GuildAsync(Snowflake userId, string guild)
    {
        if (guild == DirectMessages)
            return (Snowflake?)null;
        return Snowflake.TryParse(guild, out var id) && (await mediator.Send(new GetGuildIdsOf(userId))).Contains(id) ? (Snowflake?)id : ApiError.UnknownGuild;
    }

    private static GuildNotificationSettings Read(Form form, List<(Snowflake Id, Form? Form)> channels, GuildNotificationSettings old)
    {
        var overrides = old.ChannelOverrides.ToDictionary(channel => channel.ChannelId);
        foreach (var (id, changes) in channels)
        {
            if (changes is null)
                overrides.Remove(id);
            else
                overrides[id] = Read(changes, overrides.GetValueOrDefault(id) ?? new ChannelNotificationSettings { ChannelId = id });
        }

        var muted = form.Bool("muted") ?? old.Muted;
        return old with
        {
            MessageNotifications = Level(form) ?? old.MessageNotifications,
            Muted = muted,
            MuteConfig = Mute(form, muted, old.MuteConfig),
            SuppressEveryone = form.Bool("suppress_everyone") ?? old.SuppressEveryone,
            SuppressRoles = form.Bool("suppress_roles") ?? old.SuppressRoles,
            MobilePush = form.Bool("mobile_push") ?? old.MobilePush,
            HideMutedChannels = form.Bool("hide_muted_channels") ?? old.HideMutedChannels,
            MuteScheduledEvents = form.Bool("mute_scheduled_events") ?? old.MuteScheduledEvents,
            NotifyHighlights = form.Choice("notify_highlights", 0, 1, 2) ?? old.NotifyHighlights,
            Flags = form.Int("flags", 0) ?? old.Flags,
            Version = old.Version + 1,
            ChannelOverrides = [.. overrides.Values.OrderBy(channel => channel.ChannelId.Value)],
        };
    }

    private static ChannelNotificationSettings Read(Form form, ChannelNotificationSettings old)
    {
        var muted = form.Bool("muted") ?? old.Muted;
        return old with
        {
            MessageNotifications = Level(form) ?? old.MessageNotifications,
            Muted = muted,
            MuteConfig = Mute(form, muted, old.MuteConfig),
            Collapsed = form.Bool("collapsed") ?? old.Collapsed,
            Flags = form.Int("flags", 0) ?? old.Flags,
        };
    }

    private static int? Level(Form form) => form.Choice("message_notifications", 0, 1, 2, 3);

    // A mute's end goes with the mute.
    private static MuteConfig? Mute(Form form, bool muted, MuteConfig? old)
    {
        if (form.Has("mute_config"))
            old = form.Object("mute_config") is not { } config ? null : new MuteConfig(config.Long("selected_time_window", -1, nullable: true), config.Time("end_time", nullable: true));
        return muted ? old : null;
    }

    // The channels that were sent; without a form: back to what the guild has.
    private static List<(Snowflake Id, Form? Form)> Channels(Form form)
    {
        var channels = new List<(Snowflake, Form?)>();
        if (form.Object("channel_overrides") is not { Json.ValueKind: JsonValueKind.Object } map)
            return channels;
        foreach (var key in map.Json.EnumerateObject().Select(entry => entry.Name))
        {
            if (Snowflake.TryParse(key, out var id))
                channels.Add((id, map.IsNull(key) ? null : map.Object(key)));
            else
                map.Fail(key, "NUMBER_TYPE_COERCE", $"Value \"{key}\" is not snowflake.");
        }

        return channels;
    }
}
