using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Voice.GoLive;

/// <summary>Every shared screen ("Go Live"), in memory. What happens to one is decided on the lane of its guild (or call).</summary>
/// <remarks>
/// A stream lasts as long as its owner sits in the channel where it began, by the same session and with STREAM; who watches sits there too.
/// Refusals are told by STREAM_DELETE to the session that asked. Source: protocol.md 5.7.
/// </remarks>
internal sealed class LiveStreams : IRequestHandler<CreateStream>, IRequestHandler<DeleteStream>, IRequestHandler<WatchStream>, IRequestHandler<PingStream>, IRequestHandler<PauseStream>
{
    private const string UserRequested = "user_requested";
    private const string StreamEnded = "stream_ended";
    private const string StreamFull = "stream_full";
    private const string Unauthorized = "unauthorized";
    private const string InvalidChannel = "invalid_channel";
    private const string ParseFailed = "parse_failed";
    private const int Disconnected = 4014;

    private readonly VoiceRosters _rosters;
    private readonly VoiceChanges _changes;
    private readonly IGatewayDispatcher _dispatcher;
    private readonly SnowflakeGenerator _ids;

    // Of each channel, by owner. An entry changes on the lane of the channel's home.
    private readonly ConcurrentDictionary<Snowflake, ImmutableDictionary<Snowflake, LiveStream>> _channels = new();
    private readonly ConcurrentDictionary<Snowflake, StreamKey> _owners = new();
    private readonly ConcurrentDictionary<string, StreamKey> _tokens = new();

    public LiveStreams(VoiceRosters rosters, VoiceChanges changes, IGatewayDispatcher dispatcher, SnowflakeGenerator ids)
    {
        (_rosters, _changes, _dispatcher, _ids) = (rosters, changes, dispatcher, ids);
        rosters.Changed += Follow;
    }

    public async Task<Unit> Handle(CreateStream request, CancellationToken cancellationToken)
    {
        var key = new StreamKey(request.GuildId, request.ChannelId, request.UserId);
        var asking = new Asking(key, request.UserId, request.SessionId);
        if (!Sits(_rosters.Find(key.Home, request.UserId), asking))
            return Refuse(asking, InvalidChannel);
        // One stream for each user: the one before ends, wherever it is.
        for (StreamKey former; (former = _owners.GetOrAdd(request.UserId, key)) != key;)
            await EndAsync(former);
        await WithSeatAsync(asking, seat =>
        {
            var stream = Find(key);
            if (Refusal(seat) is { } reason)
                return Give(reason, unavailable: false);
            if ((stream?.Server ?? seat!.Server) is not { Endpoint: not null } server)
                return Give(StreamEnded, unavailable: true);
            var owner = Attendee.New(request.UserId, request.SessionId);
            Admit(stream ?? new LiveStream(key, _ids.Next(), server, owner, [], Paused: false), owner, seat!.Rights);
            return seat with { SelfStream = true };

            Seat? Give(string why, bool unavailable)
            {
                if (stream is null)
                    _owners.TryRemove(KeyValuePair.Create(request.UserId, key));
                Refuse(asking, why, unavailable);
                return seat;
            }
        });
        return Unit.Value;

        string? Refusal(Seat? seat) => !Sits(seat, asking) ? InvalidChannel : seat!.Rights.HasFlag(VoiceRights.Video) ? null : Unauthorized;
    }

    public async Task<Unit> Handle(WatchStream request, CancellationToken cancellationToken)
    {
        if (Ask(request.StreamKey, request.UserId, request.SessionId) is not { } asking)
            return Unit.Value;
        await WithSeatAsync(asking, seat =>
        {
            // Whether there is a stream is told to those alone who could watch it.
            if (!Sits(seat, asking))
                Refuse(asking, Unauthorized);
            else if (Find(asking.Key) is not { } stream)
                Refuse(asking, StreamEnded);
            else if (stream.Find(asking.UserId, asking.SessionId) is null && stream.Viewers.Count >= LiveStream.MaxViewers)
                Refuse(asking, StreamFull);
            else
                Admit(stream, Attendee.New(asking.UserId, asking.SessionId), seat!.Rights);
            return seat;
        });
        return Unit.Value;
    }

    public Task<Unit> Handle(DeleteStream request, CancellationToken cancellationToken) =>
        AtStreamAsync(request.StreamKey, request.UserId, request.SessionId, (stream, attendee, seat) => Leave(stream, attendee, seat, UserRequested));

    public Task<Unit> Handle(PingStream request, CancellationToken cancellationToken) =>
        AtStreamAsync(request.StreamKey, request.UserId, request.SessionId, (_, _, seat) => seat);

    public Task<Unit> Handle(PauseStream request, CancellationToken cancellationToken) =>
        AtStreamAsync(request.StreamKey, request.UserId, request.SessionId, (stream, attendee, seat) =>
        {
            if (attendee == stream.Owner && stream.Paused != request.Paused)
                Update(stream with { Paused = request.Paused });
            return seat;
        });

    /// <summary>A voice server tells that a connection ended for good: who had it is at the stream no more.</summary>
    /// <returns>False: the token is not of a stream.</returns>
    public async ValueTask<bool> LoseAsync(string token)
    {
        if (!_tokens.TryGetValue(token, out var key) || Find(key)?.Everybody.FirstOrDefault(attendee => attendee.Token == token) is not { } lost)
            return false;
        await WithSeatAsync(new Asking(key, lost.UserId, lost.SessionId), seat => Find(key) is { } stream && stream.Everybody.Contains(lost) ? Leave(stream, lost, seat, StreamEnded) : seat);
        return true;
    }

    // Somebody's seat changed; called on its lane.
    private void Follow(Seat? before, Seat? after)
    {
        if (before is null || !_channels.TryGetValue(before.ChannelId, out var streams))
            return;
        // A stream that was carried by a server that went is over, as its owner's place there is.
        var stayed = after?.ChannelId == before.ChannelId && after.SessionId == before.SessionId && after.Server == before.Server;
        if (streams.TryGetValue(before.UserId, out var own) && !(stayed && after!.SelfStream))
            End(own, stayed ? Unauthorized : StreamEnded);
        if (stayed)
            return;
        foreach (var stream in streams.Values)
        {
            if (stream.Key.UserId != before.UserId && stream.Find(before.UserId, before.SessionId) is { } viewer)
                Dismiss(stream, viewer, StreamEnded);
        }
    }

    private async Task EndAsync(StreamKey key)
    {
        await WithSeatAsync(new Asking(key, key.UserId, ""), seat => Find(key) is { } stream ? Leave(stream, stream.Owner, seat, UserRequested) : seat);
        _owners.TryRemove(KeyValuePair.Create(key.UserId, key));
    }

    private Seat? Leave(LiveStream stream, Attendee attendee, Seat? seat, string reason)
    {
        if (attendee != stream.Owner)
        {
            Dismiss(stream, attendee, reason);
            return seat;
        }

        End(stream, reason);
        return seat is null ? null : seat with { SelfStream = false };
    }

    // Who is not at the stream (any more) is told so: clients that missed its end learn of it.
    private async Task<Unit> AtStreamAsync(string name, Snowflake userId, string sessionId, Func<LiveStream, Attendee, Seat?, Seat?> act)
    {
        if (Ask(name, userId, sessionId) is not { } asking)
            return Unit.Value;
        await WithSeatAsync(asking, seat =>
        {
            if (Find(asking.Key) is { } stream && stream.Find(userId, sessionId) is { } attendee)
                return act(stream, attendee, seat);
            Refuse(asking, StreamEnded);
            return seat;
        });
        return Unit.Value;
    }

    // Acts on the lane with what is permitted now, also where the seats were not looked at since that changed; what is returned is the asker's seat from then on. Not called at all when the guild or call is gone.
    private Task WithSeatAsync(Asking asking, Func<Seat?, Seat?> act) =>
        asking.Key.GuildId is { } guildId ? _changes.ChangeInGuildAsync(guildId, asking.UserId, (turn, _, seat) => act(seat is null ? null : VoiceChanges.Reviewed(turn, seat)), CancellationToken.None)
        : _changes.ChangeInCallAsync(asking.Key.ChannelId, asking.UserId, (_, seat) => act(seat), CancellationToken.None);

    // Who is nowhere in voice there needs no turn to be refused.
    private Asking? Ask(string name, Snowflake userId, string sessionId)
    {
        if (StreamKey.Parse(name) is not { } key)
            Tell(new StreamDeleted(new StreamSeat(userId, sessionId, userId), name, ParseFailed, Unavailable: false));
        else if (_rosters.Find(key.Home, userId) is not { } seat || seat.GuildId != key.GuildId)
            Refuse(new Asking(key, userId, sessionId), Unauthorized);
        else
            return new Asking(key, userId, sessionId);
        return null;
    }

    // Who asks again gets a new token, and the one before is worth nothing: their client starts over.
    private void Admit(LiveStream stream, Attendee attendee, VoiceRights held)
    {
        if (stream.Find(attendee.UserId, attendee.SessionId) is { } former && former != attendee)
            Revoke(stream, former, null);
        var viewers = stream.Viewers.Count;
        stream = Keep(stream.With(attendee));
        _tokens[attendee.Token] = stream.Key;
        stream.Server.Admit(stream.Grant(attendee, held));
        var (to, key) = (Address(stream.Key, attendee), stream.Key.ToString());
        Tell(new StreamCreated(to, key, stream.Id, stream.Key.ChannelId, stream.Server.Region, stream.ViewerIds, stream.Paused));
        Tell(new StreamServerUpdated(to, key, stream.Key.GuildId, attendee.Token, stream.Server.Endpoint));
        if (stream.Viewers.Count > viewers)
            TellUpdate(stream, except: attendee);
    }

    private void Dismiss(LiveStream stream, Attendee viewer, string reason)
    {
        Tell(new StreamDeleted(Address(stream.Key, viewer), stream.Key.ToString(), reason, Unavailable: false));
        Revoke(stream, viewer, Disconnected);
        Update(stream with { Viewers = stream.Viewers.Remove(viewer) });
    }

    private void End(LiveStream stream, string reason)
    {
        var key = stream.Key;
        var rest = _channels[key.ChannelId].Remove(key.UserId);
        if (rest.IsEmpty)
            _channels.TryRemove(key.ChannelId, out _);
        else
            _channels[key.ChannelId] = rest;
        _owners.TryRemove(KeyValuePair.Create(key.UserId, key));
        foreach (var attendee in stream.Everybody)
        {
            Tell(new StreamDeleted(Address(key, attendee), key.ToString(), attendee == stream.Owner ? reason : StreamEnded, Unavailable: false));
            Revoke(stream, attendee, Disconnected);
        }
    }

    private void Revoke(LiveStream stream, Attendee attendee, int? code)
    {
        _tokens.TryRemove(attendee.Token, out _);
        stream.Server.Revoke(attendee.Token, code);
    }

    private void Update(LiveStream stream) => TellUpdate(Keep(stream), except: null);

    private void TellUpdate(LiveStream stream, Attendee? except)
    {
        foreach (var attendee in stream.Everybody.Where(attendee => attendee != except))
            Tell(new StreamUpdated(Address(stream.Key, attendee), stream.Key.ToString(), stream.Server.Region, stream.ViewerIds, stream.Paused));
    }

    private Unit Refuse(Asking asking, string reason, bool unavailable = false)
    {
        Tell(new StreamDeleted(new StreamSeat(asking.UserId, asking.SessionId, asking.Key.Home), asking.Key.ToString(), reason, unavailable));
        return Unit.Value;
    }

    private void Tell(GatewayEvent e) => _dispatcher.DispatchLossy(e, null);

    private static StreamSeat Address(StreamKey key, Attendee attendee) => new(attendee.UserId, attendee.SessionId, key.Home);

    // In the stream's channel, by the session that asks.
    private static bool Sits(Seat? seat, Asking asking) =>
        seat is not null && seat.GuildId == asking.Key.GuildId && seat.ChannelId == asking.Key.ChannelId && seat.SessionId == asking.SessionId;

    private LiveStream? Find(StreamKey key) =>
        _channels.TryGetValue(key.ChannelId, out var streams) && streams.TryGetValue(key.UserId, out var stream) && stream.Key == key ? stream : null;

    private LiveStream Keep(LiveStream stream)
    {
        _channels[stream.Key.ChannelId] = _channels.GetValueOrDefault(stream.Key.ChannelId, ImmutableDictionary<Snowflake, LiveStream>.Empty).SetItem(stream.Key.UserId, stream);
        return stream;
    }

    private readonly record struct Asking(StreamKey Key, Snowflake UserId, string SessionId);
}
