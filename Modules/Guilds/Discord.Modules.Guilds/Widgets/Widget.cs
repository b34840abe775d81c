using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>A guild whose widget is on: what anybody may see of it.</summary>
internal sealed class Widget(GuildHomes homes)
{
    private static readonly ApiError s_disabled = new(403, 50004, "Widget Disabled");

    /// <returns>10004 for an unknown guild, 50004 when the widget is off.</returns>
    public async ValueTask<Result<(GuildHome Home, GuildState State)>> FindAsync(ApiRequest request)
    {
        if (await homes.FindAsync(request.Id("guild_id")) is not { State: { } state } home)
            return ApiError.UnknownGuild;
        if (!state.Settings.WidgetEnabled)
            return s_disabled;
        // Pages show it to whoever comes by.
        request.Http.Response.Headers.CacheControl = "public, max-age=60";
        return (home, state);
    }
}
