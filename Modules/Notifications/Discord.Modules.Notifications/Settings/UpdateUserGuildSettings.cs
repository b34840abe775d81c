using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Notifications.Settings;

/// <summary>PATCH /users/@me/guilds/{guild}/settings: the fields that are sent change; "@me" in place of a guild for direct messages.</summary>
/// <remarks>Source: protocol.md 1.1, 3.11. channel_overrides is a map by channel id. Fires USER_GUILD_SETTINGS_UPDATE.</remarks>
internal sealed class UpdateUserGuildSettings(SettingsChange change) : IEndpoint
{
    public Route Route => Route.Patch("update_user_guild_settings", "/users/@me/guilds/{guild}/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        if (body.Value.Error is { } invalid)
            return invalid;
        var changed = await change.ApplyAsync(request, [(request.Text("guild"), body.Value)]);
        return changed.Error is { } refused ? refused : Reply.Ok(changed.Value[0]);
    }
}
