using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Modules.Voice.Storage;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Voice.Calls;

/// <summary>A call of a direct message or group that is on. Immutable: a change makes a new one.</summary>
/// <param name="MessageId">The message that tells of it.</param>
/// <param name="Ringing">For whom it rings, and until when.</param>
/// <param name="Participants">Who is or was connected.</param>
internal sealed record Call(Snowflake ChannelId, Snowflake MessageId, string Region, ImmutableSortedDictionary<Snowflake, DateTimeOffset> Ringing, ImmutableHashSet<Snowflake> Participants)
{
    public Call WithoutRinging(IEnumerable<Snowflake> users) => this with { Ringing = Ringing.RemoveRange(users) };
}

/// <summary>What begins and ends with the seats of a call. Called on the lane of its channel.</summary>
internal interface ICallLife
{
    /// <summary>Somebody connects: the call begins, or goes on with them. Call before their voice state is told.</summary>
    /// <returns>The region that the call is served from.</returns>
    Task<string> JoinAsync(ChannelAccess access, Seat seat);

    /// <summary>The last one has left. Call after that was told.</summary>
    Task EndAsync(Snowflake channelId, IReadOnlyList<Snowflake> recipients);
}

/// <summary>The calls that are on: each begins with the first who connects and ends with the last who leaves. Changed on the lane of their channel.</summary>
/// <remarks>Source: protocol.md 1.1, 3.7. Who is connected, the rosters know.</remarks>
internal sealed class RunningCalls(VoiceRosters rosters, IVoicePlacement placement, IGatewayDispatcher dispatcher, Database database, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock) : ICallLife, IRequestHandler<ShowCalls>
{
    /// <summary>How long it rings for somebody.</summary>
    public static readonly TimeSpan RingFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<Snowflake, Call> _calls = new();

    public IEnumerable<Call> All => _calls.Values;

    public Call? Find(Snowflake channelId) => _calls.GetValueOrDefault(channelId);

    /// <summary>The turn on a channel's lane, and the call that is on there.</summary>
    /// <param name="connected">The caller has to be connected to it.</param>
    /// <returns>10003 for who does not take part in the channel, 50024 for a channel of a guild, 40032 when no call is on.</returns>
    public async ValueTask<Result<(ChannelTurn Turn, Call Call)>> EnterAsync(ApiRequest request, bool connected)
    {
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } hidden)
            return hidden;
        var turn = entered.Value;
        if (turn.Access.GuildId is null && Find(turn.Access.ChannelId) is { } call && (!connected || rosters.Find(call.ChannelId, request.UserId) is not null))
            return (turn, call);
        turn.Dispose();
        return turn.Access.GuildId is null ? ApiError.NotConnectedToVoice : ApiError.ChannelType;
    }

    /// <summary>Whether somebody may connect in a channel: a direct message or group of theirs where they may write, with people alone.</summary>
    public async ValueTask<bool> MayJoinAsync(Snowflake userId, Snowflake channelId)
    {
        var access = await mediator.Send(new GetChannelAccess(userId, channelId));
        return access is { Error: null, Value: { GuildId: null, Unreachable: null, Recipients: var recipients } } && (await mediator.Send(new GetUsers(recipients))).Values.All(user => !user.IsBot);
    }

    public async Task<string> JoinAsync(ChannelAccess access, Seat seat)
    {
        if (Find(access.ChannelId) is not { } call)
        {
            call = new Call(access.ChannelId, ids.Next(), placement.Place(access.ChannelId, access.ChannelId, null)?.Region ?? placement.Regions.First(), ImmutableSortedDictionary<Snowflake, DateTimeOffset>.Empty, [seat.UserId]);
            await database.CommitAsync(CallStore.Open(new WriteUnit(), call.ChannelId, call.MessageId)
                .Publish(new SystemMessageCaused(null, call.ChannelId, seat.UserId, MessageType.Call) { MessageId = call.MessageId, Call = new MessageCall([seat.UserId], null) }));
            _calls[call.ChannelId] = call;
            Show(call, [seat.State], Audience.Users(access.Recipients, call.ChannelId));
            return call.Region;
        }

        if (!call.Participants.Contains(seat.UserId))
            await database.CommitAsync(new WriteUnit().Publish(new CallChanged(call.ChannelId, call.MessageId, [seat.UserId], null)));
        Change(access, call.WithoutRinging([seat.UserId]) with { Participants = call.Participants.Add(seat.UserId) });
        return call.Region;
    }

    public async Task EndAsync(Snowflake channelId, IReadOnlyList<Snowflake> recipients)
    {
        if (!_calls.TryRemove(channelId, out var call))
            return;
        dispatcher.DispatchLossy(new CallDeleted(channelId, recipients), null);
        await database.CommitAsync(End(new WriteUnit(), channelId, call.MessageId, clock.GetUtcNow()));
    }

    /// <summary>Notes in a unit that a call is over.</summary>
    public static WriteUnit End(WriteUnit unit, Snowflake channelId, Snowflake messageId, DateTimeOffset now) =>
        CallStore.Close(unit, channelId).Publish(new CallChanged(channelId, messageId, [], Timestamp.From(now)));

    /// <summary>It rings for some no more. Takes the lane of the channel: do not hold it.</summary>
    public async Task QuietenAsync(Snowflake channelId, Func<Call, IEnumerable<Snowflake>> whom, CancellationToken cancellationToken)
    {
        using var turn = await mediator.Send(new EnterChannelAsSystem(channelId), cancellationToken);
        if (turn is not null && Find(channelId) is { } call)
            Change(turn.Access, call.WithoutRinging(whom(call)));
    }

    /// <summary>Puts a changed call in the place of what it was, and tells what of it can be seen.</summary>
    public void Change(ChannelAccess access, Call changed)
    {
        var before = _calls[changed.ChannelId];
        _calls[changed.ChannelId] = changed;
        if (before.Region != changed.Region || !before.Ringing.Keys.SequenceEqual(changed.Ringing.Keys))
            dispatcher.DispatchLossy(new CallUpdated(changed.ChannelId, changed.MessageId, changed.Region, [.. changed.Ringing.Keys], access.Recipients), null);
    }

    public async Task<Unit> Handle(ShowCalls request, CancellationToken cancellationToken)
    {
        foreach (var call in request.ChannelIds.Select(Find).OfType<Call>())
        {
            if ((await mediator.Send(new GetChannelAccess(request.UserId, call.ChannelId), cancellationToken)).Error is null)
                Show(call, [.. (rosters.Find(call.ChannelId)?.Seats ?? []).Select(seat => seat.State)], Audience.Session(request.UserId, request.SessionId, call.ChannelId));
        }

        return Unit.Value;
    }

    private void Show(Call call, IReadOnlyList<VoiceState> states, Audience viewers) =>
        dispatcher.DispatchLossy(new CallCreated(call.ChannelId, call.MessageId, call.Region, [.. call.Ringing.Keys], states, viewers), null);
}

/// <summary>Ends in the history what calls a stop of the server cut off.</summary>
internal sealed class CutOffCalls(CallStore store, Database database, TimeProvider clock) : IStartup
{
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var unit = new WriteUnit();
        foreach (var (channelId, messageId) in await store.OpenAsync())
            RunningCalls.End(unit, channelId, messageId, clock.GetUtcNow());
        await database.CommitAsync(unit);
    }
}
