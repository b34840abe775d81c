using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>A guild's features: what its moderators may switch, and what that asks for.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Mutable Guild Features".</remarks>
internal static class GuildFeatures
{
    public const string Community = "COMMUNITY";
    public const string Discoverable = "DISCOVERABLE";
    public const string InvitesDisabled = "INVITES_DISABLED";
    public const string Screening = "MEMBER_VERIFICATION_GATE_ENABLED";
    public const string VanityUrl = "VANITY_URL";
    public const string WelcomeScreen = "WELCOME_SCREEN_ENABLED";
    private const string RaidAlertsDisabled = "RAID_ALERTS_DISABLED";
    private const int Max = 100;

    private static readonly string[] s_switchable = [Community, InvitesDisabled, RaidAlertsDisabled];

    /// <summary>Switches a feature that follows from what is set up in the guild. The same settings when nothing changes by it.</summary>
    public static Guild WithFeature(this Guild settings, string feature, bool isOn) =>
        settings.Features.Contains(feature) == isOn ? settings : settings with { Features = isOn ? [.. settings.Features, feature] : [.. settings.Features.Where(other => other != feature)] };

    /// <summary>The field "features"; null when it was not sent.</summary>
    public static IReadOnlyList<string>? Read(Form form) => form.IsNull("features") ? null : form.List("features", Max)?.Select(item => item.ToString()).Distinct().ToList();

    /// <summary>The guild with the features asked for; what cannot be switched stays as it is.</summary>
    /// <param name="settings">With every other field of the request applied.</param>
    /// <param name="form">Gets an error for a feature that the guild does not have and cannot switch on.</param>
    public static Guild Apply(Guild settings, IReadOnlyList<string>? wanted, Form form)
    {
        if (wanted is null)
            return settings;
        for (var i = 0; i < wanted.Count; i++)
        {
            if (!s_switchable.Contains(wanted[i]) && !settings.Features.Contains(wanted[i]))
                form.Fail($"features.{i}", "BASE_TYPE_CHOICES", "Not a feature that this guild can switch on.");
        }

        var changed = settings with { Features = [.. settings.Features.Except(s_switchable).Concat(wanted.Intersect(s_switchable)).Order(StringComparer.Ordinal)] };
        // Without the community its channels mean nothing.
        return settings.Features.Contains(Community) && !changed.Features.Contains(Community) ? changed with { RulesChannelId = null, PublicUpdatesChannelId = null } : changed;
    }

    /// <summary>Reports what a community lacks: its two channels.</summary>
    public static void CheckCommunity(Guild settings, Form form)
    {
        if (!settings.Features.Contains(Community))
            return;
        if (settings.RulesChannelId is null)
            form.Fail("rules_channel_id", "BASE_TYPE_REQUIRED", "A community needs a rules channel.");
        if (settings.PublicUpdatesChannelId is null)
            form.Fail("public_updates_channel_id", "BASE_TYPE_REQUIRED", "A community needs a channel for updates.");
    }

    /// <summary>Only administrators make a guild a community, or end that.</summary>
    public static bool MaySwitch(GuildTurn turn, Guild settings) =>
        turn.State.Settings.Features.Contains(Community) == settings.Features.Contains(Community) || turn.Permissions.Has(Permissions.Administrator);
}
