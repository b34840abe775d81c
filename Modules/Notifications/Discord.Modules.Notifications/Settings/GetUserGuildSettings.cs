using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Notifications.Settings;

/// <summary>GET /users/@me/guilds/{guild}/settings: of one guild, or with "@me" of direct messages; the defaults when nothing was changed.</summary>
internal sealed class GetUserGuildSettings(UserNotifications notifications, SettingsChange change) : IEndpoint
{
    public Route Route => Route.Get("get_user_guild_settings", "/users/@me/guilds/{guild}/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await change.GuildAsync(request.UserId, request.Text("guild"));
        return guild.Error is { } unknown ? unknown : Reply.Ok(await notifications.FindAsync(request.UserId, guild.Value));
    }
}
