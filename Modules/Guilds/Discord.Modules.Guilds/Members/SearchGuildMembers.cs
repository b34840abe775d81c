using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Members;

/// <summary>GET /guilds/{guild_id}/members/search: members whose user name, display name or nickname starts with a text.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Search Guild Members": limit 1 to 1000, default 1.</remarks>
internal sealed class SearchGuildMembers(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Get("search_guild_members", "/guilds/{guild_id}/members/search");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var form = request.Query;
        var limit = form.Int("limit", 1, 1000) ?? 1;
        var prefix = form.String("query", 1, 100, required: true);
        if (form.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        return guild.Error is { } refused ? refused : Reply.Ok(await wire.WriteAsync(await guild.Value.Home.Members.SearchAsync(prefix!, limit)));
    }
}
