using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Calls;

/// <summary>Calls are of direct messages and groups. One is on while somebody is connected to it.</summary>
internal static class CallAccess
{
    /// <returns>50024 for a channel of a guild.</returns>
    public static async ValueTask<Result<ChannelAccess>> ReadAsync(GuildHomes homes, Snowflake channelId, Snowflake userId)
    {
        var access = await homes.AccessAsync(channelId, userId);
        return access.Error is null && access.Value.GuildId is not null ? ApiError.ChannelType : access;
    }

    /// <summary>What changes a call is for those who are in it. There is no voice on this server, so nobody is.</summary>
    public static async ValueTask<ApiError> RefuseAsync(GuildHomes homes, Snowflake channelId, Snowflake userId) =>
        (await ReadAsync(homes, channelId, userId)).Error ?? ApiError.NotConnectedToVoice;
}
