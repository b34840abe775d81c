using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;

namespace Discord.Modules.Guilds.Templates;

/// <summary>PATCH /guilds/{guild_id}/templates/{code}: another name or description.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Template, "Modify Guild Template". Needs MANAGE_GUILD.</remarks>
internal sealed class UpdateGuildTemplate(TemplateAccess access) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_template", "/guilds/{guild_id}/templates/{code}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var name = form.String("name", 1, 100);
        var description = form.String("description", 0, 120, nullable: true);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await access.EnterAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, old) = entered.Value;
        using var held = turn;
        var changed = old with { Name = name ?? old.Name, Description = form.Has("description") ? description : old.Description };
        await turn.CommitAsync(TemplateStore.Save(new WriteUnit(), changed));
        return Reply.Ok(await access.WriteAsync(changed));
    }
}
