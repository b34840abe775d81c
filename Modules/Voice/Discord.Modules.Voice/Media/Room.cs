using System.Runtime.CompilerServices;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.Media;

/// <summary>Those who hear one another: a shard on each media thread that has some of them. A room of everyday size has one.</summary>
/// <remarks>The unit changes it under its own lock; media threads read.</remarks>
internal sealed class Room(Snowflake id, int threads)
{
    private readonly Shard?[] _shards = new Shard?[threads];
    private volatile MediaThread[] _threads = [];
    private volatile int _people;

    public Snowflake Id => id;

    /// <summary>Over all shards.</summary>
    public int People
    {
        get => _people;
        set => _people = value;
    }

    /// <summary>The threads that carry it.</summary>
    public MediaThread[] Threads
    {
        get => _threads;
        set => _threads = value;
    }

    /// <summary>How many are on each thread. For the unit alone.</summary>
    public int[] Counts { get; } = new int[threads];

    /// <summary>The thread's own part. For that thread alone.</summary>
    public Shard On(MediaThread thread) => _shards[thread.Index] ??= new Shard(thread, this);
}

/// <summary>A room's people on one media thread, and the forwarding to them. Belongs to that thread.</summary>
internal sealed class Shard(MediaThread thread, Room room)
{
    private readonly List<Leg> _legs = [];
    private readonly ActiveSpeakers _active = new();
    private readonly Dictionary<uint, VideoFeed> _feeds = [];
    private Leg[] _hearers = [];
    private int _hearerCount;
    private bool _isStale;

    public IReadOnlyList<Leg> Legs => _legs;

    public void Add(Leg leg)
    {
        _legs.Add(leg);
        Changed();
    }

    public void Remove(Leg leg)
    {
        _legs.Remove(leg);
        _active.Remove(leg);
        foreach (var feed in _feeds.Values)
            feed.Remove(leg);
        if (_legs.Count == 0)
            _feeds.Clear();
        Changed();
    }

    /// <summary>Who hears is to be found out anew.</summary>
    public void Changed()
    {
        _isStale = true;
        foreach (var feed in _feeds.Values)
            feed.Changed();
    }

    /// <summary>The picture with this SSRC, when it was here of late.</summary>
    public VideoFeed? FindFeed(uint videoSsrc) => _feeds.GetValueOrDefault(videoSsrc);

    public VideoFeed Open(Leg sender)
    {
        if (!_feeds.TryGetValue(sender.VideoSsrc, out var feed))
            _feeds.Add(sender.VideoSsrc, feed = new VideoFeed(sender, this, thread));
        return feed;
    }

    public void Close(Leg sender)
    {
        if (!_feeds.Remove(sender.VideoSsrc, out var feed))
            return;
        foreach (var leg in _legs)
            feed.Remove(leg);
    }

    /// <summary>Runs for each packet of one of this shard's own legs: to its people here, and to the other shards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(Leg sender, MediaKind kind, byte type, Span<byte> plain, long now)
    {
        HandOver(sender, kind, type, plain, now);
        Forward(sender, kind, type, sender.Loudness, sender.SilentRun, plain, now);
    }

    /// <summary>Runs for each packet: to everybody here who may hear it, but never back to its sender.</summary>
    /// <param name="plain">Fixed header and payload.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(Leg sender, MediaKind kind, byte type, int loudness, int silentRun, Span<byte> plain, long now)
    {
        if (kind != MediaKind.Audio)
        {
            // It may have ended while this was on its way from another thread, and so may all who were here.
            if (sender.IsShown && _legs.Count > 0)
                Open(sender).Take(kind, type, plain, now);
            return;
        }

        if (_active.Refuse(sender, loudness, silentRun, room.People, now) is { } reason)
        {
            thread.Counters.Count(reason);
            return;
        }

        sender.HeardAt = now;
        if (_isStale)
            FindHearers();
        var port = thread.Datagrams;
        foreach (var leg in _hearers.AsSpan(0, _hearerCount))
        {
            if (leg != sender)
                leg.Send(port, plain, type);
        }
    }

    /// <summary>RTCP of one of this shard's own legs: to the browsers that hear it, here and on other shards.</summary>
    public void Report(Leg sender, ReadOnlySpan<byte> report, long now)
    {
        HandOver(sender, MediaKind.Audio, 0, report, now);
        Tell(sender, report);
    }

    /// <summary>The same to those who are here.</summary>
    public void Tell(Leg sender, ReadOnlySpan<byte> report)
    {
        if (_isStale)
            FindHearers();
        foreach (var leg in _hearers.AsSpan(0, _hearerCount))
        {
            if (leg != sender && leg.IsBound)
                leg.SendPlain(thread.Datagrams, leg.Cipher!, report);
        }
    }

    /// <summary>RTCP of one of the legs, in the clear.</summary>
    public void OnRtcp(Leg sender, ReadOnlySpan<byte> plain, long now)
    {
        Rtcp.Read(sender, plain, now);
        Feedback.Read(this, sender, plain, now);
    }

    // To the other shards.
    private void HandOver(Leg sender, MediaKind kind, byte type, ReadOnlySpan<byte> plain, long now)
    {
        var threads = room.Threads;
        if (threads.Length == 1)
            return;
        foreach (var other in threads)
        {
            if (other != thread)
                other.HandOver(room, sender, kind, type, plain, now);
        }
    }

    private void FindHearers()
    {
        _isStale = false;
        if (_hearers.Length < _legs.Count)
            _hearers = new Leg[Math.Max(_legs.Capacity, 16)];
        var count = 0;
        foreach (var leg in _legs)
        {
            if (leg.CanReceive && (leg.Rights & VoiceRights.Hear) != 0)
                _hearers[count++] = leg;
        }

        // Those who left are not held by what is beyond.
        Array.Clear(_hearers, count, Math.Max(0, _hearerCount - count));
        _hearerCount = count;
    }
}
