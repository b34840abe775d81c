using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Calls;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.States;

/// <summary>Op 4: a session joins a channel, moves, leaves, mutes or deafens itself.</summary>
internal sealed class UpdateVoiceStateHandler(VoiceRosters rosters, VoiceChanges changes, RunningCalls calls, IMediator mediator, TimeProvider clock) : IRequestHandler<UpdateVoiceState>, IRequestHandler<EndSessionVoice>
{
    public async Task<Unit> Handle(UpdateVoiceState request, CancellationToken cancellationToken)
    {
        if (request.ChannelId is not { } channelId)
        {
            // Without a guild it leaves wherever it is.
            await LeaveAsync(request.UserId, request.SessionId, serverId => request.GuildId is null || serverId == request.GuildId, cancellationToken);
            return Unit.Value;
        }

        if (await mediator.Send(new GetUser(request.UserId), cancellationToken) is not { } user)
            return Unit.Value;
        var asked = new Seat
        {
            GuildId = request.GuildId, ChannelId = channelId, UserId = user.Id, SessionId = request.SessionId, IsBot = user.IsBot,
            IsPremium = await mediator.Send(new GetPremiumType(request.UserId), cancellationToken) != 0,
            SelfMute = request.SelfMute, SelfDeaf = request.SelfDeaf, SelfVideo = request.SelfVideo,
        };
        if (await (request.GuildId is { } guildId ? JoinGuildAsync(guildId, user, asked, cancellationToken) : JoinCallAsync(asked, cancellationToken)) && !user.IsBot)
        {
            // People are in one place for each session, bots in one for each guild.
            await LeaveAsync(request.UserId, request.SessionId, serverId => serverId != asked.ServerId, cancellationToken);
        }

        return Unit.Value;
    }

    /// <returns>Whether the session came to where it was not.</returns>
    private async Task<bool> JoinGuildAsync(Snowflake guildId, User user, Seat asked, CancellationToken cancellationToken)
    {
        var joined = false;
        await changes.ChangeInGuildAsync(guildId, user.Id, (turn, roster, before) =>
        {
            if (turn.FindChannel(asked.ChannelId) is not { } channel || turn.FindMember(user.Id) is not { } member)
                return before;
            var isThere = before?.ChannelId == channel.Id;
            if (isThere && before!.SessionId == asked.SessionId)
                return VoiceChanges.Reviewed(turn, Again(before, asked));
            // Who takes over from another session of their own is there already.
            if (!SeatRules.MayJoin(channel, turn.InChannel(channel.Id, user.Id), roster.CountIn(channel.Id) - (isThere ? 1 : 0)))
                return before;
            joined = true;
            return VoiceChanges.Seated(turn, asked with { Member = member with { User = user } }, channel);
        }, cancellationToken);
        return joined;
    }

    private async Task<bool> JoinCallAsync(Seat asked, CancellationToken cancellationToken)
    {
        if (rosters.Find(asked.ChannelId, asked.UserId) is not { GuildId: null } && !await calls.MayJoinAsync(asked.UserId, asked.ChannelId))
            return false;
        var joined = false;
        await changes.ChangeInCallAsync(asked.ChannelId, asked.UserId, (call, before) =>
        {
            if (!call.Recipients.Contains(asked.UserId))
                return before;
            joined = before?.SessionId != asked.SessionId;
            var seat = joined ? asked with { IsDirect = call.Type == ChannelType.Dm, Region = before?.Region } : Again(before!, asked);
            return seat with { Rights = SeatRules.Rights(seat, Permissions.All) };
        }, cancellationToken);
        return joined;
    }

    // Who asks for what they have has lost the voice server, as after most of its close codes: they get another token.
    private Seat Again(Seat seat, Seat asked)
    {
        seat.Activity.Note(clock.GetUtcNow());
        var changed = seat with { SelfMute = asked.SelfMute, SelfDeaf = asked.SelfDeaf, SelfVideo = asked.SelfVideo };
        return changed == seat ? seat with { Token = "" } : changed;
    }

    public async Task<Unit> Handle(EndSessionVoice request, CancellationToken cancellationToken)
    {
        await LeaveAsync(request.UserId, request.SessionId, _ => true, cancellationToken);
        return Unit.Value;
    }

    // Only what is this session's: other sessions of the user stay where they are.
    private async Task LeaveAsync(Snowflake userId, string sessionId, Func<Snowflake, bool> where, CancellationToken cancellationToken)
    {
        foreach (var serverId in rosters.OfSession(sessionId).Where(where))
            await changes.LeaveAsync(serverId, userId, seat => seat.SessionId == sessionId, cancellationToken);
    }
}

internal sealed class VoiceStateQueries(VoiceRosters rosters)
    : IRequestHandler<GetVoiceStates, IReadOnlyList<VoiceState>>, IRequestHandler<GetVoiceState, VoiceState?>, IRequestHandler<GetVoiceStarts, IReadOnlyDictionary<Snowflake, Timestamp>>,
        IRequestHandler<HasVoiceRoom, bool>
{
    private static readonly Dictionary<Snowflake, Timestamp> s_none = [];

    public Task<IReadOnlyList<VoiceState>> Handle(GetVoiceStates request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<VoiceState>>([.. (rosters.Find(request.GuildId)?.Seats ?? []).Select(seat => seat.State)]);

    public Task<IReadOnlyDictionary<Snowflake, Timestamp>> Handle(GetVoiceStarts request, CancellationToken cancellationToken) =>
        Task.FromResult(rosters.Find(request.GuildId)?.Starts ?? s_none);

    public Task<VoiceState?> Handle(GetVoiceState request, CancellationToken cancellationToken) => Task.FromResult(rosters.Find(request.GuildId, request.UserId)?.State);

    public Task<bool> Handle(HasVoiceRoom request, CancellationToken cancellationToken) =>
        Task.FromResult(SeatRules.HasRoom(request.Channel, request.Held, rosters.Find(request.GuildId)?.CountIn(request.Channel.Id) ?? 0));
}
