using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Voice.States;

/// <summary>Who is in voice in one guild or call. Written on its lane; read by everybody.</summary>
internal sealed class VoiceRoster
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Snowflake, Seat> _seats = [];
    private readonly Dictionary<Snowflake, (int People, Timestamp Since)> _inChannel = [];

    /// <summary>The guild as it was when every channel with somebody in it was there: after one is gone, it says who saw it. Null in calls.</summary>
    public IGuildView? View { get; private set; }

    /// <summary>Where those go who are silent for as long; null: nowhere.</summary>
    public (Snowflake ChannelId, TimeSpan Timeout)? Afk { get; private set; }

    /// <summary>All seats, in no order.</summary>
    public IReadOnlyList<Seat> Seats
    {
        get
        {
            lock (_gate)
                return [.. _seats.Values];
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _seats.Count == 0;
        }
    }

    /// <summary>Notes what the guild is like now. Call on its lane.</summary>
    public void Look(IVoiceTurn turn)
    {
        Afk = turn.AfkChannelId is { } channelId ? (channelId, turn.AfkTimeout) : null;
        lock (_gate)
        {
            if (_inChannel.Keys.All(turn.View.HasChannel))
                View = turn.View;
        }
    }

    public Seat? Find(Snowflake userId)
    {
        lock (_gate)
            return _seats.GetValueOrDefault(userId);
    }

    public int CountIn(Snowflake channelId)
    {
        lock (_gate)
            return _inChannel.GetValueOrDefault(channelId).People;
    }

    /// <summary>Since when somebody is in each channel that is not empty.</summary>
    public IReadOnlyDictionary<Snowflake, Timestamp> Starts
    {
        get
        {
            lock (_gate)
                return _inChannel.ToDictionary(channel => channel.Key, channel => channel.Value.Since);
        }
    }

    /// <summary>Puts somebody where they are from now on.</summary>
    /// <param name="seat">Null: nowhere.</param>
    public void Set(Snowflake userId, Seat? seat)
    {
        lock (_gate)
        {
            var before = _seats.GetValueOrDefault(userId);
            // In this order: who stays where they are alone does not begin anew.
            if (seat is not null)
            {
                _seats[userId] = seat;
                Count(seat, 1);
            }
            else
            {
                _seats.Remove(userId);
            }

            if (before is not null)
                Count(before, -1);
        }
    }

    private void Count(Seat seat, int more)
    {
        var (people, since) = _inChannel.TryGetValue(seat.ChannelId, out var known) ? known : (0, Timestamp.From(seat.Activity.At));
        if (people + more == 0)
            _inChannel.Remove(seat.ChannelId);
        else
            _inChannel[seat.ChannelId] = (people + more, since);
    }
}

/// <summary>Everybody who is in voice: by guild or call, by gateway session, and by the token of the grant.</summary>
internal sealed class VoiceRosters
{
    private readonly ConcurrentDictionary<Snowflake, VoiceRoster> _rosters = new();
    private readonly ConcurrentDictionary<string, ImmutableHashSet<Snowflake>> _bySession = new();
    private readonly ConcurrentDictionary<string, (Snowflake ServerId, Snowflake UserId)> _byToken = new();

    /// <summary>Somebody's seat changed: what it was, and what it is. Called on its lane.</summary>
    public event Action<Seat?, Seat?>? Changed;

    public IEnumerable<KeyValuePair<Snowflake, VoiceRoster>> All => _rosters;

    /// <param name="serverId">A guild, or the channel of a call.</param>
    /// <returns>Null: nobody is in voice there.</returns>
    public VoiceRoster? Find(Snowflake serverId) => _rosters.GetValueOrDefault(serverId);

    public Seat? Find(Snowflake serverId, Snowflake userId) => Find(serverId)?.Find(userId);

    /// <summary>Call on the lane, and <see cref="Forget"/> it there if nobody came.</summary>
    public VoiceRoster FindOrAdd(Snowflake serverId) => _rosters.GetOrAdd(serverId, static _ => new VoiceRoster());

    public void Forget(Snowflake serverId) => _rosters.TryRemove(serverId, out _);

    /// <summary>How many sessions are in voice somewhere.</summary>
    public int Sessions => _bySession.Count;

    /// <summary>Where a session is in voice.</summary>
    public IReadOnlyCollection<Snowflake> OfSession(string sessionId) => _bySession.GetValueOrDefault(sessionId, []);

    public (Snowflake ServerId, Snowflake UserId)? OfToken(string token) => _byToken.TryGetValue(token, out var holder) ? holder : null;

    /// <summary>Puts somebody where they are from now on. Call on the lane.</summary>
    public void Set(VoiceRoster roster, Seat? before, Seat? after)
    {
        var serverId = (after ?? before)!.ServerId;
        roster.Set((after ?? before)!.UserId, after);
        if (before is not null && before.Token != after?.Token)
            _byToken.TryRemove(before.Token, out _);
        if (after is not null)
            _byToken[after.Token] = (serverId, after.UserId);
        if (before is not null && before.SessionId != after?.SessionId)
            ChangeSession(before.SessionId, servers => servers.Remove(serverId));
        if (after is not null && after.SessionId != before?.SessionId)
            ChangeSession(after.SessionId, servers => servers.Add(serverId));
        Changed?.Invoke(before, after);
    }

    private void ChangeSession(string sessionId, Func<ImmutableHashSet<Snowflake>, ImmutableHashSet<Snowflake>> change)
    {
        if (_bySession.AddOrUpdate(sessionId, _ => change([]), (_, servers) => change(servers)) is { IsEmpty: true } left)
            _bySession.TryRemove(KeyValuePair.Create(sessionId, left));
    }
}
