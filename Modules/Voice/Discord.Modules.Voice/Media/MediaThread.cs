using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Discord.Modules.Voice.Servers;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// One thread that carries packets, and owns its UDP port and whatever is sent through it. It takes a batch of datagrams, does what other threads asked,
/// forwards each packet to the people of its room, and sends what that made in batches. No lock, no allocation for a packet; nothing waits in it.
/// Nobody ever waits for it either: those who ask something of it hold locks that its commands take.
/// </summary>
internal sealed class MediaThread : IDisposable
{
    private const int DiscoveryLength = 74;
    private const uint DiscoveryRequest = 0x0001_0046;
    private const uint DiscoveryReply = 0x0002_0046;
    private const uint StunCookie = 0x2112_A442;
    private const uint Ping = 0x1337_CAFE;
    private const uint Pong = 0x1337_F00D;
    private const int PingLength = 8;
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly PacketRing _arrivals = new();
    private readonly Dictionary<uint, Leg> _bySsrc = [];
    private readonly Dictionary<ulong, Leg> _byAddress = [];
    private readonly byte[] _taken = new byte[DatagramPort.MaxDatagram];
    private readonly byte[] _plain = new byte[DatagramPort.MaxDatagram];
    private readonly IBrowserTransport? _browsers;
    private readonly Action<Exception> _failed;
    private readonly MediaMeter? _meter;
    private readonly Thread _thread;
    private long _nextCheck;
    private Train _noTrain;
    private int _isAsleep;
    private volatile bool _isStopping;

    /// <param name="failed">Told of what should not have happened; the thread goes on.</param>
    /// <param name="meter">Told every second how the paths of the legs are.</param>
    public MediaThread(int index, DatagramPort datagrams, MediaLimits limits, IBrowserTransport? browsers, Action<Exception> failed, MediaMeter? meter = null)
    {
        (Index, Datagrams, Limits, _browsers, _failed, _meter) = (index, datagrams, limits, browsers, failed, meter);
        _thread = new Thread(Run) { Name = $"media {index}", IsBackground = true, Priority = ThreadPriority.Highest };
    }

    public int Index { get; }

    public int Port => Datagrams.Number;

    public MediaCounters Counters { get; } = new();

    internal DatagramPort Datagrams { get; }

    internal MediaLimits Limits { get; }

    public void Start() => _thread.Start();

    /// <summary>Runs a command on this thread, after those that were posted before. Any thread; returns at once.</summary>
    public void Post(Action command)
    {
        _commands.Enqueue(command);
        Awake();
    }

    /// <summary>Sends a datagram as it is. On this thread.</summary>
    public void Send(ReadOnlySpan<byte> datagram, in SocketAddressV4 to)
    {
        var space = Datagrams.Space(datagram.Length);
        datagram.CopyTo(space);
        Datagrams.Send(datagram.Length, to, ref _noTrain);
        _noTrain = default;
    }

    /// <summary>Takes a packet that another thread decrypted, for this thread's part of the room.</summary>
    internal void HandOver(Room room, Leg sender, MediaKind kind, byte type, ReadOnlySpan<byte> plain, long now)
    {
        if (!_arrivals.TryAdd(new PacketNote(sender, room, kind, type, sender.Loudness, sender.SilentRun, now), plain))
            sender.Thread.Counters.Count(Drop.Crowded);
        Awake();
    }

    /// <summary>Takes a datagram of a leg that came by TCP. Any thread.</summary>
    internal void HandOver(Leg leg, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length <= DatagramPort.MaxDatagram)
            _arrivals.TryAdd(new PacketNote(leg, null, default, 0, 0, 0, MediaClock.Now), datagram);
        Awake();
    }

    // What legs ask for, on this thread.
    internal void Add(Leg leg) => _bySsrc[leg.AudioSsrc] = leg;

    internal void Remove(Leg leg)
    {
        _bySsrc.Remove(leg.AudioSsrc);
        Forget(leg);
    }

    internal void Find(Leg leg) => _byAddress[leg.Address.Key] = leg;

    internal void Forget(Leg leg)
    {
        if (leg.IsBound && _byAddress.TryGetValue(leg.Address.Key, out var known) && known == leg)
            _byAddress.Remove(leg.Address.Key);
    }

    public void Dispose()
    {
        _isStopping = true;
        Datagrams.Wake();
        if (_thread.IsAlive)
            _thread.Join();
        // Keys that were on their way to a leg are wiped with the others.
        RunCommands();
        foreach (var leg in _bySsrc.Values)
            leg.Cipher?.Dispose();
        Datagrams.Dispose();
    }

    private void Awake()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) == 1 && Interlocked.Exchange(ref _isAsleep, 0) == 1)
            Datagrams.Wake();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            try
            {
                Turn();
            }
            catch (Exception failure)
            {
                // One bad packet must not silence every room of the thread.
                _failed(failure);
            }
        }
    }

    /// <summary>What the thread does over and over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Turn()
    {
        // Whoever posts after this sees that the thread sleeps, and wakes it; what was posted before is seen here.
        Interlocked.Exchange(ref _isAsleep, 1);
        var count = Datagrams.Receive(wait: _commands.IsEmpty && _arrivals.IsEmpty && !_isStopping);
        Volatile.Write(ref _isAsleep, 0);
        RunCommands();
        for (var i = 0; i < count; i++)
        {
            var datagram = Datagrams.Datagram(i, out var source, out var arrived);
            Handle(datagram, source, arrived, MediaClock.Now);
        }

        // A batch of each: who sends by TCP without end keeps nobody else waiting.
        for (var left = DatagramPort.Batch; left > 0 && _arrivals.TryTake(out var note, _taken, out var length); left--)
            HandleTaken(note, _taken.AsSpan(0, length), MediaClock.Now);
        Datagrams.Flush();
        Check(MediaClock.Now);
    }

    /// <summary>Runs for each datagram. Anybody can have sent it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Handle(Span<byte> datagram, in SocketAddressV4 source, long arrived, long now)
    {
        if (datagram.Length == 0)
            return; // Woken.
        Counters.Received++;
        // Sound and pictures alone are worth nothing late: libraries ask once where they are seen, and wait for the answer for ever.
        if (datagram.Length <= PingLength)
            Answer(datagram, source);
        else if (datagram[0] is >= 128 and < 192 && now - arrived > Limits.MaxAge.Ticks && arrived != 0)
            Counters.Count(Drop.Late);
        else if (datagram[0] is >= 128 and < 192)
            HandleMedia(datagram, source, now);
        else if (BinaryPrimitives.ReadUInt32BigEndian(datagram) == DiscoveryRequest && datagram.Length == DiscoveryLength && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != StunCookie)
            Discover(datagram, source);
        else if (_browsers is not null && (datagram[0] is >= 20 and < 64 || (datagram[0] < 4 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == StunCookie)))
            _browsers.OnDatagram(this, datagram, source);
        else
            Counters.Count(Drop.Unknown);
    }

    /// <summary>Runs for each packet: finds whose it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void HandleMedia(Span<byte> packet, in SocketAddressV4 source, long now)
    {
        if (packet.Length <= Rtp.HeaderLength)
        {
            Counters.Count(Drop.Malformed);
            return;
        }

        // One look-up for whoever keeps to Discord's protocol, and two for browsers and for strangers.
        var ssrc = Rtp.IsRtcp(packet) ? BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) : Rtp.Ssrc(packet);
        if (_bySsrc.TryGetValue(ssrc & ~(Leg.SsrcsOfOne - 1), out var leg) && !leg.IsBound)
            HandleMedia(leg, packet, source, now);
        else if (_byAddress.TryGetValue(source.Key, out leg))
            HandleMedia(leg, packet, source, now);
        else
            Counters.Count(Drop.Unknown);
    }

    private void HandleTaken(in PacketNote note, Span<byte> packet, long now)
    {
        if (now - note.Arrived > Limits.MaxAge.Ticks)
            Counters.Count(Drop.Late);
        else if (note.Room is not { } room)
            HandleTcp(note.Sender, packet, now);
        else if (Rtp.IsRtcp(packet))
            room.On(this).Tell(note.Sender, packet);
        else
            room.On(this).Forward(note.Sender, note.Kind, note.Type, note.Loudness, note.SilentRun, packet, now);
    }

    private void HandleTcp(Leg leg, Span<byte> packet, long now)
    {
        if (packet.Length > Rtp.HeaderLength)
            HandleMedia(leg, packet, default, now);
    }

    private void HandleMedia(Leg leg, Span<byte> packet, in SocketAddressV4 source, long now)
    {
        if (TryForward(leg, packet, source, now) is { } reason)
            Counters.Count(reason);
    }

    /// <summary>Runs for each packet: what costs least is asked first, and nothing is believed before it decrypted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Drop? TryForward(Leg leg, Span<byte> packet, in SocketAddressV4 source, long now)
    {
        if (leg.Cipher is not { } cipher)
            return Drop.NoKey;
        if (Rtp.IsRtcp(packet))
        {
            // Has no number of its own that tells a replay: no address is learned from it.
            if (!cipher.TryUnprotect(packet, _plain, out var rtcpLength))
                return Drop.Forged;
            leg.Shard.OnRtcp(leg, _plain.AsSpan(0, rtcpLength), now);
            return null;
        }

        if (!leg.TryClassify(packet, out var kind, out var type))
            return Drop.Malformed;
        if (!leg.IsNew(kind, packet))
            return Drop.Replayed;
        if (!cipher.TryUnprotect(packet, _plain, out var length))
            return Drop.Forged;
        Counters.Accepted++;
        var isWithinLimit = leg.Take(kind, packet, source, now);
        var plain = _plain.AsSpan(0, length);
        if (!Rtp.TryStrip(ref plain, out var level))
            return Drop.Malformed;
        if (!isWithinLimit)
            return Drop.Limited;
        if (!(kind == MediaKind.Audio ? leg.IsAnnounced : leg.IsShown))
            return Drop.Unannounced;
        if ((leg.Rights & (kind == MediaKind.Audio ? VoiceRights.Speak : VoiceRights.Video)) == 0)
            return Drop.NotAllowed;
        if (kind == MediaKind.Audio)
            leg.Hear(level, plain.Length - Rtp.HeaderLength);
        plain[1] = (byte)((plain[1] & 0x80) | type);
        Rtp.WriteSsrc(plain, leg.AudioSsrc + (uint)kind);
        leg.Shard.Take(leg, kind, type, plain, now);
        return null;
    }

    private void Answer(ReadOnlySpan<byte> datagram, in SocketAddressV4 source)
    {
        // Keep-alives: a counter of whatever byte order, that wants no answer, or a ping that does.
        if (datagram.Length != PingLength)
        {
            Counters.Count(Drop.Unknown);
            return;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(datagram) != Ping)
            return;
        Span<byte> answer = stackalloc byte[PingLength];
        datagram.CopyTo(answer);
        BinaryPrimitives.WriteUInt32BigEndian(answer, Pong);
        Send(answer, source);
    }

    // Tells a client how it looks from here. As long as the question: nobody gains from asking in another's name.
    private void Discover(ReadOnlySpan<byte> datagram, in SocketAddressV4 source)
    {
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        if (!_bySsrc.TryGetValue(ssrc, out var leg))
        {
            Counters.Count(Drop.Unknown);
            return;
        }

        leg.Asked(source);
        Span<byte> reply = stackalloc byte[DiscoveryLength];
        reply.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(reply, DiscoveryReply);
        BinaryPrimitives.WriteUInt32BigEndian(reply[4..], ssrc);
        source.WriteAddress(reply[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(reply[72..], (ushort)source.Port);
        Send(reply, source);
    }

    /// <summary>Does what was asked so far. On this thread.</summary>
    internal void RunCommands()
    {
        while (_commands.TryDequeue(out var command))
            command();
    }

    /// <summary>Once a second: what is not a matter of single packets.</summary>
    internal void Check(long now)
    {
        if (now < _nextCheck && _nextCheck - now <= Second)
            return;
        _nextCheck = now + Second;
        Counters.Allocated = GC.GetAllocatedBytesForCurrentThread();
        Counters.Worked = MediaClock.Worked;
        foreach (var leg in _bySsrc.Values)
        {
            leg.Check(now);
            if (_meter is not null)
                leg.Counters.Sample(_meter);
        }
    }
}
