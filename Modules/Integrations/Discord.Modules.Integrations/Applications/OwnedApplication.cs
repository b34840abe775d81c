using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;
using Discord.Protocol;

namespace Discord.Modules.Integrations.Applications;

/// <summary>Finds the application that a route names, if the caller may manage it: its owner, or its own bot.</summary>
internal static class OwnedApplication
{
    public static async ValueTask<Result<StoredApplication>> FindOwnAsync(this ApplicationStore store, ApiRequest request, Snowflake id)
    {
        if (await store.FindAsync(id) is not { } application)
            return ApiError.UnknownApplication;
        return application.OwnerId == request.UserId || application.BotId == request.UserId ? application : ApiError.NotAuthorisedOnApplication;
    }

    /// <summary>The application of the bot that calls.</summary>
    public static async ValueTask<Result<StoredApplication>> FindMineAsync(this ApplicationStore store, ApiRequest request) =>
        request.Caller.ApplicationId is { } id && await store.FindAsync(id) is { } application ? application : ApiError.OnlyBots;
}
