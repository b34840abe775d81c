using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Applications;

/// <summary>GET /applications/{application_id}: to its owner and its bot.</summary>
internal sealed class GetApplication(ApplicationStore store, ApplicationWire wire) : IEndpoint
{
    public Route Route => Route.Get("get_application", "/applications/{application_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await store.FindOwnAsync(request, request.Id("application_id"));
        return found.Error is { } refused ? refused : Reply.Ok(await wire.WriteAsync(found.Value, isPrivate: true));
    }
}
