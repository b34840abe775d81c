using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.Templates;

/// <summary>GET /guilds/templates/{code}: a template. Whoever has the code may look.</summary>
internal sealed class GetGuildTemplate(TemplateStore store, TemplateAccess access) : IEndpoint
{
    public Route Route => Route.Get("get_guild_template", "/guilds/templates/{code}") with { Access = Access.Anyone };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        await store.FindAsync(request.Text("code")) is { } template ? Reply.Ok(await access.WriteAsync(template)) : TemplateAccess.Unknown;
}
