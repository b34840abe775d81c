using System.Text.Json;
using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Notifications.Settings;

/// <summary>PATCH /users/@me/guilds/settings: the settings of several guilds at once, by id, all or none.</summary>
/// <remarks>Source: protocol.md 1.1: {guilds: {id: settings}}. Fires USER_GUILD_SETTINGS_UPDATE for each.</remarks>
internal sealed class BulkUpdateUserGuildSettings(SettingsChange change) : IEndpoint
{
    private const int MaxGuilds = 200;

    public Route Route => Route.Patch("bulk_update_user_guild_settings", "/users/@me/guilds/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var guilds = body.Value.Object("guilds");
        if (!body.Value.Has("guilds") || body.Value.IsNull("guilds"))
            body.Value.Fail("guilds", "BASE_TYPE_REQUIRED", "This field is required");
        var names = guilds?.Json.ValueKind == JsonValueKind.Object ? guilds.Json.EnumerateObject().Select(entry => entry.Name).ToList() : [];
        if (names.Count > MaxGuilds)
            body.Value.Fail("guilds", "BASE_TYPE_MAX_LENGTH", $"Must be {MaxGuilds} or fewer in length.");
        if (body.Value.Error is { } invalid)
            return invalid;
        var changed = await change.ApplyAsync(request, names.Where(name => !guilds!.IsNull(name)).Select(name => (name, guilds!.Object(name)!)));
        return changed.Error is { } refused ? refused : Reply.Ok(changed.Value);
    }
}
