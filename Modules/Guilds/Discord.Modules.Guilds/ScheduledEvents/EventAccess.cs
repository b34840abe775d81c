using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>Which events somebody knows of, which they may change, and how they are shown.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Scheduled Event, "Permissions Requirements". An event in a hidden channel is unknown.</remarks>
internal sealed class EventAccess(GuildHomes homes, EventStore store, IMediator mediator)
{
    public static readonly ApiError Unknown = new(404, 10070, "Unknown Guild Scheduled Event");

    /// <summary>A guild and one of its events, for reading.</summary>
    public async ValueTask<Result<(GuildReading Guild, ScheduledEvent Event)>> ReadAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return Find(guild.Value.State, guild.Value.Member, request) is { } found ? (guild.Value, found) : Unknown;
    }

    /// <summary>The turn on the guild's lane, and one of its events that the caller knows of.</summary>
    public async ValueTask<Result<(GuildTurn Turn, ScheduledEvent Event)>> EnterAsync(ApiRequest request)
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        if (Find(entered.Value.State, entered.Value.Member, request) is { } found)
            return (entered.Value, found);
        entered.Value.Dispose();
        return Unknown;
    }

    /// <summary>The same for somebody who may change the event.</summary>
    public async ValueTask<Result<(GuildTurn Turn, ScheduledEvent Event)>> EnterToChangeAsync(ApiRequest request)
    {
        var entered = await EnterAsync(request);
        if (entered.Error is null && Refuse(entered.Value.Turn, entered.Value.Event) is { } refused)
        {
            entered.Value.Turn.Dispose();
            return refused;
        }

        return entered;
    }

    public bool Sees(GuildState state, MemberState member, ScheduledEvent shown) =>
        shown.ChannelId is not { } id || (state.Channels.TryGetValue(id, out var channel) && homes.Final(state, channel, member).Has(Permissions.ViewChannel));

    /// <summary>Whether the caller may make or change an event as it is.</summary>
    /// <returns>Null; 10003 for a channel that they do not see; 50013.</returns>
    public ApiError? Refuse(GuildTurn turn, ScheduledEvent wanted, bool creating = false)
    {
        if (!Sees(turn.State, turn.Member, wanted))
            return ApiError.UnknownChannel;
        var permissions = wanted.ChannelId is { } id ? homes.Final(turn.State, turn.State.Channels[id], turn.Member) : turn.Permissions;
        var needed = wanted.EntityType switch
        {
            EventEntity.Stage => Stages.StageInstance.Moderator,
            EventEntity.Voice => Permissions.Connect,
            _ => Permissions.None,
        };
        var isOwn = creating || wanted.CreatorId == turn.Member.UserId;
        return permissions.Has(needed) && ((!creating && permissions.Has(Permissions.ManageEvents)) || (isOwn && permissions.Has(Permissions.CreateEvents))) ? null : ApiError.MissingPermissions;
    }

    /// <summary>Events with their makers, and if asked for with how many come.</summary>
    public async ValueTask<IReadOnlyList<ScheduledEvent>> WriteAsync(Snowflake guildId, IReadOnlyCollection<ScheduledEvent> events, bool withCounts = false)
    {
        var creators = await mediator.Send(new GetUsers([.. events.Select(shown => shown.CreatorId).OfType<Snowflake>().Distinct()]));
        var counts = withCounts ? await store.CountsAsync(guildId) : null;
        return [.. events.Select(shown => shown with
        {
            Creator = shown.CreatorId is { } creator ? creators.GetValueOrDefault(creator) : null,
            UserCount = counts?.GetValueOrDefault(shown.Id),
        })];
    }

    public async ValueTask<Reply> ReplyAsync(ScheduledEvent shown, bool withCount = false) => Reply.Ok((await WriteAsync(shown.GuildId, [shown], withCount))[0]);

    private ScheduledEvent? Find(GuildState state, MemberState member, ApiRequest request) =>
        state.Objects.Find<ScheduledEvent>(request.Id("guild_scheduled_event_id")) is { } found && Sees(state, member, found) ? found : null;
}
