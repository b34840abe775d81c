using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>GET /guilds/{guild_id}/prune: how many members a prune would remove. Needs MANAGE_GUILD and KICK_MEMBERS.</summary>
internal sealed class PreviewPruneGuild(GuildHomes homes, Pruning pruning) : IEndpoint
{
    public Route Route => Route.Get("preview_prune_guild", "/guilds/{guild_id}/prune");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var scope = Pruning.Read(query, request.Http.Request.Query["include_roles"].OfType<string>());
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Pruning.Needed))
            return ApiError.MissingPermissions;
        return await pruning.FindAsync(guild.Value, scope) is { } found ? Reply.Ok(new PruneBody(found.Count)) : ApiError.UnknownRole;
    }
}
