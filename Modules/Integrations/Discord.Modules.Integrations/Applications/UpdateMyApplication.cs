using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Applications;

/// <summary>PATCH /applications/@me: by its bot.</summary>
internal sealed class UpdateMyApplication(ApplicationChange change, ApplicationStore store) : IEndpoint
{
    public Route Route => Route.Patch("update_my_application", "/applications/@me");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => change.UpdateAsync(request, () => store.FindMineAsync(request));
}
