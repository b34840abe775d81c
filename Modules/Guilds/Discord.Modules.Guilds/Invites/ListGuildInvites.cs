using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>GET /guilds/{guild_id}/invites: the guild's invites, with their counters.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Invites". Needs MANAGE_GUILD.</remarks>
internal sealed class ListGuildInvites(GuildHomes homes, InviteStore store, Joins joins) : IEndpoint
{
    public Route Route => Route.Get("list_guild_invites", "/guilds/{guild_id}/invites");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (home, state, _, permissions) = guild.Value;
        return permissions.Has(Permissions.ManageGuild)
            ? Reply.Ok(await joins.WriteValidAsync(await store.OfGuildAsync(state.Id), home, state))
            : ApiError.MissingPermissions;
    }
}
