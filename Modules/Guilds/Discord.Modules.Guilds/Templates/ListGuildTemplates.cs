using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Templates;

/// <summary>GET /guilds/{guild_id}/templates: the guild's template, in a list.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Template, "Get Guild Templates". Needs MANAGE_GUILD.</remarks>
internal sealed class ListGuildTemplates(GuildHomes homes, TemplateStore store, TemplateAccess access) : IEndpoint
{
    public Route Route => Route.Get("list_guild_templates", "/guilds/{guild_id}/templates");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.ManageGuild))
            return ApiError.MissingPermissions;
        IReadOnlyList<GuildTemplate> templates = await store.OfGuildAsync(guild.Value.State.Id) is { } template ? [await access.WriteAsync(template)] : [];
        return Reply.Ok(templates);
    }
}
