using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Signalling;

/// <summary>The voice server in this process: grants, and the sessions and rooms that come of them.</summary>
internal sealed partial class VoiceServer : IVoiceServer, IDisposable
{
    private readonly VoiceAddresses _addresses;
    private readonly Sfu _sfu;
    private readonly IServiceProvider _services;
    private readonly SignallingLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger<VoiceServer> _logger;
    private readonly ITimer _sweep;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, VoiceSession> _byToken = new();
    // The newest grant of a gateway session at a server: those before it are worth nothing.
    private readonly Dictionary<(Snowflake ServerId, string SessionId), VoiceSession> _bySession = [];
    private readonly Dictionary<Snowflake, VoiceRoom> _rooms = [];
    private readonly ConcurrentDictionary<VoiceConnection, bool> _connections = new();
    private volatile bool _stopping;

    public VoiceServer(VoiceOptions options, VoiceAddresses addresses, Sfu sfu, IServiceProvider services, SignallingLimits limits, TimeProvider clock, ILogger<VoiceServer> logger)
    {
        Region = options.Region;
        (_addresses, _sfu, _services, _limits, _clock, _logger) = (addresses, sfu, services, limits, clock, logger);
        _sweep = clock.CreateTimer(_ => TrySweep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>The one in the home's own process: others have names of their own.</summary>
    public string Name => "";

    public string Region { get; }

    public string? Endpoint => _stopping ? null : _addresses.Endpoint;

    public bool IsStopping => _stopping;

    public SignallingLimits Limits => _limits;

    public TimeProvider Clock => _clock;

    // Asked for when there is something to report: what hears reports also places grants here.
    private IVoiceReports Reports => _services.GetRequiredService<IVoiceReports>();

    public void Admit(VoiceGrant grant)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(grant.RoomId, out var room))
                _rooms[grant.RoomId] = room = new VoiceRoom(grant.RoomId, _sfu, _services.GetService<IBrowserPaths>(), _clock);
            room.Grants++;
            _byToken[grant.Token] = _bySession[(grant.ServerId, grant.SessionId)] = new VoiceSession(grant, room, _limits);
        }
    }

    public void Change(string token, VoiceRights rights)
    {
        if (_byToken.TryGetValue(token, out var session))
            session.Room.Change(session, rights);
    }

    public void Revoke(string token, int? code)
    {
        if (Take(token) is { } session)
            session.Room.Remove(session, (VoiceCloseCode?)code, _limits.CloseWithin);
    }

    /// <summary>The session that a client speaks of, when its token is the right one.</summary>
    /// <param name="userId">Null: RESUME names none.</param>
    public (VoiceSession? Session, VoiceCloseCode Refused) Find(Snowflake serverId, string sessionId, Snowflake? userId, string token)
    {
        VoiceSession? session;
        lock (_gate)
            _bySession.TryGetValue((serverId, sessionId), out session);
        if (session is null)
            return (null, VoiceCloseCode.SessionInvalid);
        // In constant time: how much of a guess is right cannot be measured.
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(session.Grant.Token));
        return isRight && (userId ?? session.UserId) == session.UserId ? (session, default) : (null, VoiceCloseCode.AuthenticationFailed);
    }

    /// <summary>IDENTIFY.</summary>
    public bool Enter(VoiceSession session, VoiceConnection connection, IReadOnlyList<VideoStream> streams)
    {
        if (!session.Room.Enter(session, connection, streams))
            return false;
        Reports.Connected(session.Grant.Token);
        return true;
    }

    public void Speak(VoiceSession session, VoiceConnection connection, int flags)
    {
        session.Room.Speak(session, connection, flags);
        Report(session);
    }

    public void Add(VoiceConnection connection) => _connections[connection] = true;

    public void Remove(VoiceConnection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Takes nobody any more; clients are told to come back.</summary>
    public void Stop()
    {
        _stopping = true;
        foreach (var connection in _connections.Keys)
            connection.Close(VoiceCloseCode.ServerCrashed);
    }

    public void Dispose() => _sweep.Dispose();

    // The next second has to come, whatever went wrong in this one.
    private void TrySweep()
    {
        try
        {
            Sweep();
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
        }
    }

    private void Sweep()
    {
        var now = _clock.GetTimestamp();
        foreach (var connection in _connections.Keys)
            connection.Sweep(now);
        var lost = now - (long)(_limits.ResumeWithin.TotalSeconds * _clock.TimestampFrequency);
        foreach (var (token, session) in _byToken)
        {
            Report(session);
            if (session.Room.IsLost(session, lost) && Take(token) is not null)
            {
                session.Room.Remove(session, VoiceCloseCode.SessionTimedOut, _limits.CloseWithin);
                Reports.Lost(token);
            }
        }
    }

    private void Report(VoiceSession session)
    {
        if (session.Room.IsToReport(session, _limits.SpokeEvery))
            Reports.Spoke(session.Grant.Token);
    }

    // Nobody finds the session any more.
    private VoiceSession? Take(string token)
    {
        lock (_gate)
        {
            if (!_byToken.TryRemove(token, out var session))
                return null;
            var key = (session.Grant.ServerId, session.Grant.SessionId);
            if (_bySession.GetValueOrDefault(key) == session)
                _bySession.Remove(key);
            if (--session.Room.Grants == 0)
                _rooms.Remove(session.Room.Id);
            return session;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The voice gateway could not look after all of its connections")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
