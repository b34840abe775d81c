using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>Fields that name one of the guild's channels.</summary>
internal static class ChannelChoice
{
    /// <summary>Reports a channel that is not the guild's, or a category.</summary>
    public static void Check(Form form, string field, GuildState state, Snowflake? id)
    {
        if (id is { } named && (!state.Channels.TryGetValue(named, out var channel) || channel.Type == ChannelType.GuildCategory))
            form.Fail(field, "CHANNEL_INVALID", "The channel is not one of this guild, or of the wrong type.");
    }
}
