using Discord.BuildingBlocks.Streams;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Voice.States;

/// <summary>Tells who may know of it that somebody came, went or changed: the one whom it is about at once, the others of a crowded channel every second, and then only how it ended.</summary>
/// <remarks>Source: issue "Voice", 4: signalling of large rooms is throttled. Voice states are lossy by contract: each carries the whole of it.</remarks>
internal sealed class VoiceFeed : IAsyncDisposable
{
    /// <summary>In channels with more people, changes wait.</summary>
    public const int BatchAbove = 100;

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly IGatewayDispatcher _dispatcher;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private Dictionary<(Snowflake ServerId, Snowflake UserId), Change> _waiting = [];

    public VoiceFeed(IGatewayDispatcher dispatcher, TimeProvider clock)
    {
        _dispatcher = dispatcher;
        _timer = clock.CreateTimer(_ => Flush(), null, s_every, s_every);
    }

    /// <summary>Tells of a change in a guild. Call on its lane.</summary>
    /// <param name="isCrowded">Many are there: it may wait.</param>
    public void Tell(IGuildView view, Seat? before, Seat? after, bool isCrowded)
    {
        var state = after?.State ?? before!.Gone;
        var isNew = Look(before) != Look(after);
        // Who asks for another token waits for both answers.
        if (isNew || before?.Token != after?.Token)
            Dispatch(state, Audience.Members(view.Id, [state.UserId]), view);
        if (!isNew)
            return;
        lock (_gate)
        {
            // What waits began earlier: its beginning is what the others know.
            var known = _waiting.Remove((view.Id, state.UserId), out var waiting) ? waiting.From : before?.ChannelId;
            var change = new Change(known, state, view);
            if (isCrowded)
                _waiting[(view.Id, state.UserId)] = change;
            else
                Show(change);
        }
    }

    /// <summary>Tells of a change in a call, whose recipients are few. Call on its lane.</summary>
    public void Tell(Snowflake channelId, IReadOnlyList<Snowflake> recipients, Seat? before, Seat? after)
    {
        var state = after?.State ?? before!.Gone;
        Dispatch(state, Audience.Users(recipients.Contains(state.UserId) ? recipients : [.. recipients, state.UserId], channelId), null);
    }

    /// <summary>Tells those who see a channel since when somebody is there.</summary>
    public void Tell(IGuildView view, Snowflake channelId, Timestamp? start) => _dispatcher.DispatchLossy(new VoiceChannelStartTimeUpdated(view.Id, channelId, start), view);

    /// <summary>Tells a session where its voice server is.</summary>
    public void Tell(Seat seat) =>
        _dispatcher.DispatchLossy(new VoiceServerUpdated(seat.UserId, seat.SessionId, seat.GuildId, seat.ChannelId, seat.Token, seat.Server?.Endpoint), null);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    // What others are told of. A member's name and roles they learn otherwise.
    private static VoiceState? Look(Seat? seat) => seat is null ? null : seat.State with { Member = null };

    private void Flush()
    {
        lock (_gate)
        {
            foreach (var change in _waiting.Values)
                Show(change);
            _waiting = [];
        }
    }

    // Who saw them where they were and does not see where they are, sees them leave.
    private void Show(Change change)
    {
        var (from, state, view) = change;
        if (state.ChannelId is { } channel)
            Dispatch(state, Audience.Channel(view.Id, channel) with { Except = state.UserId }, view);
        if (from is { } left && left != state.ChannelId)
            Dispatch(state with { ChannelId = null }, Audience.Channel(view.Id, left) with { Except = state.UserId, HiddenIn = state.ChannelId ?? default }, view);
    }

    private void Dispatch(VoiceState state, Audience viewers, IGuildView? view) => _dispatcher.DispatchLossy(new VoiceStateUpdated(state, viewers), view);

    /// <param name="From">Where the others saw them last; null: nowhere.</param>
    private sealed record Change(Snowflake? From, VoiceState State, IGuildView View);
}
