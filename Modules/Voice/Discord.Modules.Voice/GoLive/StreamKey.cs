using Discord.Protocol;

namespace Discord.Modules.Voice.GoLive;

/// <summary>A stream's name: where it is shown, and by whom. "guild:{guild}:{channel}:{user}" or "call:{channel}:{user}".</summary>
/// <remarks>Source: protocol.md 5.7.</remarks>
internal readonly record struct StreamKey(Snowflake? GuildId, Snowflake ChannelId, Snowflake UserId)
{
    /// <summary>Whose lane decides: the guild's, or the channel's of a call.</summary>
    public Snowflake Home => GuildId ?? ChannelId;

    public static StreamKey? Parse(string text) => text.Split(':') switch
    {
        ["guild", var guild, var channel, var user] when Snowflake.TryParse(guild, out var guildId) && Snowflake.TryParse(channel, out var channelId) && Snowflake.TryParse(user, out var userId) =>
            new StreamKey(guildId, channelId, userId),
        ["call", var channel, var user] when Snowflake.TryParse(channel, out var channelId) && Snowflake.TryParse(user, out var userId) => new StreamKey(null, channelId, userId),
        _ => null,
    };

    public override string ToString() => GuildId is { } guild ? $"guild:{guild}:{ChannelId}:{UserId}" : $"call:{ChannelId}:{UserId}";
}
