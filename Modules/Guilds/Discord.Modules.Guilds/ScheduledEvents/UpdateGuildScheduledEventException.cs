using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>PATCH /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id}: changes an exception of a series.</summary>
/// <remarks>Source: the published description. Needs what changing the event needs.</remarks>
internal sealed class UpdateGuildScheduledEventException(EventAccess access, EventExceptions exceptions) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_scheduled_event_exception", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var entered = await access.EnterToChangeAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, series) = entered.Value;
        using var held = turn;
        if (EventExceptions.Find(series, request.Id("exception_id")) is not { } old)
            return EventExceptions.Unknown;
        if (series.IsOver)
            return EventChanges.Finished;
        var changed = EventExceptions.Apply(body.Value, old, series, turn.Now);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (changed != old)
            await exceptions.SaveAsync(turn, series, series.GuildScheduledEventExceptions.Except([old]).Append(changed), request, new WriteUnit());
        return Reply.Ok(changed);
    }
}
