using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Integrations;

/// <summary>GET /guilds/{guild_id}/integrations: the guild's bots, with who added them.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Integrations": at most 50. Needs MANAGE_GUILD.</remarks>
internal sealed class ListGuildIntegrations(GuildHomes homes, IntegrationWire wire) : IEndpoint
{
    private const int Max = 50;

    public Route Route => Route.Get("list_guild_integrations", "/guilds/{guild_id}/integrations");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.ManageGuild))
            return ApiError.MissingPermissions;
        return Reply.Ok(await wire.WriteAsync([.. guild.Value.State.Objects.All<GuildIntegration>().Take(Max)]));
    }
}
