using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Templates;

/// <summary>Finds a guild's template for those who manage the guild, and shows templates.</summary>
internal sealed class TemplateAccess(GuildHomes homes, TemplateStore store, IMediator mediator)
{
    public static readonly ApiError Unknown = new(404, 10057, "Unknown Guild Template");

    /// <summary>The guild as a template keeps it.</summary>
    public static JsonElement Snapshot(GuildState state) => JsonSerializer.SerializeToElement(GuildSnapshot.Of(state), ProtocolJson.Options);

    /// <summary>The turn on a guild's lane and its template of the route's code. Needs MANAGE_GUILD.</summary>
    public async ValueTask<Result<(GuildTurn Turn, GuildTemplate Template)>> EnterAsync(ApiRequest request)
    {
        var guildId = request.Id("guild_id");
        var entered = await homes.EnterAsync(guildId, request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        if (await store.FindAsync(request.Text("code")) is { } template && template.SourceGuildId == guildId)
            return (entered.Value, template);
        entered.Value.Dispose();
        return Unknown;
    }

    /// <summary>With its maker, and whether the guild is still as it was.</summary>
    public async ValueTask<GuildTemplate> WriteAsync(GuildTemplate template) => template with
    {
        Creator = await mediator.Send(new GetUser(template.CreatorId)),
        IsDirty = await homes.FindAsync(template.SourceGuildId) is { State: { } state } && !JsonElement.DeepEquals(Snapshot(state), template.SerializedSourceGuild),
    };
}
