using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>POST /guilds/{guild_id}/scheduled-events: plans something; its maker comes to it.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild Scheduled Event, "Create Guild Scheduled Event". Needs CREATE_EVENTS where it takes place, on a stage also
/// what its moderators have. Fires GUILD_SCHEDULED_EVENT_CREATE to those who see the place.
/// </remarks>
internal sealed class CreateGuildScheduledEvent(GuildHomes homes, EventAccess access, EventChanges changes, IImages images, SnowflakeGenerator ids) : IEndpoint
{
    /// <summary>Source: Discord docs, JSON error 30038: scheduled and active ones.</summary>
    private const int Max = 100;

    private static readonly ApiError s_maximum = new(400, 30038, $"Maximum number of guild scheduled events reached ({Max})");

    public Route Route => Route.Post("create_guild_scheduled_event", "/guilds/{guild_id}/scheduled-events");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var fields = new EventForm(form, creating: true);
        using var image = await images.ReadAsync(form, "image", ImageKind.EventCover, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var planned = fields.Apply(new ScheduledEvent { Id = ids.Next(), GuildId = turn.State.Id, CreatorId = request.UserId, Image = image.Hash }, turn.State, turn.Now);
        if (form.Error is { } impossible)
            return impossible;
        if (access.Refuse(turn, planned, creating: true) is { } forbidden)
            return forbidden;
        if (turn.State.Objects.All<ScheduledEvent>().Count(other => !other.IsOver) >= Max)
            return s_maximum;

        var unit = EventStore.SetResponse(new WriteUnit(), turn.State.Id, planned.Id, default, request.UserId, response: 1);
        image.Keep(unit, planned.Id, null, turn.State.Id);
        await turn.CommitAsync(unit, changes.Save(unit, turn.State, null, planned, Doer.Of(request)));
        return await access.ReplyAsync(planned);
    }
}
