using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Applications;

/// <summary>GET /applications/@me: the calling bot's application.</summary>
internal sealed class GetMyApplication(ApplicationStore store, ApplicationWire wire) : IEndpoint
{
    public Route Route => Route.Get("get_my_application", "/applications/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await store.FindMineAsync(request);
        return found.Error is { } refused ? refused : Reply.Ok(await wire.WriteAsync(found.Value, isPrivate: true));
    }
}
