using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>The client settings that are known: their defaults, and what they may be. Others are the client's own and kept as they came.</summary>
/// <remarks>Source: protocol.md 1.1. Two act here: friend_source_flags and restricted_guilds; the rest tells clients how to look.</remarks>
internal static class KnownSettings
{
    private const int MaxCustomStatus = 128;
    private const int MaxGuilds = 200;
    private const int MaxFolderName = 32;

    private static readonly (string Name, bool Default)[] s_flags =
    [
        ("animate_emoji", true), ("convert_emoticons", true), ("detect_platform_accounts", true), ("developer_mode", false), ("disable_games_tab", true), ("enable_tts_command", true),
        ("gif_auto_play", true), ("inline_attachment_media", true), ("inline_embed_media", true), ("message_display_compact", false), ("native_phone_integration_enabled", true),
        ("render_embeds", true), ("render_reactions", true), ("show_current_game", true), ("stream_notifications_enabled", true), ("view_nsfw_guilds", true), ("view_nsfw_commands", true),
    ];

    private static readonly (string Name, int Default, int Min, int Max)[] s_numbers =
        [("afk_timeout", 600, 60, 600), ("animate_stickers", 0, 0, 2), ("friend_discovery_flags", 0, 0, int.MaxValue), ("timezone_offset", 0, -1440, 1440)];

    private static readonly (string Name, string Default, string[] Choices)[] s_words =
        [("theme", "dark", ["dark", "light", "darker", "midnight", "system"]), ("status", "online", ["online", "idle", "dnd", "invisible", "offline"])];

    private static readonly string[] s_guildLists = ["guild_positions", "restricted_guilds"];

    public static JsonObject Defaults()
    {
        var settings = new JsonObject
        {
            ["locale"] = "en-US",
            ["custom_status"] = null,
            ["guild_folders"] = new JsonArray(),
            ["friend_source_flags"] = new JsonObject { ["all"] = true, ["mutual_friends"] = true, ["mutual_guilds"] = true },
        };
        foreach (var (name, value) in s_flags)
            settings[name] = value;
        foreach (var (name, value, _, _) in s_numbers)
            settings[name] = value;
        foreach (var (name, value, _) in s_words)
            settings[name] = value;
        foreach (var name in s_guildLists)
            settings[name] = new JsonArray();
        return settings;
    }

    /// <summary>Reports the known settings that are not what they may be. Null takes a setting back to its default.</summary>
    public static void Check(Form form)
    {
        form.String("locale", 2, 10);
        foreach (var (name, _) in s_flags)
            form.Bool(name);
        foreach (var (name, _, min, max) in s_numbers)
            form.Int(name, min, max);
        foreach (var (name, _, choices) in s_words)
        {
            if (form.String(name) is { } word && !choices.Contains(word))
                form.Fail(name, "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", choices.Select(choice => $"'{choice}'"))}}}.");
        }

        foreach (var name in s_guildLists)
            form.Ids(name, MaxGuilds);
        foreach (var folder in form.Items("guild_folders", MaxGuilds) ?? [])
        {
            folder.Ids("guild_ids", MaxGuilds, required: true);
            folder.Long("id", nullable: true);
            folder.String("name", 0, MaxFolderName, nullable: true);
            folder.Int("color", 0, 0xFFFFFF, nullable: true);
        }

        if (form.Object("friend_source_flags") is { } sources)
        {
            foreach (var source in (ReadOnlySpan<string>)["all", "mutual_friends", "mutual_guilds"])
                sources.Bool(source);
        }

        if (form.Object("custom_status") is not { } status)
            return;
        status.String("text", 0, MaxCustomStatus, nullable: true);
        status.Id("emoji_id", nullable: true);
        status.String("emoji_name", 0, 100, nullable: true);
        if (status.String("expires_at", nullable: true) is { } expires && !Timestamp.TryParse(expires, out _))
            status.Fail("expires_at", "DATE_TIME_TYPE_PARSE", $"Could not parse {expires}. Should be ISO8601.");
    }
}
