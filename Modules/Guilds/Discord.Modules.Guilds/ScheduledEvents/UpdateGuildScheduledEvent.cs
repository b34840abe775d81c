using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>PATCH /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}: changes an event; by its status it is started, ended or cancelled.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild Scheduled Event, "Modify Guild Scheduled Event": scheduled to active or canceled, active to completed. Needs
/// MANAGE_EVENTS, or CREATE_EVENTS for one's own, before and after the change. A series that is completed goes on to its next occurrence.
/// </remarks>
internal sealed class UpdateGuildScheduledEvent(EventAccess access, EventChanges changes, IImages images) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_scheduled_event", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var fields = new EventForm(form, creating: false);
        using var image = await images.ReadAsync(form, "image", ImageKind.EventCover, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await access.EnterToChangeAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, old) = entered.Value;
        using var held = turn;
        if (old.IsOver)
            return EventChanges.Finished;
        var changed = fields.Apply(old, turn.State, turn.Now) with { Image = image.Or(old.Image) };
        var status = fields.Status ?? old.Status;
        if (status != old.Status && (old.Status, status) is not ((EventStatus.Scheduled, EventStatus.Active) or (EventStatus.Scheduled, EventStatus.Canceled) or (EventStatus.Active, EventStatus.Completed)))
            form.Fail("status", "GUILD_SCHEDULED_EVENT_STATUS", "An event goes from scheduled to active or canceled, and from active to completed.");
        if (form.Error is { } impossible)
            return impossible;
        if (access.Refuse(turn, changed) is { } forbidden)
            return forbidden;

        var unit = image.Keep(new WriteUnit(), old.Id, old.Image, turn.State.Id);
        var by = Doer.Of(request);
        Result<Home.GuildState> next = (status == old.Status, status) switch
        {
            (true, _) => changed == old ? turn.State : changes.Save(unit, turn.State, old, changed, by),
            (_, EventStatus.Active) => changes.Start(unit, turn.State, old, changed, by),
            _ => changes.End(unit, turn.State, changed, status, turn.Now, by, wholeSeries: status == EventStatus.Canceled),
        };
        if (next.Error is { } taken)
            return taken;
        if (next.Value != turn.State)
            await turn.CommitAsync(unit, next.Value);
        return await access.ReplyAsync(turn.State.Objects.Find<ScheduledEvent>(old.Id)!);
    }
}
