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
        var (_, state, member, _) = guild.Value;
        // Bots know every channel of their guilds, people those that they can see: as over the gateway.
        var shown = state.Channels.Values.Where(channel => request.Caller.IsBot || homes.Final(state, channel, member).Has(Permissions.ViewChannel));
        IReadOnlyList<Channel> channels = [.. shown.OrderBy(channel => channel.Position).ThenBy(channel => channel.Id.Value).Select(state.WireOf)];
        return Reply.Ok(channels);
    }
}
