using System.Collections.Frozen;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>PATCH /guilds/{guild_id}: the guild's settings; its owner may hand it over by owner_id.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Guild". Needs MANAGE_GUILD. Fires GUILD_UPDATE.</remarks>
internal sealed class UpdateGuild(GuildHomes homes, IImages images, AuditTrail audit) : IEndpoint
{
    /// <summary>Source: Discord docs, Reference, "Locales".</summary>
    private static readonly FrozenSet<string> s_locales = new[]
    {
        "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE",
        "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
    }.ToFrozenSet();

    public Route Route => Route.Patch("update_guild", "/guilds/{guild_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var name = form.String("name", 2, 100);
        var description = form.String("description", 0, 300, nullable: true);
        var verification = form.Int("verification_level", 0, 4);
        var notifications = form.Choice("default_message_notifications", 0, 1);
        var filter = form.Choice("explicit_content_filter", 0, 1, 2);
        var afkChannel = form.Id("afk_channel_id", nullable: true);
        var afkTimeout = form.Choice("afk_timeout", 60, 300, 900, 1800, 3600);
        var systemChannel = form.Id("system_channel_id", nullable: true);
        var systemFlags = form.Int("system_channel_flags", 0, 63);
        var rulesChannel = form.Id("rules_channel_id", nullable: true);
        var updatesChannel = form.Id("public_updates_channel_id", nullable: true);
        var alertsChannel = form.Id("safety_alerts_channel_id", nullable: true);
        var locale = form.String("preferred_locale");
        if (locale is not null && !s_locales.Contains(locale))
            form.Fail("preferred_locale", "BASE_TYPE_CHOICES", "Not one of the locales.");
        var owner = form.Id("owner_id");
        var maxMembers = form.Int("max_members", 1, 1_000_000);
        var features = GuildFeatures.Read(form);
        var progressBar = form.Bool("premium_progress_bar_enabled");
        using var icon = await images.ReadAsync(form, "icon", ImageKind.GuildIcon, request.Cancelled);
        using var splash = await images.ReadAsync(form, "splash", ImageKind.GuildSplash, request.Cancelled);
        using var discoverySplash = await images.ReadAsync(form, "discovery_splash", ImageKind.GuildDiscoverySplash, request.Cancelled);
        using var banner = await images.ReadAsync(form, "banner", ImageKind.GuildBanner, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var old = turn.State.Settings;
        if (owner is { } newOwner && newOwner != old.OwnerId)
        {
            if (!turn.IsOwner)
                return ApiError.MissingPermissions;
            if (!await turn.Home.Members.ContainsAsync(newOwner))
                return ApiError.UnknownMember;
        }

        var named = new[] { ("afk_channel_id", afkChannel), ("system_channel_id", systemChannel), ("rules_channel_id", rulesChannel), ("public_updates_channel_id", updatesChannel), ("safety_alerts_channel_id", alertsChannel) };
        foreach (var (field, id) in named)
        {
            if (id is { } channelId && !IsUsable(turn.State, field, channelId))
                form.Fail(field, "CHANNEL_INVALID", "The channel is not one of this guild, or of the wrong type.");
        }

        var settings = old with
        {
            Name = name ?? old.Name,
            Icon = icon.Or(old.Icon),
            Splash = splash.Or(old.Splash),
            DiscoverySplash = discoverySplash.Or(old.DiscoverySplash),
            Banner = banner.Or(old.Banner),
            Description = form.Has("description") ? description : old.Description,
            VerificationLevel = verification ?? old.VerificationLevel,
            DefaultMessageNotifications = notifications ?? old.DefaultMessageNotifications,
            ExplicitContentFilter = filter ?? old.ExplicitContentFilter,
            AfkChannelId = form.Has("afk_channel_id") ? afkChannel : old.AfkChannelId,
            AfkTimeout = afkTimeout ?? old.AfkTimeout,
            SystemChannelId = form.Has("system_channel_id") ? systemChannel : old.SystemChannelId,
            SystemChannelFlags = systemFlags ?? old.SystemChannelFlags,
            RulesChannelId = form.Has("rules_channel_id") ? rulesChannel : old.RulesChannelId,
            PublicUpdatesChannelId = form.Has("public_updates_channel_id") ? updatesChannel : old.PublicUpdatesChannelId,
            SafetyAlertsChannelId = form.Has("safety_alerts_channel_id") ? alertsChannel : old.SafetyAlertsChannelId,
            PreferredLocale = locale ?? old.PreferredLocale,
            OwnerId = owner ?? old.OwnerId,
            MaxMembers = maxMembers ?? old.MaxMembers,
            PremiumProgressBarEnabled = progressBar ?? old.PremiumProgressBarEnabled,
        };
        settings = GuildFeatures.Apply(settings, features, form);
        GuildFeatures.CheckCommunity(settings, form);
        if (form.Error is { } foreign)
            return foreign;
        if (!GuildFeatures.MaySwitch(turn, settings))
            return ApiError.MissingPermissions;
        var next = turn.State.With(settings);
        var unit = GuildStore.Save(new WriteUnit(), settings).Publish(new GuildUpdated(next.Wire), next);
        foreach (var (image, before) in new[] { (icon, old.Icon), (splash, old.Splash), (discoverySplash, old.DiscoverySplash), (banner, old.Banner) })
            image.Keep(unit, old.Id, before, old.Id);
        if (AuditChanges.Between(old, settings) is { Count: > 0 } changes)
            audit.Write(unit, turn, next, AuditLogEvent.GuildUpdate, next.Id, request.Reason, changes);
        await turn.CommitAsync(unit, next);
        return Reply.Ok(next.Wire);
    }

    private static bool IsUsable(GuildState state, string field, Snowflake id) =>
        state.Channels.TryGetValue(id, out var channel)
        && (field == "afk_channel_id" ? channel.Type == ChannelType.GuildVoice : channel.Type is ChannelType.GuildText or ChannelType.GuildAnnouncement);
}
