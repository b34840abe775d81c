using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Bans;

/// <summary>GET /guilds/{guild_id}/bans: bans by user id, ascending; "before" goes before "after" when both are given.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Bans": limit 1 to 1000, default 1000. Needs BAN_MEMBERS.</remarks>
internal sealed class ListGuildBans(GuildHomes homes, GuildStore store, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_guild_bans", "/guilds/{guild_id}/bans");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 1000) ?? 1000;
        var before = query.Id("before");
        var after = query.Long("after", 0) ?? 0;
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.BanMembers))
            return ApiError.MissingPermissions;
        return Reply.Ok(await BanWire.WriteAsync(await store.BansAsync(guild.Value.State.Id, before, Snowflake.FromStored(after), limit), mediator));
    }
}
