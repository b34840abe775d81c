using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Stages;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>What becomes of scheduled events: made, changed, started, ended, deleted; with the stage that they take place on.</summary>
/// <remarks>Each adds to the unit and returns the guild afterwards.</remarks>
internal sealed class EventChanges(AuditTrail audit, StageChanges stages, IImages images, SnowflakeGenerator ids)
{
    public static readonly ApiError Finished = new(400, 180000, "Cannot update a finished event");

    private static readonly ApiError s_stageTaken = new(400, 180002, "Failed to create stage needed for stage event");

    // Those that are over can still be asked for by id; the oldest beyond these are forgotten.
    private const int MaxOver = 100;

    /// <param name="before">Null: a new one.</param>
    public GuildState Save(WriteUnit unit, GuildState state, ScheduledEvent? before, ScheduledEvent after, Doer by)
    {
        var next = state.WithObject(after);
        EventStore.SetDue(GuildStore.Save(unit, state.Id, after), state.Id, after.Id, after.Due);
        GatewayEvent said = before is null ? new GuildScheduledEventCreated(state.Id, after.ChannelId, after) : new GuildScheduledEventUpdated(state.Id, after.ChannelId, after);
        unit.Publish(said, next);
        if (by.UserId is { } userId)
            audit.Write(unit, next, userId, before is null ? AuditLogEvent.GuildScheduledEventCreate : AuditLogEvent.GuildScheduledEventUpdate, after.Id, by.Reason, AuditChanges.Between(before?.Audited, after.Audited));
        return after.IsOver ? Forget(unit, next) : next;
    }

    public GuildState Delete(WriteUnit unit, GuildState state, ScheduledEvent deleted, Doer by)
    {
        var next = CloseStage(unit, state, deleted, by).WithoutObject<ScheduledEvent>(deleted.Id);
        Remove(unit, deleted).Publish(new GuildScheduledEventDeleted(next.Id, deleted.ChannelId, deleted), next);
        if (by.UserId is { } userId)
            audit.Write(unit, next, userId, AuditLogEvent.GuildScheduledEventDelete, deleted.Id, by.Reason, AuditChanges.Between(deleted.Audited, null));
        return next;
    }

    /// <summary>An event begins. One on a stage opens it, under the event's name.</summary>
    /// <param name="before">As it is stored.</param>
    /// <param name="changed">The same with what the request changes beside the status.</param>
    /// <returns>180002 when the stage is taken.</returns>
    public Result<GuildState> Start(WriteUnit unit, GuildState state, ScheduledEvent before, ScheduledEvent changed, Doer by)
    {
        if (changed is not { EntityType: EventEntity.Stage, ChannelId: { } channelId })
            return Save(unit, state, before, changed with { Status = EventStatus.Active }, by);
        if (StageInstance.In(state, channelId) is not null)
            return s_stageTaken;
        var stage = new StageInstance { Id = ids.Next(), GuildId = state.Id, ChannelId = channelId, Topic = changed.Name, GuildScheduledEventId = changed.Id };
        return Save(unit, stages.Open(unit, state, stage, by), before, changed with { Status = EventStatus.Active, EntityId = stage.Id }, by);
    }

    /// <summary>An event is over, or a series goes on to its next occurrence. Its stage is closed.</summary>
    /// <param name="status">Completed or canceled.</param>
    /// <param name="wholeSeries">Nothing comes after it.</param>
    public GuildState End(WriteUnit unit, GuildState state, ScheduledEvent before, EventStatus status, DateTimeOffset now, Doer by, bool wholeSeries = false)
    {
        var next = CloseStage(unit, state, before, by);
        var again = wholeSeries ? null : before.At(before.ScheduledStartTime.Time > now ? before.ScheduledStartTime.Time : now);
        return Save(unit, next, before, again ?? before with { Status = status, EntityId = null }, by);
    }

    /// <summary>A stage closes, and the event that takes place on it is over.</summary>
    public GuildState Close(WriteUnit unit, GuildState state, StageInstance stage, DateTimeOffset now, Doer by) =>
        state.Objects.All<ScheduledEvent>().FirstOrDefault(planned => planned.EntityId == stage.Id && planned.Status == EventStatus.Active) is { } linked
            ? End(unit, state, linked, EventStatus.Completed, now, by)
            : stages.Close(unit, state, stage, by);

    /// <summary>A channel is about to be deleted: its stage closes, and what was to take place there does not.</summary>
    public GuildState LeaveChannel(WriteUnit unit, GuildState state, Snowflake channelId)
    {
        if (StageInstance.In(state, channelId) is { } stage)
            state = stages.Close(unit, state, stage, Doer.Platform);
        foreach (var planned in state.Objects.All<ScheduledEvent>().Where(planned => planned.ChannelId == channelId && !planned.IsOver).ToList())
            state = Save(unit, state, planned, planned with { Status = EventStatus.Canceled, EntityId = null }, Doer.Platform);
        return state;
    }

    private GuildState CloseStage(WriteUnit unit, GuildState state, ScheduledEvent over, Doer by) =>
        over.EntityId is { } id && state.Objects.Find<StageInstance>(id) is { } stage ? stages.Close(unit, state, stage, by) : state;

    private GuildState Forget(WriteUnit unit, GuildState state)
    {
        foreach (var old in state.Objects.All<ScheduledEvent>().Where(old => old.IsOver).SkipLast(MaxOver).ToList())
        {
            Remove(unit, old);
            state = state.WithoutObject<ScheduledEvent>(old.Id);
        }

        return state;
    }

    private WriteUnit Remove(WriteUnit unit, ScheduledEvent removed)
    {
        GuildStore.Delete<ScheduledEvent>(unit, removed.GuildId, removed.Id);
        if (removed.Image is not null)
            images.Release(unit, ImageKind.EventCover, removed.Id, removed.Image, removed.GuildId);
        return EventStore.RemoveEvent(unit, removed.GuildId, removed.Id);
    }
}
