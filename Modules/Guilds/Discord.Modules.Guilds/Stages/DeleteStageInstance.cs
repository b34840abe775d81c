using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.ScheduledEvents;

namespace Discord.Modules.Guilds.Stages;

/// <summary>DELETE /stage-instances/{channel_id}: closes a stage; the event that took place on it is over.</summary>
/// <remarks>Source: Discord docs, Resources, Stage Instance, "Delete Stage Instance". For the stage's moderators. Fires STAGE_INSTANCE_DELETE; the text chat gets a message of type 28.</remarks>
internal sealed class DeleteStageInstance(GuildHomes homes, EventChanges events) : IEndpoint
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
        await turn.CommitAsync(unit, events.Close(unit, turn.State, stage, turn.Now, Doer.Of(request)));
        return Reply.NoContent;
    }
}
