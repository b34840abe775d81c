using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;
using Discord.Protocol;

namespace Discord.Modules.Integrations.OAuth2;

/// <summary>What a consent request asks for: an application, the scope "bot", permissions.</summary>
internal sealed record BotRequest(StoredApplication Application, IReadOnlyList<string> Scopes, Permissions Permissions, Snowflake? GuildId);

internal sealed class BotAuthorization(ApplicationStore store)
{
    /// <summary>Reads ?client_id, scope, permissions, guild_id.</summary>
    public async ValueTask<Result<BotRequest>> ReadAsync(ApiRequest request)
    {
        var query = request.Query;
        var clientId = query.Id("client_id", required: true);
        var scope = query.String("scope", required: true);
        var permissions = query.Bits("permissions") ?? Permissions.None;
        var guildId = query.Id("guild_id");
        var scopes = scope?.Split(' ', '+') ?? [];
        if (scope is not null && (!scopes.Contains("bot") || scopes.Any(name => name is not ("bot" or "applications.commands"))))
            query.Fail("scope", "OAUTH2_SCOPE_NOT_SUPPORTED", "The scope must be bot; applications.commands may stand beside it.");
        if (query.Error is { } invalid)
            return invalid;
        if (await store.FindAsync(clientId!.Value) is not { } application)
            return ApiError.UnknownApplication;
        if (!application.BotPublic && application.OwnerId != request.UserId)
            return ApiError.NotAuthorisedOnApplication;
        return new BotRequest(application, [.. scopes.Distinct()], permissions, guildId);
    }
}
