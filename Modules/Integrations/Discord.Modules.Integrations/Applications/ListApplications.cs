using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Applications;

/// <summary>GET /applications: the caller's own applications.</summary>
internal sealed class ListApplications(ApplicationStore store, ApplicationWire wire) : IEndpoint
{
    public Route Route => Route.Get("list_applications", "/applications") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var bodies = new List<ApplicationBody>();
        foreach (var application in await store.OfOwnerAsync(request.UserId))
            bodies.Add(await wire.WriteAsync(application, isPrivate: true));
        return Reply.Ok(bodies);
    }
}
