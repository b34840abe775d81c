using System.Collections.Concurrent;
using System.Security.Cryptography;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>Every session of this host, by id and by user, and the sweep that ends what is over.</summary>
internal sealed class GatewaySessions(GatewayLimits limits, IMediator mediator)
{
    private readonly ConcurrentDictionary<string, GatewaySession> _byId = new();
    private readonly ConcurrentDictionary<Snowflake, GatewaySession[]> _byUser = new();
    private readonly ConcurrentDictionary<GatewayConnection, byte> _connections = new();
    private readonly ConcurrentDictionary<Snowflake, Queue<long>> _identifies = new();

    public int Count => _byId.Count;

    public GatewayCounters Counters { get; } = new();

    /// <summary>Ticks of the clock now.</summary>
    public long Now => limits.Clock.GetTimestamp();

    public TimeSpan Since(long ticks) => limits.Clock.GetElapsedTime(ticks);

    public IEnumerable<GatewayConnection> Connections => _connections.Keys;

    /// <summary>Called when a session is over: the dispatcher drops its subscriptions.</summary>
    public Action<GatewaySession>? Ended { get; set; }

    public GatewaySession? Find(string id) => _byId.GetValueOrDefault(id);

    public IReadOnlyList<GatewaySession> OfUser(Snowflake userId) => _byUser.TryGetValue(userId, out var sessions) ? sessions : [];

    public void Add(GatewayConnection connection) => _connections[connection] = 0;

    public void Remove(GatewayConnection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Takes one of the identifies that a bot has in five seconds.</summary>
    public bool TryIdentify(Snowflake userId)
    {
        var recent = _identifies.GetOrAdd(userId, _ => new Queue<long>());
        lock (recent)
        {
            while (recent.TryPeek(out var at) && limits.Clock.GetElapsedTime(at) >= TimeSpan.FromSeconds(5))
                recent.Dequeue();
            if (recent.Count >= GatewayLimits.MaxConcurrency)
                return false;
            recent.Enqueue(limits.Clock.GetTimestamp());
            return true;
        }
    }

    public GatewaySession Create(SessionOptions options)
    {
        var session = new GatewaySession(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), options, limits);
        session.Hold();
        _byId[session.Id] = session;
        _byUser.AddOrUpdate(options.UserId, static (_, added) => [added], static (_, old, added) => [.. old, added], session);
        return session;
    }

    /// <summary>Ends a session for good; its connection, if any, is closed with the code.</summary>
    public async ValueTask EndAsync(GatewaySession session, CloseCode code)
    {
        if (!_byId.TryRemove(session.Id, out _))
            return;
        _byUser.AddOrUpdate(session.UserId, static (_, _) => [], static (_, old, ended) => [.. old.Where(other => other != ended)], session);
        if (_byUser.TryGetValue(session.UserId, out var left) && left.Length == 0)
            _byUser.TryRemove(new KeyValuePair<Snowflake, GatewaySession[]>(session.UserId, left));
        session.End()?.Close(code);
        Ended?.Invoke(session);
        await mediator.Send(new EndSessionPresence(session.UserId, session.Id));
        await mediator.Send(new EndSessionVoice(session.UserId, session.Id));
        if (!_byUser.ContainsKey(session.UserId))
            await mediator.Send(new NoteDisconnected(session.UserId));
    }

    /// <summary>Closes zombies and ends sessions that nobody resumed in time. Runs every few seconds.</summary>
    public async Task SweepAsync()
    {
        var zombie = TimeSpan.FromMilliseconds(limits.HeartbeatInterval * 1.5);
        foreach (var connection in _connections.Keys)
        {
            var limit = connection.Session is null ? limits.IdentifyWithin : zombie;
            if (limits.Clock.GetElapsedTime(connection.LastHeartbeat) > limit)
                connection.Close(CloseCode.SessionTimedOut);
        }

        foreach (var session in _byId.Values)
        {
            if (session.DetachedSince != long.MaxValue && limits.Clock.GetElapsedTime(session.DetachedSince) > limits.ResumeWindow)
            {
                await EndAsync(session, CloseCode.SessionTimedOut);
            }
            else if (limits.Clock.GetElapsedTime(session.LastSeen) > limits.OfflineAfter && session is { PresenceEnded: false, Presence: not null })
            {
                session.PresenceEnded = true;
                await mediator.Send(new EndSessionPresence(session.UserId, session.Id));
            }
        }
    }
}

/// <summary>What happened to clients since the start. Anybody counts, by Interlocked: none of it is done often.</summary>
internal sealed class GatewayCounters
{
    public long Resumed;

    /// <summary>RESUMEs that were answered by op 9 or a closing code.</summary>
    public long Refused;

    /// <summary>Clients that did not read, and were closed.</summary>
    public long CutOff;
}
