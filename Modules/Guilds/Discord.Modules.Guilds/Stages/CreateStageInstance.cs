using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stages;

/// <summary>POST /stage-instances: opens a stage; with guild_scheduled_event_id that event starts.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Stage Instance, "Create Stage Instance". For the stage's moderators; send_start_notification needs
/// MENTION_EVERYONE. Fires STAGE_INSTANCE_CREATE; the text chat gets a message of type 27.
/// </remarks>
internal sealed class CreateStageInstance(GuildHomes homes, StageChanges stages, EventChanges events, SnowflakeGenerator ids) : IEndpoint
{
    private static readonly ApiError s_alreadyOpen = new(400, 150006, "The Stage is already open");

    public Route Route => Route.Post("create_stage_instance", "/stage-instances");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var channelId = form.Id("channel_id", required: true);
        var topic = form.String("topic", 1, 120, required: true);
        var privacy = form.Choice("privacy_level", 1, 2);
        var eventId = form.Id("guild_scheduled_event_id", nullable: true);
        var notifies = form.Bool("send_start_notification") ?? false;
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterGuildChannelAsync(channelId!.Value, request.UserId, Permissions.None, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, permissions) = entered.Value;
        using var held = turn;
        if (channel.Type != ChannelType.GuildStageVoice)
            return ApiError.ChannelType;
        if (!permissions.Has(StageInstance.Moderator) || (notifies && !permissions.Has(Permissions.MentionEveryone)))
            return ApiError.MissingPermissions;
        if (StageInstance.In(turn.State, channel.Id) is not null)
            return s_alreadyOpen;
        var linked = eventId is { } id ? turn.State.Objects.Find<ScheduledEvent>(id) : null;
        if (eventId is not null && (linked is null || linked.ChannelId != channel.Id))
            return EventAccess.Unknown;
        if (linked is { IsOver: true })
            return EventChanges.Finished;

        var stage = new StageInstance { Id = ids.Next(), GuildId = turn.State.Id, ChannelId = channel.Id, Topic = topic!, PrivacyLevel = privacy ?? 2, GuildScheduledEventId = linked?.Id };
        var unit = new WriteUnit();
        var next = stages.Open(unit, turn.State, stage, Doer.Of(request), notifies);
        if (linked is not null)
            next = events.Save(unit, next, linked, linked with { Status = EventStatus.Active, EntityId = stage.Id }, Doer.Of(request));
        await turn.CommitAsync(unit, next);
        return Reply.Ok(stage);
    }
}
