using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.ScheduledEvents;

namespace Discord.Modules.Guilds.Stages;

/// <summary>DELETE /stage-instances/{channel_id}: closes a stage; the event that took place on it is over.</summary>
/// <remarks>Source: Discord docs, Resources, Stage Instance, "Delete Stage Instance". For the stage's moderators. Fires STAGE_INSTANCE_DELETE; the text chat gets a message of type 28.</remarks>
internal sealed class DeleteStageInstance(GuildHomes homes, StageChanges stages, EventChanges events) : IEndpoint
{
    public Route Route => Route.Delete("delete_stage_instance", "/stage-instances/{channel_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterStageAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, stage) = entered.Value;
        using var held = turn;
        var unit = new WriteUnit();
        var by = Doer.Of(request);
        var next = turn.State.Objects.All<ScheduledEvent>().FirstOrDefault(candidate => candidate.EntityId == stage.Id && candidate.Status == EventStatus.Active) is { } linked
            ? events.End(unit, turn.State, linked, EventStatus.Completed, turn.Now, by)
            : stages.Close(unit, turn.State, stage, by);
        await turn.CommitAsync(unit, next);
        return Reply.NoContent;
    }
}
