using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>DELETE /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id}: the occurrence is again as the rule says.</summary>
/// <remarks>Source: the published description. Needs what changing the event needs.</remarks>
internal sealed class DeleteGuildScheduledEventException(EventAccess access, EventExceptions exceptions) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_scheduled_event_exception", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await access.EnterToChangeAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, series) = entered.Value;
        using var held = turn;
        if (EventExceptions.Find(series, request.Id("exception_id")) is not { } old)
            return EventExceptions.Unknown;
        if (series.IsOver)
            return EventChanges.Finished;
        var unit = EventStore.RemoveException(new WriteUnit(), series.GuildId, series.Id, old.EventExceptionId);
        await exceptions.SaveAsync(turn, series, series.GuildScheduledEventExceptions.Except([old]), request, unit);
        return Reply.NoContent;
    }
}
