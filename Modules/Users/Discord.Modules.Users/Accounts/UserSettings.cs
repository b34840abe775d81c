using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Accounts;

/// <summary>GET /users/@me/settings: the client's own settings, as it last stored them, over the defaults.</summary>
internal sealed class GetUserSettings(AccountStore store) : IEndpoint
{
    public Route Route => Route.Get("get_user_settings", "/users/@me/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => Reply.Ok(await UserSettings.ReadAsync(store, request.UserId));
}

/// <summary>PATCH /users/@me/settings: merges the fields that were sent. Fires USER_SETTINGS_UPDATE with them.</summary>
internal sealed class UpdateUserSettings(AccountStore store, Database database, Lanes lanes) : IEndpoint
{
    /// <summary>UTF-16 code units of the whole document: it is the client's, but the disk is ours.</summary>
    private const int MaxLength = 64 * 1024;

    public Route Route => Route.Patch("update_user_settings", "/users/@me/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        KnownSettings.Check(body.Value);
        if (body.Value.Error is { } invalid)
            return invalid;
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var stored = await UserSettings.StoredAsync(store, request.UserId);
        foreach (var (name, value) in JsonObject.Create(body.Value.Json)!)
        {
            if (value is null)
                stored.Remove(name);
            else
                stored[name] = value.DeepClone();
        }

        var json = stored.ToJsonString(ProtocolJson.Options);
        if (json.Length > MaxLength)
            return ApiError.RequestTooLarge;
        var settings = UserSettings.OverDefaults(stored);
        var changed = body.Value.Json.EnumerateObject().Select(field => field.Name).Distinct().ToDictionary(name => name, name => settings[name]);
        await database.CommitAsync(AccountStore.SaveSettings(new WriteUnit(), request.UserId, json).Publish(new UserSettingsUpdated(request.UserId, changed)));
        return Reply.Ok(settings);
    }
}

/// <summary>Settings as they are stored, over the defaults.</summary>
internal static class UserSettings
{
    public static async ValueTask<JsonObject> ReadAsync(AccountStore store, Snowflake userId) => OverDefaults(await StoredAsync(store, userId));

    public static async ValueTask<JsonObject> StoredAsync(AccountStore store, Snowflake userId) =>
        await store.SettingsAsync(userId) is { } json ? JsonNode.Parse(json)!.AsObject() : [];

    public static JsonObject OverDefaults(JsonObject stored)
    {
        var settings = KnownSettings.Defaults();
        foreach (var (name, value) in stored)
            settings[name] = value?.DeepClone();
        return settings;
    }
}

internal sealed class GetSettingsHandler(AccountStore store) : IRequestHandler<GetSettings, object>
{
    public async Task<object> Handle(GetSettings request, CancellationToken cancellationToken) => await UserSettings.ReadAsync(store, request.UserId);
}

internal sealed class GetRestrictedGuildsHandler(AccountStore store) : IRequestHandler<GetRestrictedGuilds, IReadOnlySet<Snowflake>>
{
    public async Task<IReadOnlySet<Snowflake>> Handle(GetRestrictedGuilds request, CancellationToken cancellationToken) =>
        (await UserSettings.ReadAsync(store, request.UserId))["restricted_guilds"].Deserialize(ProtocolJson.TypeInfo<HashSet<Snowflake>>())!;
}
