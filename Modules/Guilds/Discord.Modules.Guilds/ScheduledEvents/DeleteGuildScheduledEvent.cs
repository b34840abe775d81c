using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>DELETE /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}: removes an event, whatever its status.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Scheduled Event, "Delete Guild Scheduled Event". Needs what changing it needs. Fires GUILD_SCHEDULED_EVENT_DELETE.</remarks>
internal sealed class DeleteGuildScheduledEvent(EventAccess access, EventChanges changes) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_scheduled_event", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await access.EnterToChangeAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, deleted) = entered.Value;
        using var held = turn;
        var unit = new WriteUnit();
        await turn.CommitAsync(unit, changes.Delete(unit, turn.State, deleted, Doer.Of(request)));
        return Reply.NoContent;
    }
}
