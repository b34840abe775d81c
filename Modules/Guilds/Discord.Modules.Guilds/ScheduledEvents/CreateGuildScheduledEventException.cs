using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>POST /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions: one occurrence of a series is cancelled, or at another time.</summary>
/// <remarks>Source: the published description. Needs what changing the event needs.</remarks>
internal sealed class CreateGuildScheduledEventException(EventAccess access, EventExceptions exceptions) : IEndpoint
{
    public Route Route => Route.Post("create_guild_scheduled_event_exception", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var original = form.Time("original_scheduled_start_time");
        if (!form.Has("original_scheduled_start_time"))
            form.Fail("original_scheduled_start_time", "BASE_TYPE_REQUIRED", "This field is required");
        if (form.Error is { } invalid)
            return invalid;
        var entered = await access.EnterToChangeAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, series) = entered.Value;
        using var held = turn;
        if (series.IsOver)
            return EventChanges.Finished;
        if (original is not { } time || time.Time <= turn.Now || series.RecurrenceRule?.IsOccurrence(time) != true)
        {
            form.Fail("original_scheduled_start_time", "GUILD_SCHEDULED_EVENT_EXCEPTION", "The series has no such occurrence ahead.");
            return form.Error!;
        }

        if (series.ExceptionAt(time) is not null)
            form.Fail("original_scheduled_start_time", "GUILD_SCHEDULED_EVENT_EXCEPTION", "There is an exception for this occurrence already.");
        else if (series.GuildScheduledEventExceptions.Count >= EventExceptions.Max)
            form.Fail("original_scheduled_start_time", "BASE_TYPE_MAX_LENGTH", $"A series can have {EventExceptions.Max} exceptions.");
        var made = EventExceptions.Apply(form, new EventException(series.Id, EventException.IdOf(time), IsCanceled: false), series, turn.Now);
        if (form.Error is { } impossible)
            return impossible;
        await exceptions.SaveAsync(turn, series, series.GuildScheduledEventExceptions.Append(made), request, new WriteUnit());
        return Reply.Ok(made);
    }
}
