using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// One sender's picture on one media thread: the packets of the last second, and who watches. Nothing is decoded. Whoever begins to watch gets what there
/// is since the last keyframe, or a new keyframe is asked for; what a viewer lost comes from here; what was lost on the way here is asked for again.
/// </summary>
/// <remarks>The sender's own thread keeps the feed that speaks with the sender. Rooms on several threads have one more on each of the others, for the viewers there.</remarks>
internal sealed class VideoFeed(Leg sender, Shard shard, MediaThread thread)
{
    /// <summary>However many ask: a keyframe is as large as a hundred other pictures.</summary>
    public static readonly TimeSpan KeyframeEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Packets since a keyframe up to which they are sent to somebody who begins to watch. With more, a new keyframe is the quicker way.</summary>
    public const int MaxReplay = 384;

    /// <summary>Nobody's picture is throttled below this.</summary>
    private const long LeastBits = 150_000;

    // Of its sender's reports. Browsers send one or two a second.
    private static readonly long s_reportEvery = TimeSpan.FromMilliseconds(200).Ticks;

    // Of every codec of pictures.
    private const int Clock = 90_000;

    private readonly PacketStore _store = new();
    private readonly Losses _losses = new();
    private readonly Dictionary<Leg, Viewer> _viewers = [];
    private readonly byte[] _scratch = new byte[DatagramPort.MaxDatagram];
    private readonly bool _isHome = sender.Thread == thread;
    private Viewer[] _watching = [];
    private int _watchingCount;
    private bool _isStale = true;
    private byte _type;

    private long _key = -1;
    private uint _keyTime;
    private bool _wantsKey;
    private long _askedAt;

    private long _first = -1;
    private long _received;
    private (long Expected, long Received) _reported;
    private long _bytes;
    private long _reportedAt;
    private long _allowed;
    private int _transit;
    private uint _jitter;
    private uint _lastReport;
    private long _lastReportAt;

    public Leg Sender => sender;

    /// <summary>Who watches is to be found out anew.</summary>
    public void Changed() => _isStale = true;

    public void Remove(Leg viewer)
    {
        _isStale = true;
        if (_viewers.Remove(viewer, out var gone) && gone.IsWatching)
            viewer.Watched--;
    }

    /// <summary>Runs for each packet: to everybody here who watches.</summary>
    /// <param name="plain">Header and payload, with the room's SSRC and payload type.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(MediaKind kind, byte type, Span<byte> plain, long now)
    {
        var isRepair = kind == MediaKind.Retransmission;
        _bytes += plain.Length;
        if (isRepair && !TryUnwrap(ref plain, ref type))
            return;
        // Another codec: nobody begins with a keyframe of the one before. What is late of that changes nothing.
        if (type != _type && !isRepair)
            (_type, _isStale, _key) = (type, true, -1);
        if (_isStale)
            Follow(now);
        var newest = _store.Newest;
        var index = _store.IndexOf(Rtp.Sequence(plain));
        if (!_store.TryAdd(index, plain))
            return;
        if (_isHome)
            Account(index, newest, isRepair, Rtp.Timestamp(plain), now);
        var beginsKey = Keyframes.Begins(type, plain[Rtp.HeaderLength..]) && NoteKey(index, Rtp.Timestamp(plain));
        var port = thread.Datagrams;
        foreach (var viewer in _watching.AsSpan(0, _watchingCount))
        {
            if (viewer.IsWaiting)
            {
                // The keyframe may have been lost, or the request: at home that is asked for again every second, and elsewhere here.
                if (beginsKey)
                    Replay(viewer);
                else if (!_isHome)
                    _wantsKey = true;
            }
            else if (isRepair)
            {
                SendRepair(viewer, plain, type);
            }
            else
            {
                viewer.Leg.Send(port, plain, type);
            }
        }

        if (_wantsKey)
            AskForKeyframe(now);
    }

    /// <summary>A viewer says what it lost (RFC 4585, 6.2.1).</summary>
    public void Repeat(Leg viewer, ReadOnlySpan<byte> entries, long now)
    {
        if (!_viewers.TryGetValue(viewer, out var watching) || !watching.IsWatching || watching.IsWaiting)
            return;
        for (; entries.Length >= 4; entries = entries[4..])
        {
            var first = BinaryPrimitives.ReadUInt16BigEndian(entries);
            // The first, and a bit for each of the sixteen after it.
            var lost = 1u | (uint)BinaryPrimitives.ReadUInt16BigEndian(entries[2..]) << 1;
            for (var i = 0; lost != 0; i++, lost >>= 1)
            {
                if ((lost & 1) == 0 || _store.Find(_store.IndexOf((ushort)(first + i))) is not { IsEmpty: false } packet)
                    continue;
                if (!viewer.Repairs.TryTake(now))
                    return;
                SendRepair(watching, packet, Rtp.PayloadType(packet));
            }
        }
    }

    /// <summary>A viewer cannot go on without a keyframe.</summary>
    public void WantKeyframe(Leg viewer, long now)
    {
        if (_viewers.TryGetValue(viewer, out var watching) && watching.IsWatching)
            WantKeyframe(now);
    }

    /// <summary>The sender tells when it sent: it is told back, and told to the viewers, so that sound and picture meet.</summary>
    public void OnReport(ReadOnlySpan<byte> report, long now)
    {
        // Whoever watches gets it: many of them at once would be as many to everybody.
        if (now - _lastReportAt < s_reportEvery)
            return;
        (_lastReport, _lastReportAt) = (BinaryPrimitives.ReadUInt32BigEndian(report[10..]), now);
        if (_isStale)
            Follow(now);
        Span<byte> copy = stackalloc byte[report.Length];
        report.CopyTo(copy);
        // Without reports on others, and by this server's clock: of all senders alike.
        copy[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(copy[2..], (ushort)(report.Length / 4 - 1));
        Rtcp.WriteTime(copy[8..], now);
        foreach (var viewer in _watching.AsSpan(0, _watchingCount))
            viewer.Leg.SendPlain(thread.Datagrams, viewer.Leg.Cipher!, copy);
    }

    /// <summary>Once a second: tells the sender how its picture arrives, and how much of it may come.</summary>
    public void Report(long now)
    {
        // While nothing moves on a screen hardly anything is sent: who came meanwhile is not to wait for it.
        if (_isStale)
            Follow(now);
        if (_wantsKey || IsAnybodyWaiting())
            WantKeyframe(now);
        if (sender.Cipher is null || !sender.CanReceive || _received == _reported.Received)
            return;
        var counted = (_store.Newest - _first + 1, _received);
        var state = ReceiverState.Since(_reported, counted, _store.Newest - 0x10000, _jitter >> 4, _lastReport, now - _lastReportAt);
        Adapt(now);
        (_reported, _reportedAt, _bytes) = (counted, now, 0);
        Span<byte> packet = stackalloc byte[Feedback.MaxLength];
        ToSender(packet[..Feedback.WriteReport(packet, sender.ServerSsrc, sender.VideoSsrc, state, _allowed)]);
    }

    /// <summary>A keyframe is asked for now, or as soon as one may be asked for again.</summary>
    public void WantKeyframe(long now)
    {
        _wantsKey = true;
        AskForKeyframe(now);
    }

    private void AskForKeyframe(long now)
    {
        if (now - _askedAt < KeyframeEvery.Ticks)
            return;
        (_askedAt, _wantsKey) = (now, false);
        if (!_isHome)
        {
            var source = sender;
            sender.Thread.Post(() => source.Feed?.WantKeyframe(MediaClock.Now));
            return;
        }

        Span<byte> packet = stackalloc byte[Feedback.MaxLength];
        ToSender(packet[..Feedback.WritePictureLost(packet, sender.ServerSsrc, sender.VideoSsrc)]);
    }

    // Counts what arrives, and asks for what does not.
    private void Account(long index, long newest, bool isRepair, uint timestamp, long now)
    {
        if (!isRepair)
        {
            _received++;
            _first = _first < 0 ? index : Math.Min(_first, index);
            var transit = (int)(MediaClock.In(Clock, now) - timestamp);
            if (_received > 1)
                _jitter += (uint)Math.Min(Math.Abs((long)(transit - _transit)), Clock) - (_jitter + 8 >> 4);
            _transit = transit;
        }

        if (newest < 0)
            Report(now);
        else if (index < newest)
            _losses.Remove(index);
        else if (index - newest - 1 > Losses.Max)
            WantKeyframe(now);
        else if (index - newest > 1 && _watchingCount > 0)
            _losses.Add(newest + 1, (int)(index - newest - 1));
        Span<ushort> due = stackalloc ushort[Losses.Max];
        if (_losses.Take(due, now) is not (> 0 and var count))
            return;
        Span<byte> packet = stackalloc byte[Feedback.MaxLength];
        ToSender(packet[..Feedback.WriteNack(packet, sender.ServerSsrc, sender.VideoSsrc, due[..count])]);
    }

    /// <returns>True: this is the first packet of a keyframe.</returns>
    private bool NoteKey(long index, uint timestamp)
    {
        if (timestamp == _keyTime && _key >= 0)
        {
            // Of the same picture. Its first packet may have been overtaken.
            _key = Math.Min(_key, index);
            return false;
        }

        if (index < _key)
            return false;
        (_key, _keyTime, _wantsKey) = (index, timestamp, false);
        return true;
    }

    private void Follow(long now)
    {
        _isStale = false;
        if (_watching.Length < shard.Legs.Count)
            _watching = new Viewer[Math.Max(shard.Legs.Count, 16)];
        var count = 0;
        foreach (var leg in shard.Legs)
        {
            var wants = leg != sender && leg.CanReceive && leg.Wants(sender, _type);
            if (!_viewers.TryGetValue(leg, out var viewer))
            {
                if (!wants)
                    continue;
                _viewers.Add(leg, viewer = new Viewer(leg));
            }

            if (viewer.IsWatching != wants)
                Turn(viewer, wants, now);
            if (wants)
                _watching[count++] = viewer;
        }

        // Those who left are not held by what is beyond.
        Array.Clear(_watching, count, Math.Max(0, _watchingCount - count));
        _watchingCount = count;
    }

    private void Turn(Viewer viewer, bool watches, long now)
    {
        viewer.IsWatching = watches;
        viewer.Leg.Watched += watches ? 1 : -1;
        if (!watches)
        {
            if (!viewer.IsWaiting)
                viewer.Seen = _store.Newest;
            return;
        }

        viewer.IsWaiting = true;
        if (_key >= 0 && _key > _store.Newest - MaxReplay)
            Replay(viewer);
        else
            WantKeyframe(now);
    }

    private bool IsAnybodyWaiting()
    {
        foreach (var viewer in _watching.AsSpan(0, _watchingCount))
        {
            if (viewer.IsWaiting)
                return true;
        }

        return false;
    }

    private void Replay(Viewer viewer)
    {
        viewer.IsWaiting = false;
        for (var index = Math.Max(_key, viewer.Seen + 1); index <= _store.Newest; index++)
        {
            var packet = _store.Find(index);
            if (!packet.IsEmpty)
                viewer.Leg.Send(thread.Datagrams, packet, Rtp.PayloadType(packet));
        }
    }

    // Under the SSRC and the numbers of retransmissions, or as it was where that was not agreed.
    private void SendRepair(Viewer viewer, Span<byte> packet, byte type)
    {
        var repair = RoomTypes.OfRetransmission(type);
        if (viewer.Leg.Types!.ToLeg(repair) == 0 || packet.Length + 2 > _scratch.Length)
        {
            viewer.Leg.Send(thread.Datagrams, packet, type);
            return;
        }

        var wrapped = _scratch.AsSpan(0, packet.Length + 2);
        packet[..Rtp.HeaderLength].CopyTo(wrapped);
        wrapped[1] = (byte)(packet[1] & 0x80 | repair);
        BinaryPrimitives.WriteUInt16BigEndian(wrapped[2..], viewer.Leg.NumberRepair(sender.RtxSsrc));
        Rtp.WriteSsrc(wrapped, sender.RtxSsrc);
        packet.Slice(2, 2).CopyTo(wrapped[Rtp.HeaderLength..]);
        packet[Rtp.HeaderLength..].CopyTo(wrapped[(Rtp.HeaderLength + 2)..]);
        viewer.Leg.Send(thread.Datagrams, wrapped, repair);
    }

    /// <summary>The packet that a retransmission carries (RFC 4588, 4): its number precedes its payload.</summary>
    /// <returns>False: nothing but padding, by which browsers find out what a path carries.</returns>
    private bool TryUnwrap(ref Span<byte> packet, ref byte type)
    {
        var padding = (packet[0] & 0x20) != 0 ? packet[^1] : 0;
        if (packet.Length - padding <= Rtp.HeaderLength + 2)
            return false;
        packet.Slice(Rtp.HeaderLength, 2).CopyTo(packet[2..]);
        packet[..Rtp.HeaderLength].CopyTo(packet[2..]);
        packet = packet[2..];
        type--;
        packet[1] = (byte)(packet[1] & 0x80 | type);
        Rtp.WriteSsrc(packet, sender.VideoSsrc);
        return true;
    }

    // What three quarters of the viewers can take. Down at once, up slowly; with nobody complaining as much as the sender may.
    private void Adapt(long now)
    {
        var limit = sender.MaxBits;
        var rate = _reportedAt == 0 ? 0 : _bytes * 8 * TimeSpan.TicksPerSecond / Math.Max(now - _reportedAt, 1);
        Span<long> estimates = stackalloc long[256];
        var count = 0;
        foreach (var viewer in _watching.AsSpan(0, Math.Min(_watchingCount, estimates.Length)))
        {
            if (viewer.Leg.Estimate > 0)
                estimates[count++] = viewer.Leg.Estimate / Math.Max(viewer.Leg.Watched, 1);
        }

        estimates = estimates[..count];
        estimates.Sort();
        var estimate = count == 0 ? long.MaxValue : estimates[count / 4];
        _allowed = estimate < rate ? Math.Max(estimate, LeastBits) : _allowed + _allowed / 8;
        if (_allowed > limit || _reportedAt == 0)
            _allowed = limit;
    }

    private void ToSender(ReadOnlySpan<byte> packet)
    {
        if (sender.CanReceive)
            sender.SendPlain(thread.Datagrams, sender.Cipher!, packet);
    }
}
