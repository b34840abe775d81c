using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>POST /guilds/{guild_id}/prune: removes the members who were away. Needs MANAGE_GUILD and KICK_MEMBERS.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Begin Guild Prune". Fires GUILD_MEMBER_REMOVE for each.</remarks>
internal sealed class PruneGuild(GuildHomes homes, Pruning pruning) : IEndpoint
{
    public Route Route => Route.Post("prune_guild", "/guilds/{guild_id}/prune");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var scope = Pruning.Read(form, Pruning.RolesOf(form));
        var counts = form.Bool("compute_prune_count") ?? true;
        if (form.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Pruning.Needed))
            return ApiError.MissingPermissions;
        if (await pruning.FindAsync(guild.Value, scope) is not { } found)
            return ApiError.UnknownRole;
        var removed = await pruning.RemoveAsync(guild.Value.State.Id, request.UserId, found, scope, request.Reason, request.Cancelled);
        return removed.Error is { } lost ? lost : Reply.Ok(new PruneBody(counts ? removed.Value : null));
    }
}
