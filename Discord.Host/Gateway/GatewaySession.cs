using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Host.Gateway;

/// <summary>What IDENTIFY said, checked.</summary>
/// <param name="LargeThreshold">50 to 250: guilds above it come without their members.</param>
internal sealed record SessionOptions(Snowflake UserId, bool IsBot, string TokenHash, Intents Intents, int ShardId, int ShardCount, int LargeThreshold)
{
    /// <summary>Whether a guild's events are this session's.</summary>
    /// <remarks>Source: Discord docs, Gateway, "Sharding Formula".</remarks>
    public bool Owns(Snowflake guildId) => ShardCount <= 1 || (int)((guildId.Value >> 22) % (ulong)ShardCount) == ShardId;

    /// <summary>Direct messages and what concerns the user alone go to shard 0.</summary>
    public bool TakesUserEvents => ShardId == 0;

    /// <summary>The bot's; null for people.</summary>
    public Snowflake? ApplicationId { get; init; }

    public bool ReadsContent => Intents.HasFlag(Intents.MessageContent);
}

/// <summary>
/// A session's mailbox: what was dispatched to it, in order, numbered. One ring is both the send queue of the connection and the memory
/// for RESUME: the connection follows with its own position, and comes back at the position that the client names.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="Enqueue"/> MUST NOT block and MUST NOT reorder: nobody waits for a slow client. A connection that is too far
/// behind is closed, and resumes. An entry that fell out of the ring cannot be resumed: then op 9.
/// </remarks>
internal sealed class GatewaySession(string id, SessionOptions options, GatewayLimits limits)
{
    private const int FirstCapacity = 16;

    private readonly Lock _gate = new();
    private DispatchPayload?[] _ring = new DispatchPayload?[FirstCapacity];
    private int _first = 1;
    private int _last;
    private long _bytes;
    private int _next = 1;
    // What was missed before a RESUME is no fault of the client: its backlog counts from here.
    private int _resumedAt;
    private List<DispatchPayload>? _held;
    private GatewayConnection? _connection;
    private bool _ended;

    public string Id => id;

    public SessionOptions Options => options;

    public Snowflake UserId => options.UserId;

    /// <summary>Ticks of the clock since when no connection is attached; long.MaxValue while there is one.</summary>
    public long DetachedSince { get; private set; } = long.MaxValue;

    /// <summary>What the session said of its user last; null before READY.</summary>
    public SetSessionPresence? Presence { get; set; }

    /// <summary>When it was changed lately. Used by the connection's receive loop alone.</summary>
    public Queue<long>? PresenceChanges { get; set; }

    /// <summary>Friends, and who has an open direct message channel with the user: their members and presences are in every guild that is sent.</summary>
    public IReadOnlyList<Snowflake> Acquaintances { get; set; } = [];

    /// <summary>When all members of a guild were last asked for. Used by the connection's receive loop alone.</summary>
    public Dictionary<Snowflake, long>? AskedForAll { get; set; }

    /// <summary>Ticks of the clock at the last heartbeat of any of its connections.</summary>
    public long LastSeen { get; set; } = limits.Clock.GetTimestamp();

    /// <summary>Whether the session counts as offline: it was not heard of for too long.</summary>
    public bool PresenceEnded { get; set; }

    public bool IsEnded
    {
        get
        {
            lock (_gate)
                return _ended;
        }
    }

    /// <summary>Numbers an event and keeps it. Runs for each recipient: it allocates only when the ring grows.</summary>
    /// <returns>The connection to flush, or null: there is none, or it was closed for being too slow.</returns>
    public GatewayConnection? Enqueue(DispatchPayload payload)
    {
        GatewayConnection? slow;
        lock (_gate)
        {
            if (_ended)
                return null;
            if (_held is not null)
            {
                _held.Add(payload);
                return null;
            }

            // What a connected client has not been sent yet stays: it is either sent, or the client is too slow, which is decided below.
            while (_first <= _last && IsFull(payload) && (_connection is null || _first < _next))
                DropFirst();
            if (_last - _first + 1 == _ring.Length)
                Grow();
            _last++;
            _ring[_last % _ring.Length] = payload;
            _bytes += payload.Size;
            if (_connection is null)
                return null;
            if (_last - Math.Max(_next - 1, _resumedAt) <= limits.MaxBacklogEvents && (_bytes <= 2 * limits.MaxRingBytes || _next >= _last))
                return _connection;
            slow = _connection;
            _connection = null;
            DetachedSince = limits.Clock.GetTimestamp();
        }

        slow.CloseSlow();
        return null;
    }

    /// <summary>The next events for the connection, at most as many as fit into <paramref name="into"/>.</summary>
    /// <param name="firstSequence">The sequence number of the first one.</param>
    public int Take(GatewayConnection connection, Span<DispatchPayload> into, out int firstSequence)
    {
        lock (_gate)
        {
            firstSequence = _next;
            if (_connection != connection)
                return 0;
            var count = Math.Min(into.Length, _last - _next + 1);
            for (var i = 0; i < count; i++)
                into[i] = _ring[(_next + i) % _ring.Length]!;
            _next += count;
            return count;
        }
    }

    /// <summary>Keeps what comes back until <see cref="Start"/>: the session is known to the dispatcher before its READY is written.</summary>
    public void Hold()
    {
        lock (_gate)
            _held = [];
    }

    /// <summary>Attaches the first connection: READY is the first event, whatever came before it follows.</summary>
    /// <param name="ready">READY, and what belongs to it.</param>
    public void Start(GatewayConnection connection, params IEnumerable<DispatchPayload> ready)
    {
        lock (_gate)
        {
            var held = _held ?? [];
            _held = null;
            Attach(connection);
            foreach (var payload in ready.Concat(held))
                Enqueue(payload);
        }
    }

    /// <summary>Attaches a connection that has seen nothing yet.</summary>
    public void Attach(GatewayConnection connection)
    {
        lock (_gate)
        {
            _connection = connection;
            DetachedSince = long.MaxValue;
        }
    }

    /// <summary>Attaches a connection that has everything up to <paramref name="sequence"/>.</summary>
    /// <param name="resumed">Enqueued after what was missed.</param>
    /// <param name="previous">A connection that was still attached: the caller closes it.</param>
    public ResumeResult Resume(GatewayConnection connection, int sequence, DispatchPayload resumed, out GatewayConnection? previous)
    {
        previous = null;
        lock (_gate)
        {
            if (_ended)
                return ResumeResult.Expired;
            if (sequence > _last || sequence < 0)
                return ResumeResult.InvalidSequence;
            if (sequence + 1 < _first)
                return ResumeResult.Expired;
            previous = _connection;
            _connection = connection;
            _next = sequence + 1;
            _resumedAt = _last;
            DetachedSince = long.MaxValue;
        }

        Enqueue(resumed);
        return ResumeResult.Resumed;
    }

    /// <summary>The connection is gone; the session waits for RESUME.</summary>
    public void Detach(GatewayConnection connection)
    {
        lock (_gate)
        {
            if (_connection != connection)
                return;
            _connection = null;
            DetachedSince = limits.Clock.GetTimestamp();
        }
    }

    /// <summary>Ends the session for good.</summary>
    /// <returns>The connection that was attached.</returns>
    public GatewayConnection? End()
    {
        lock (_gate)
        {
            _ended = true;
            var connection = _connection;
            _connection = null;
            _ring = [];
            (_first, _last) = (1, 0);
            return connection;
        }
    }

    private bool IsFull(DispatchPayload next) => _last - _first + 1 >= limits.MaxRingEvents || _bytes + next.Size > limits.MaxRingBytes;

    private void Grow()
    {
        var larger = new DispatchPayload?[_ring.Length * 2];
        for (var sequence = _first; sequence <= _last; sequence++)
            larger[sequence % larger.Length] = _ring[sequence % _ring.Length];
        _ring = larger;
    }

    private void DropFirst()
    {
        var at = _first % _ring.Length;
        _bytes -= _ring[at]!.Size;
        _ring[at] = null;
        _first++;
    }
}

internal enum ResumeResult
{
    Resumed,
    Expired,
    InvalidSequence,
}

/// <summary>Bounds of sessions and sockets: the section "Gateway" of the settings.</summary>
internal sealed class GatewayLimits(IConfiguration configuration, TimeProvider clock)
{
    public TimeProvider Clock => clock;

    /// <summary>Milliseconds between two heartbeats. Source: protocol.md 3.4, the value of the real service.</summary>
    public int HeartbeatInterval { get; } = configuration.GetValue("Gateway:HeartbeatIntervalMs", 41_250);

    /// <summary>How long a session without a connection can be resumed.</summary>
    public TimeSpan ResumeWindow { get; } = TimeSpan.FromSeconds(configuration.GetValue("Gateway:ResumeWindowSeconds", 300));

    /// <summary>With more people than this connected a guild is big: clients that do not have it open get unread marks instead of what the crowd does.</summary>
    public int BigGuildOnline { get; } = configuration.GetValue("Gateway:BigGuildOnline", 1000);

    /// <summary>How often they get them.</summary>
    public TimeSpan UnreadEvery { get; } = TimeSpan.FromSeconds(configuration.GetValue("Gateway:UnreadEverySeconds", 2.0));

    /// <summary>Guilds with more members than this leave those who are offline out of their member lists.</summary>
    public int ListOfflineUpTo { get; } = configuration.GetValue("Gateway:ListOfflineUpTo", 1000);

    /// <summary>How long after its last heartbeat a session's user counts as online.</summary>
    public TimeSpan OfflineAfter { get; } = TimeSpan.FromSeconds(configuration.GetValue("Gateway:OfflineAfterSeconds", 90));

    public int MaxRingEvents { get; } = configuration.GetValue("Gateway:MaxRingEvents", 8192);

    public long MaxRingBytes { get; } = configuration.GetValue("Gateway:MaxRingBytes", 16L << 20);

    /// <summary>Events that may wait for a connected client before it is closed as too slow.</summary>
    public int MaxBacklogEvents { get; } = configuration.GetValue("Gateway:MaxBacklogEvents", 4096);

    /// <summary>Sockets of one address that have not identified yet.</summary>
    public int MaxUnidentifiedPerAddress { get; } = configuration.GetValue("Gateway:MaxUnidentifiedPerAddress", 1000);

    /// <summary>How long a socket may wait before it identifies.</summary>
    public TimeSpan IdentifyWithin { get; } = TimeSpan.FromSeconds(configuration.GetValue("Gateway:IdentifyWithinSeconds", 60));

    /// <summary>Bytes of the longest client message. Source: protocol.md 3.1.</summary>
    public const int MaxClientPayload = 15 * 1024;

    /// <summary>Client messages in a minute. Source: Discord docs, Gateway, "Rate Limiting".</summary>
    public const int MaxClientMessagesPerMinute = 120;

    /// <summary>IDENTIFYs of one bot in five seconds: what /gateway/bot gives as max_concurrency.</summary>
    public const int MaxConcurrency = 16;

    /// <summary>Source: Discord docs, Gateway, "Sharding".</summary>
    public const int MaxGuildsPerShard = 2500;
}
