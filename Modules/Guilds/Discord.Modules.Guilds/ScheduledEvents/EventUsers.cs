using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>Who comes: to an event as a whole, or to one occurrence of a series that has an exception.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Scheduled Event, "Get Guild Scheduled Event Users".</remarks>
internal sealed class EventUsers(EventAccess access, EventStore store, IMediator mediator)
{
    private static readonly ApiError s_unknownUser = new(404, 10071, "Unknown Guild Scheduled Event User");

    /// <summary>The published ScheduledEventUserResponse.</summary>
    /// <param name="Response">1 comes, 0 does not.</param>
    private sealed record EventUser(Snowflake GuildScheduledEventId, Snowflake UserId, int Response)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? GuildScheduledEventExceptionId { get; init; }
        public User? User { get; init; }
        public Member? Member { get; init; }
    }

    /// <param name="exceptionId">Null: the event as a whole.</param>
    public async ValueTask<Reply> ListAsync(ApiRequest request, Snowflake? exceptionId)
    {
        var query = request.Query;
        var withMember = query.Bool("with_member") ?? false;
        var limit = query.Int("limit", 1, 100) ?? 100;
        var before = query.Id("before");
        var after = query.Long("after", 0) ?? 0;
        if (query.Error is { } invalid)
            return invalid;
        var found = await access.ReadAsync(request);
        if (found.Error is { } refused)
            return refused;
        var (guild, planned) = found.Value;
        if (exceptionId is { } wanted && EventExceptions.Find(planned, wanted) is null)
            return EventExceptions.Unknown;
        var rows = await store.UsersAsync(planned.GuildId, planned.Id, exceptionId ?? default, before, new Snowflake((ulong)after), limit);
        var users = await mediator.Send(new GetUsers([.. rows.Select(row => row.UserId)]), request.Cancelled);
        var written = new List<EventUser>(rows.Count);
        foreach (var (userId, response) in rows)
        {
            if (!users.TryGetValue(userId, out var user))
                continue;
            var member = withMember ? await guild.Home.Members.FindAsync(userId) : null;
            written.Add(new EventUser(planned.Id, userId, response) { GuildScheduledEventExceptionId = exceptionId, User = user, Member = member?.ToWire(user) });
        }

        return Reply.Ok(written);
    }

    /// <summary>The caller says whether they come.</summary>
    public async ValueTask<Reply> AnswerAsync(ApiRequest request, Snowflake? exceptionId)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var response = body.Value.Choice("response", 0, 1) ?? 1;
        if (body.Value.Error is { } invalid)
            return invalid;
        return await ChangeAsync(request, exceptionId, response, async planned =>
        {
            var user = await mediator.Send(new GetUser(request.UserId), request.Cancelled);
            return Reply.Ok(new EventUser(planned.Id, request.UserId, response) { GuildScheduledEventExceptionId = exceptionId, User = user });
        });
    }

    /// <summary>The caller takes their answer back.</summary>
    public ValueTask<Reply> WithdrawAsync(ApiRequest request, Snowflake? exceptionId) => ChangeAsync(request, exceptionId, null, _ => ValueTask.FromResult(Reply.NoContent));

    private async ValueTask<Reply> ChangeAsync(ApiRequest request, Snowflake? exceptionId, int? response, Func<ScheduledEvent, ValueTask<Reply>> reply)
    {
        var entered = await access.EnterAsync(request);
        if (entered.Error is { } refused)
            return refused;
        var (turn, planned) = entered.Value;
        using var held = turn;
        if (exceptionId is { } wanted && EventExceptions.Find(planned, wanted) is null)
            return EventExceptions.Unknown;
        if (planned.IsOver)
            return EventChanges.Finished;
        var before = await store.FindResponseAsync(planned.GuildId, planned.Id, exceptionId ?? default, request.UserId);
        if (response is null && before is null)
            return s_unknownUser;
        if (before != response)
        {
            var unit = response is { } given
                ? EventStore.SetResponse(new WriteUnit(), planned.GuildId, planned.Id, exceptionId ?? default, request.UserId, given)
                : EventStore.RemoveResponse(new WriteUnit(), planned.GuildId, planned.Id, exceptionId ?? default, request.UserId);
            GatewayEvent? said = (before == 1, response == 1) switch
            {
                (false, true) => new GuildScheduledEventUserAdded(planned.GuildId, planned.ChannelId, planned.Id, exceptionId, request.UserId),
                (true, false) => new GuildScheduledEventUserRemoved(planned.GuildId, planned.ChannelId, planned.Id, exceptionId, request.UserId),
                _ => null,
            };
            await turn.CommitAsync(said is null ? unit : unit.Publish(said, turn.State));
        }

        return await reply(planned);
    }
}
