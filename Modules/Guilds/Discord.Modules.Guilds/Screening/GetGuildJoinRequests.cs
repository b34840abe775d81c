using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Screening;

/// <summary>GET /guilds/{guild_id}/requests: who asked to be let in, the newest first.</summary>
/// <remarks>Source: the published description. Needs KICK_MEMBERS.</remarks>
internal sealed class GetGuildJoinRequests(GuildHomes homes, JoinRequestStore store, JoinRequestWire wire) : IEndpoint
{
    private static readonly string[] s_statuses = [JoinRequest.Started, JoinRequest.Submitted, JoinRequest.Rejected, JoinRequest.Approved];

    public Route Route => Route.Get("get_guild_join_requests", "/guilds/{guild_id}/requests");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var status = query.String("status");
        if (status is not null && !s_statuses.Contains(status))
            query.Fail("status", "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", s_statuses)}}}.");
        var limit = query.Int("limit", 1, 100) ?? 100;
        var before = query.Id("before");
        var after = query.Long("after", 0) ?? 0;
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.KickMembers))
            return ApiError.MissingPermissions;
        var found = await store.ListAsync(guild.Value.State.Id, status, new Snowflake((ulong)after), before, limit);
        return Reply.Ok(new { total = await store.CountAsync(guild.Value.State.Id, status), guild_join_requests = await wire.WriteAsync(found) });
    }
}
