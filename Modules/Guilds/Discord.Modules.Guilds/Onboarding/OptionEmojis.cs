using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Emojis;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>Two fields that name an emoji of the guild, a Unicode one, or none.</summary>
internal static class OptionEmojis
{
    private const int MaxName = 100;

    public static OptionEmoji Read(Form form, GuildState state, string idField = "emoji_id", string nameField = "emoji_name")
    {
        var name = form.String(nameField, 0, MaxName, nullable: true);
        if (form.Id(idField, nullable: true) is not { } id)
            return new OptionEmoji(null, string.IsNullOrEmpty(name) ? null : name, Animated: false);
        if (state.Objects.Find<GuildEmoji>(id) is { } emoji)
            return new OptionEmoji(id, emoji.Name, emoji.Animated);
        form.Fail(idField, "EMOJI_INVALID", "Unknown Emoji");
        return new OptionEmoji(id, name, Animated: false);
    }
}
