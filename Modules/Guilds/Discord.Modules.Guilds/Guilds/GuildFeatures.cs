using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>Features that follow from what is set up in a guild; nobody sets them by name.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Guild Features".</remarks>
internal static class GuildFeatures
{
    public const string Discoverable = "DISCOVERABLE";
    public const string Screening = "MEMBER_VERIFICATION_GATE_ENABLED";
    public const string WelcomeScreen = "WELCOME_SCREEN_ENABLED";

    /// <summary>The same settings when nothing changes by it.</summary>
    public static Guild WithFeature(this Guild settings, string feature, bool isOn) =>
        settings.Features.Contains(feature) == isOn ? settings : settings with { Features = isOn ? [.. settings.Features, feature] : [.. settings.Features.Where(other => other != feature)] };
}
