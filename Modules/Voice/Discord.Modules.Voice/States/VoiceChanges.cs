using System.Security.Cryptography;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Calls;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.States;

/// <summary>Lets people take seats and leave them. Each change is decided and told on the lane of the guild or call.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Update Voice State"; protocol.md 5. A refusal is silent.</remarks>
internal sealed partial class VoiceChanges(VoiceRosters rosters, ICallLife calls, IVoicePlacement placement, VoiceFeed feed, Lanes lanes, IMediator mediator, TimeProvider clock, ILogger<VoiceChanges> logger)
{
    // Close codes of the voice gateway. Source: protocol.md 5.1.
    private const int Disconnected = 4014;
    private const int CallEnded = 4022;

    /// <summary>Changes somebody's seat in a guild; the others are what they were.</summary>
    /// <param name="decide">What becomes of the seat that is there: itself to change nothing, null to leave. Called on the lane.</param>
    /// <param name="by">Another member whom <paramref name="decide"/> asks about.</param>
    public async Task ChangeInGuildAsync(Snowflake guildId, Snowflake userId, Func<IVoiceTurn, VoiceRoster, Seat?, Seat?> decide, CancellationToken cancellationToken, Snowflake? by = null)
    {
        if (await mediator.Send(new EnterVoice(guildId, by is { } other ? [userId, other] : [userId]), cancellationToken) is not { } turn)
            return;
        Snowflake? emptied;
        using (turn)
        {
            var roster = rosters.FindOrAdd(guildId);
            roster.Look(turn);
            var before = roster.Find(userId);
            emptied = Set(turn.View, roster, before, decide(turn, roster, before));
        }

        if (emptied is { } channelId)
            await mediator.Send(new ClearVoiceStatus(guildId, channelId), cancellationToken);
    }

    /// <summary>The same in a call: the channel of a direct message or group.</summary>
    public async Task ChangeInCallAsync(Snowflake channelId, Snowflake userId, Func<ChannelAccess, Seat?, Seat?> decide, CancellationToken cancellationToken)
    {
        using var turn = await mediator.Send(new EnterChannelAsSystem(channelId), cancellationToken);
        if (turn is null)
        {
            await EndCallAsync(channelId, cancellationToken);
            return;
        }

        if (turn.Access.GuildId is not null)
            return;
        var before = rosters.Find(channelId, userId);
        var after = decide(turn.Access, before);
        if (before is null && after is not null)
            after = after with { Region = await calls.JoinAsync(turn.Access, after) };
        await SetAsync(channelId, turn.Access.Recipients, before, after);
    }

    // A group went with its last member. Who names a guild as a call finds people there, but none in a call.
    private async Task EndCallAsync(Snowflake channelId, CancellationToken cancellationToken)
    {
        using var turn = await lanes[channelId].EnterAsync(cancellationToken);
        foreach (var seat in (rosters.Find(channelId)?.Seats ?? []).Where(seat => seat.GuildId is null))
            await SetAsync(channelId, [seat.UserId], seat, null);
    }

    /// <summary>A call goes on in a region: if it is another one, who is in it is told of the server there. Call on its lane.</summary>
    public async Task MoveCallAsync(ChannelAccess access, string region)
    {
        foreach (var seat in rosters.Find(access.ChannelId)?.Seats ?? [])
            await SetAsync(access.ChannelId, access.Recipients, seat, seat.In(region));
    }

    // Makes a decision in a call true. Call on the lane.
    private async Task SetAsync(Snowflake channelId, IReadOnlyList<Snowflake> recipients, Seat? before, Seat? after)
    {
        if (before == after)
            return;
        var roster = rosters.FindOrAdd(channelId);
        after = Grant(before, after, isLast: after is null && roster.CountIn(channelId) == 1);
        rosters.Set(roster, before, after);
        Release(roster, before, after);
        if (before?.State != after?.State || before?.Token != after?.Token)
            feed.Tell(channelId, before is null || recipients.Contains(before.UserId) ? recipients : [.. recipients, before.UserId], before, after);
        if (after is not null && before?.Token != after.Token)
            feed.Tell(after);
        Trim(channelId, roster);
        if (roster.IsEmpty)
            await calls.EndAsync(channelId, recipients);
    }

    /// <summary>A voice server goes, or takes nobody any more: who is on it is told of another.</summary>
    /// <param name="from">Null: there is one again, for those who have none.</param>
    /// <returns>How many they were.</returns>
    public async Task<int> RelocateAsync(IVoiceServer? from)
    {
        var count = 0;
        foreach (var seat in rosters.All.SelectMany(roster => roster.Value.Seats).Where(seat => seat.Server == from))
        {
            Seat? Relocated(Seat? now)
            {
                if (now is null || now.Server != from)
                    return now;
                count++;
                return now with { Token = "" };
            }

            await (seat.GuildId is { } guildId ? ChangeInGuildAsync(guildId, seat.UserId, (turn, _, now) => Relocated(now) is { } left ? Reviewed(turn, left) : null, CancellationToken.None)
                : ChangeInCallAsync(seat.ChannelId, seat.UserId, (_, now) => Relocated(now), CancellationToken.None));
        }

        return count;
    }

    /// <summary>Ends what a session has in one place.</summary>
    public Task LeaveAsync(Snowflake serverId, Snowflake userId, Func<Seat, bool> which, CancellationToken cancellationToken) => rosters.Find(serverId, userId) switch
    {
        null => Task.CompletedTask,
        { GuildId: null } => ChangeInCallAsync(serverId, userId, (_, before) => before is not null && which(before) ? null : before, cancellationToken),
        _ => ChangeInGuildAsync(serverId, userId, (_, _, before) => before is not null && which(before) ? null : before, cancellationToken),
    };

    /// <summary>Looks at seats of a guild again: what is permitted there, or who is a member how, has changed.</summary>
    public async Task ReviewAsync(Snowflake guildId, IReadOnlyCollection<Snowflake> userIds, CancellationToken cancellationToken)
    {
        var users = await mediator.Send(new GetUsers(userIds), cancellationToken);
        using var turn = await mediator.Send(new EnterVoice(guildId, userIds), cancellationToken);
        if (turn is null || rosters.Find(guildId) is not { } roster)
            return;
        roster.Look(turn);
        foreach (var seat in userIds.Select(roster.Find).OfType<Seat>())
            Set(turn.View, roster, seat, Reviewed(turn, users.TryGetValue(seat.UserId, out var user) ? seat with { Member = seat.Member! with { User = user } } : seat));
    }

    /// <summary>Somebody is no member of the guild any more. Call on its lane, before others are told: for them they leave voice first.</summary>
    public void RemoveMember(Snowflake guildId, Snowflake userId)
    {
        if (rosters.Find(guildId) is { } roster && roster.Find(userId) is { } seat && Set(roster.View!, roster, seat, null, isUrgent: true) is { } emptied)
            Start(() => mediator.Send(new ClearVoiceStatus(guildId, emptied)));
    }

    /// <summary>A channel goes, or all of the guild. Call on its lane.</summary>
    /// <param name="channelId">Null: the guild.</param>
    public void RemoveRoom(Snowflake guildId, Snowflake? channelId)
    {
        if (rosters.Find(guildId) is not { } roster)
            return;
        foreach (var seat in roster.Seats.Where(seat => channelId is null || seat.ChannelId == channelId))
            Set(roster.View!, roster, seat, null);
    }

    /// <summary>Begins what needs a turn of its own, from where none may be waited for.</summary>
    public void Start(Func<Task> work)
    {
        _ = RunAsync();

        async Task RunAsync()
        {
            // The caller may hold the turn, or be the writer.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            try
            {
                await work();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                LogFailed(logger, e);
            }
        }
    }

    /// <summary>The seat of somebody who comes to a channel, or moves there.</summary>
    public static Seat Seated(IVoiceTurn turn, Seat seat, Channel channel)
    {
        var held = turn.Within(channel.Id, seat.UserId);
        seat = seat with { ChannelId = channel.Id, Token = "", Region = channel.RtcRegion, Suppress = SeatRules.IsSuppressedAtFirst(channel, held, turn.AfkChannelId), RequestToSpeak = null, SelfStream = false };
        return Allowed(seat, held);
    }

    /// <summary>Looks at a seat again: who its holder is, and what they may do.</summary>
    public static Seat Reviewed(IVoiceTurn turn, Seat seat)
    {
        if (turn.FindChannel(seat.ChannelId) is not { } channel || turn.FindMember(seat.UserId) is not { } member)
            return seat;
        var held = turn.Within(channel.Id, seat.UserId);
        var suppressed = SeatRules.IsSuppressed(channel, held, turn.AfkChannelId, seat.Suppress);
        // Who is silenced asks for nothing, and an invitation to speak is over.
        return Allowed(seat.In(channel.RtcRegion) with { Member = member with { User = seat.Member!.User }, Suppress = suppressed, RequestToSpeak = suppressed && !seat.Suppress ? null : seat.RequestToSpeak }, held);
    }

    // A camera or a screen is shown for as long as that is allowed.
    private static Seat Allowed(Seat seat, Permissions held)
    {
        var rights = SeatRules.Rights(seat, held);
        var mayShow = rights.HasFlag(VoiceRights.Video);
        return seat with { Rights = rights, SelfVideo = seat.SelfVideo && mayShow, SelfStream = seat.SelfStream && mayShow };
    }

    /// <summary>Makes a decision in a guild true: the seat, its grant, and who is told. Call on the lane.</summary>
    /// <param name="isUrgent">Others are told at once however many they are.</param>
    /// <returns>The channel that nobody is in any more.</returns>
    private Snowflake? Set(IGuildView view, VoiceRoster roster, Seat? before, Seat? after, bool isUrgent = false)
    {
        if (before != after)
        {
            after = Grant(before, after);
            rosters.Set(roster, before, after);
            Release(roster, before, after);
            feed.Tell(view, before, after, !isUrgent && roster.CountIn((after ?? before)!.ChannelId) > VoiceFeed.BatchAbove);
            if (after is not null && before?.Token != after.Token)
                feed.Tell(after);
        }

        Trim(view.Id, roster);
        if (before?.ChannelId == after?.ChannelId)
            return null;
        if (after is not null && roster.CountIn(after.ChannelId) == 1)
            feed.Tell(view, after.ChannelId, roster.Starts[after.ChannelId]);
        if (before is null || roster.CountIn(before.ChannelId) > 0)
            return null;
        feed.Tell(view, before.ChannelId, (Timestamp?)null);
        return before.ChannelId;
    }

    private void Trim(Snowflake serverId, VoiceRoster roster)
    {
        if (roster.IsEmpty)
            rosters.Forget(serverId);
    }

    // The next who comes to an empty channel may be placed elsewhere.
    private void Release(VoiceRoster roster, Seat? before, Seat? after)
    {
        if (before is not null && before.ChannelId != after?.ChannelId && roster.CountIn(before.ChannelId) == 0)
            placement.Release(before.ChannelId);
    }

    // A seat without a token gets a grant; the one that was there is worth nothing from then on.
    private Seat? Grant(Seat? before, Seat? after, bool isLast = false)
    {
        if (before is not null && before.Token == after?.Token)
        {
            if (before.Rights != after.Rights)
                before.Server?.Change(before.Token, after.Rights);
            return after;
        }

        // Who only moves is told of another server and comes by themselves.
        before?.Server?.Revoke(before.Token, before.SessionId == after?.SessionId ? null : isLast ? CallEnded : Disconnected);
        if (after is null)
            return null;
        after.Activity.Note(clock.GetUtcNow());
        var server = placement.Place(after.ServerId, after.ChannelId, after.Region);
        // A screen is carried by the server where it began, and is over without it.
        after = after with { Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), Server = server, SelfStream = after.SelfStream && server == before?.Server };
        after.Server?.Admit(new VoiceGrant { Token = after.Token, ServerId = after.ServerId, RoomId = after.ChannelId, UserId = after.UserId, SessionId = after.SessionId, Rights = after.Rights, IsDirect = after.IsDirect });
        return after;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of voice states failed")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
