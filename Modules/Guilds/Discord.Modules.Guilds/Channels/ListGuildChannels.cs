using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>GET /guilds/{guild_id}/channels: every channel of the guild but threads, by position.</summary>
internal sealed class ListGuildChannels(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("list_guild_channels", "/guilds/{guild_id}/channels");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var state = guild.Value.State;
        IReadOnlyList<Channel> channels = [.. state.Channels.Values.OrderBy(channel => channel.Position).ThenBy(channel => channel.Id.Value).Select(state.WireOf)];
        return Reply.Ok(channels);
    }
}
