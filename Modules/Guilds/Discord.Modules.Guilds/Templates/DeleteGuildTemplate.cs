using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;

namespace Discord.Modules.Guilds.Templates;

/// <summary>DELETE /guilds/{guild_id}/templates/{code}: its code is void from now on. Answers with what it was.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Template, "Delete Guild Template". Needs MANAGE_GUILD.</remarks>
internal sealed class DeleteGuildTemplate(TemplateAccess access) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_template", "/guilds/{guild_id}/templates/{code}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await access.EnterAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, deleted) = entered.Value;
        using var held = turn;
        var shown = await access.WriteAsync(deleted);
        await turn.CommitAsync(TemplateStore.Delete(new WriteUnit(), deleted.Code));
        return Reply.Ok(shown);
    }
}
