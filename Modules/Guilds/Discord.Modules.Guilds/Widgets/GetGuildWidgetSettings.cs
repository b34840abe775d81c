using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>GET /guilds/{guild_id}/widget: whether the widget is on, and where its invite leads.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Widget Settings". Needs MANAGE_GUILD.</remarks>
internal sealed class GetGuildWidgetSettings(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_guild_widget_settings", "/guilds/{guild_id}/widget");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return guild.Value.Permissions.Has(Permissions.ManageGuild) ? Reply.Ok(WidgetSettings.Of(guild.Value.State.Settings)) : ApiError.MissingPermissions;
    }
}
