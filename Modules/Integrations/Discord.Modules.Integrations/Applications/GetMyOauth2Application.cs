using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Applications;

/// <summary>GET /oauth2/applications/@me: the calling bot's application, by the older path that libraries still use.</summary>
internal sealed class GetMyOauth2Application(ApplicationStore store, ApplicationWire wire) : IEndpoint
{
    public Route Route => Route.Get("get_my_oauth2_application", "/oauth2/applications/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await store.FindMineAsync(request);
        return found.Error is { } refused ? refused : Reply.Ok(await wire.WriteAsync(found.Value, isPrivate: true));
    }
}
