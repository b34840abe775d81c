using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;

namespace Discord.Modules.Notifications.Settings;

/// <summary>PATCH /users/@me/notification-settings: flags of the whole account, which only the client reads.</summary>
/// <remarks>Source: protocol.md 1.1. Fires NOTIFICATION_SETTINGS_UPDATE.</remarks>
internal sealed class UpdateNotificationSettings(Database database) : IEndpoint
{
    public Route Route => Route.Patch("update_notification_settings", "/users/@me/notification-settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var flags = body.Value.Int("flags", 0, required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        await database.CommitAsync(UserNotifications.SaveFlags(new WriteUnit(), request.UserId, flags!.Value));
        return Reply.Ok(new { flags });
    }
}
