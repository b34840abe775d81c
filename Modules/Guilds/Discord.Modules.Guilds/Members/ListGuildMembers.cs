using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>GET /guilds/{guild_id}/members: members by user id, from after "after" on.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "List Guild Members": limit 1 to 1000, default 1.</remarks>
internal sealed class ListGuildMembers(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Get("list_guild_members", "/guilds/{guild_id}/members");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 1000) ?? 1;
        // 0 is "from the start", and not an id.
        var after = query.Long("after", 0) ?? 0;
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return Reply.Ok(await wire.WriteAsync(await guild.Value.Home.Members.PageAsync(new Snowflake((ulong)after), limit)));
    }
}
