using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Guilds;

namespace Discord.Modules.Guilds.Templates;

/// <summary>POST /guilds/templates/{code}: a new guild of the caller's, made like the one that the template was taken of.</summary>
/// <remarks>A user-account operation; Discord docs, Resources, Guild Template, "Create Guild from Guild Template".</remarks>
internal sealed class CreateGuildFromTemplate(TemplateStore store, Founding founding, IImages images) : IEndpoint
{
    public Route Route => Route.Post("create_guild_from_template", "/guilds/templates/{code}") with { Access = Access.Users, RateLimit = Founding.Limit };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        if (await store.FindAsync(request.Text("code")) is not { } template)
            return TemplateAccess.Unknown;
        using var icon = await images.ReadAsync(body.Value, "icon", ImageKind.GuildIcon, request.Cancelled);
        var founded = await founding.FoundAsync(request, body.Value, Form.OfObject(template.SerializedSourceGuild), TemplateStore.CountUse(new WriteUnit(), template.Code), icon);
        return founded.Error is { } refused ? refused : Reply.Created(founded.Value.Wire);
    }
}
