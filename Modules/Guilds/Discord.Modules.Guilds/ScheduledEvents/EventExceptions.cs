using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>Reading and keeping the exceptions of a series.</summary>
/// <remarks>Source: the published GuildScheduledEventExceptionCreateRequest. A change is told by GUILD_SCHEDULED_EVENT_UPDATE.</remarks>
internal sealed class EventExceptions(EventChanges changes)
{
    /// <summary>Exceptions of one series.</summary>
    public const int Max = 100;

    public static readonly ApiError Unknown = new(404, 10070, "Unknown Guild Scheduled Event Exception");

    /// <summary>The exception with the fields that were sent; what is wrong about them becomes an error of the form.</summary>
    public static EventException Apply(Form form, EventException old, ScheduledEvent series, DateTimeOffset now)
    {
        var changed = old with
        {
            IsCanceled = form.Bool("is_canceled") ?? old.IsCanceled,
            ScheduledStartTime = form.Has("scheduled_start_time") ? form.Time("scheduled_start_time", nullable: true) : old.ScheduledStartTime,
            ScheduledEndTime = form.Has("scheduled_end_time") ? form.Time("scheduled_end_time", nullable: true) : old.ScheduledEndTime,
        };
        if (changed.ScheduledStartTime != old.ScheduledStartTime && changed.ScheduledStartTime?.Time <= now)
            form.Fail("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.");
        if (changed.ScheduledEndTime is { } end && end.Time <= (changed.ScheduledStartTime ?? new Timestamp(old.EventExceptionId.CreatedAt)).Time)
            form.Fail("scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", "Cannot end an event before it starts.");
        if (changed.ScheduledStartTime is not null && changed.ScheduledEndTime is null && series.EntityType == EventEntity.External)
            form.Fail("scheduled_end_time", "BASE_TYPE_REQUIRED", "This field is required");
        return changed;
    }

    public static EventException? Find(ScheduledEvent series, Snowflake id) => series.GuildScheduledEventExceptions.FirstOrDefault(exception => exception.EventExceptionId == id);

    /// <summary>Commits a series with other exceptions: one that waits takes place at its first occurrence that is not cancelled.</summary>
    public async Task SaveAsync(GuildTurn turn, ScheduledEvent series, IEnumerable<EventException> exceptions, ApiRequest request, WriteUnit unit)
    {
        var changed = series with { GuildScheduledEventExceptions = [.. exceptions.OrderBy(exception => exception.EventExceptionId.Value)] };
        if (changed.Status == EventStatus.Scheduled)
            changed = changed.At(turn.Now) ?? changed;
        await turn.CommitAsync(unit, changes.Save(unit, turn.State, series, changed, Doer.Of(request)));
    }
}
