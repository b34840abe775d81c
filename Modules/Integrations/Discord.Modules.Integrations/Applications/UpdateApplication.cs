using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Applications;

/// <summary>PATCH /applications/{application_id}: by its owner or its bot.</summary>
internal sealed class UpdateApplication(ApplicationChange change, ApplicationStore store) : IEndpoint
{
    public Route Route => Route.Patch("update_application", "/applications/{application_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => change.UpdateAsync(request, () => store.FindOwnAsync(request, request.Id("application_id")));
}
