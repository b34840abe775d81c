using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>GET /users/@me/settings: the client's own settings, as it last stored them, over the defaults.</summary>
internal sealed class GetUserSettings(AccountStore store) : IEndpoint
{
    public Route Route => Route.Get("get_user_settings", "/users/@me/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => Reply.Ok(await ReadAsync(store, request.UserId));

    internal static async ValueTask<JsonObject> ReadAsync(AccountStore store, Snowflake userId)
    {
        var settings = new JsonObject { ["locale"] = "en-US", ["theme"] = "dark", ["status"] = "online", ["custom_status"] = null, ["guild_folders"] = new JsonArray(), ["developer_mode"] = false };
        if (await store.SettingsAsync(userId) is { } stored)
        {
            foreach (var (name, value) in JsonNode.Parse(stored)!.AsObject())
                settings[name] = value?.DeepClone();
        }

        return settings;
    }
}

/// <summary>PATCH /users/@me/settings: merges the fields that were sent.</summary>
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
        if (body.Value.Error is { } invalid)
            return invalid;
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var settings = await GetUserSettings.ReadAsync(store, request.UserId);
        foreach (var (name, value) in JsonObject.Create(body.Value.Json)!)
            settings[name] = value?.DeepClone();
        var json = settings.ToJsonString(ProtocolJson.Options);
        if (json.Length > MaxLength)
            return ApiError.RequestTooLarge;
        await database.CommitAsync(AccountStore.SaveSettings(new WriteUnit(), request.UserId, json));
        return Reply.Ok(settings);
    }
}
