using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Invites;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Templates;

/// <summary>POST /guilds/{guild_id}/templates: makes the guild's template. A guild has one.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Template, "Create Guild Template". Needs MANAGE_GUILD.</remarks>
internal sealed class CreateGuildTemplate(GuildHomes homes, TemplateStore store, TemplateAccess access) : IEndpoint
{
    private static readonly ApiError s_exists = new(400, 30031, "Guild already has a template");

    public Route Route => Route.Post("create_guild_template", "/guilds/{guild_id}/templates");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var name = body.Value.String("name", 1, 100, required: true);
        var description = body.Value.String("description", 0, 120, nullable: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await store.OfGuildAsync(turn.State.Id) is not null)
            return s_exists;
        var template = new GuildTemplate
        {
            Code = InviteMaking.NewCode(12),
            Name = name!,
            Description = description,
            CreatorId = request.UserId,
            CreatedAt = Timestamp.From(turn.Now),
            UpdatedAt = Timestamp.From(turn.Now),
            SourceGuildId = turn.State.Id,
            SerializedSourceGuild = TemplateAccess.Snapshot(turn.State),
        };
        await turn.CommitAsync(TemplateStore.Save(new WriteUnit(), template));
        return Reply.Ok(await access.WriteAsync(template));
    }
}
