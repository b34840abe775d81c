using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Stages;

/// <summary>PATCH /stage-instances/{channel_id}: another topic or privacy level, by the stage's moderators.</summary>
/// <remarks>Source: Discord docs, Resources, Stage Instance, "Modify Stage Instance". Fires STAGE_INSTANCE_UPDATE; a new topic is noted in the text chat (31).</remarks>
internal sealed class UpdateStageInstance(GuildHomes homes, StageChanges stages) : IEndpoint
{
    public Route Route => Route.Patch("update_stage_instance", "/stage-instances/{channel_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var topic = body.Value.String("topic", 1, 120);
        var privacy = body.Value.Choice("privacy_level", 1, 2);
        if (body.Value.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterStageAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, old) = entered.Value;
        using var held = turn;
        var changed = old with { Topic = topic ?? old.Topic, PrivacyLevel = privacy ?? old.PrivacyLevel };
        if (changed != old)
        {
            var unit = new WriteUnit();
            await turn.CommitAsync(unit, stages.Update(unit, turn.State, old, changed, Doer.Of(request)));
        }

        return Reply.Ok(changed);
    }
}
