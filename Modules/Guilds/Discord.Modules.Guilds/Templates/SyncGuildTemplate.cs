using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Templates;

/// <summary>PUT /guilds/{guild_id}/templates/{code}: the template becomes like the guild is now.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Template, "Sync Guild Template". Needs MANAGE_GUILD.</remarks>
internal sealed class SyncGuildTemplate(TemplateAccess access) : IEndpoint
{
    public Route Route => Route.Put("sync_guild_template", "/guilds/{guild_id}/templates/{code}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await access.EnterAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, old) = entered.Value;
        using var held = turn;
        var synced = old with { SerializedSourceGuild = TemplateAccess.Snapshot(turn.State), UpdatedAt = Timestamp.From(turn.Now) };
        await turn.CommitAsync(TemplateStore.Save(new WriteUnit(), synced));
        return Reply.Ok(await access.WriteAsync(synced));
    }
}
