using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.Media;

/// <summary>What a packet carries. Also the distance of its SSRC from the leg's first.</summary>
internal enum MediaKind
{
    Audio,
    Video,
    Retransmission,
}

/// <summary>One participant's path into a room. Public calls may come from any thread, return at once, and take effect in their order, on the leg's media thread.</summary>
internal sealed class Leg
{
    /// <summary>SSRCs that belong to one leg: audio, video, retransmissions, and one to spare. Its first is a multiple of this.</summary>
    public const uint SsrcsOfOne = 4;

    /// <summary>A browser that has not asked for so long whether its path still stands is sent no media (RFC 7675, 5.1).</summary>
    public static readonly TimeSpan Consent = TimeSpan.FromSeconds(30);

    private const int MaxLevel = 127;
    private const int LevelUnsaid = 37;
    private const int PriorityBonus = 128;
    private const int LongestSilence = 3;

    private readonly Action<Leg> _left;
    private readonly ReplayWindow[] _windows = [new(), new(), new()];
    private RateLimit _audioLimit;
    private RateLimit _videoLimit;
    private RateLimit _videoBytes;
    private readonly Dictionary<uint, ushort> _repairs = [];
    private IReadOnlyDictionary<uint, int> _wants = new Dictionary<uint, int>();
    private int _wantsOthers = 1;
    private Train _train;
    private SocketAddressV4 _expected;
    private long _consentedAt;
    private bool _isForsaken;
    private bool _isProved;
    private bool _hasLeft;
    private bool _isShown;

    public Leg(MediaThread thread, Room room, Snowflake userId, uint audioSsrc, VoiceRights rights, Action<Leg> left)
    {
        (Thread, Room, UserId, AudioSsrc, Rights, _left) = (thread, room, userId, audioSsrc, rights, left);
        Reports = new AudioReports(this);
        _audioLimit = new RateLimit(thread.Limits.AudioPackets);
        _videoLimit = new RateLimit(thread.Limits.VideoPackets);
        _videoBytes = new RateLimit(MaxBits / 8);
    }

    public Snowflake UserId { get; }

    /// <summary>The sender's SSRC, as every receiver sees it. Never 0, unique in this process.</summary>
    public uint AudioSsrc { get; }

    public uint VideoSsrc => AudioSsrc + (uint)MediaKind.Video;

    /// <summary>For retransmissions of video (RFC 4588).</summary>
    public uint RtxSsrc => AudioSsrc + (uint)MediaKind.Retransmission;

    /// <summary>Under which this server speaks to the leg in RTCP.</summary>
    internal uint ServerSsrc => AudioSsrc + SsrcsOfOne - 1;

    /// <summary>The UDP port of the leg's media thread.</summary>
    public int Port => Thread.Port;

    public MediaThread Thread { get; }

    public Room Room { get; }

    /// <summary>Where its packets come from and go to. Read on the media thread.</summary>
    public SocketAddressV4 Address { get; private set; }

    /// <summary>The payload types of its own, when they are not Discord's. Read on the media thread.</summary>
    public PayloadTypes? Types { get; private set; }

    // What follows belongs to the media thread.
    internal RateLimit Remarks = new(Media.Feedback.MaxPerSecond);
    internal RateLimit Repairs = new(Media.Feedback.MaxRepairsPerSecond);

    internal VoiceRights Rights { get; private set; }
    internal RtpCipher? Cipher { get; private set; }
    internal IDatagramSink? Sink { get; private set; }
    internal bool IsBound { get; private set; }
    internal bool IsAnnounced { get; private set; }

    /// <summary>Its picture on its own thread; null: it shows none, and none is taken.</summary>
    internal VideoFeed? Feed { get; private set; }

    /// <summary>Bits a second of a picture that it may send.</summary>
    internal int MaxBits => PictureLimits.Of(Rights).Bits;

    /// <summary>Bits a second that it says it can receive (REMB), of all pictures; 0: it does not say.</summary>
    internal long Estimate { get; set; }

    /// <summary>How many pictures it watches.</summary>
    internal int Watched { get; set; }

    /// <summary>How loud it was of late: 0 silent to 127; above for priority speakers.</summary>
    internal int Loudness { get; private set; }

    /// <summary>Packets without sound in a row.</summary>
    internal int SilentRun { get; private set; }

    /// <summary>When others were last sent what it said: each thread that has some of them writes it.</summary>
    internal long HeardAt { get; set; }

    internal AudioReports Reports { get; }

    internal bool CanReceive => Cipher is not null && !_isForsaken && (Address.IsKnown || Sink is not null);

    /// <summary>Called from another thread, once a second while a new key is due: see <see cref="RtpCipher.IsWorn"/>. The session is then to be made anew.</summary>
    public Action? KeyWorn { get; set; }

    /// <summary>Called once, on its media thread, when it left.</summary>
    public Action? Gone { get; set; }

    internal LegCounters Counters { get; } = new();

    /// <summary>Its packets are encrypted like this from now on. The cipher is the leg's, which disposes of it.</summary>
    /// <param name="types">Payload types agreed with a browser; null: they stay as they were chosen.</param>
    public void Use(RtpCipher cipher, PayloadTypes? types = null) => Thread.Post(() =>
    {
        if (_hasLeft)
        {
            cipher.Dispose();
            return;
        }

        Cipher?.Dispose();
        (Cipher, Types) = (cipher, types ?? Types);
        // Another key: whatever was sent with the old one cannot come again, and proves nothing.
        foreach (ref var window in _windows.AsSpan())
            window.Clear();
        Counters.Restart();
        _isProved = false;
        Shard.Changed();
    });

    public void Change(VoiceRights rights) => Thread.Post(() =>
    {
        var before = MaxBits;
        Rights = rights;
        if (MaxBits != before)
            _videoBytes = new RateLimit(MaxBits / 8);
        Shard.Changed();
    });

    /// <summary>Op 5 came: its media is taken from now on.</summary>
    public void Announce() => Thread.Post(() => IsAnnounced = true);

    /// <summary>Op 12 came: pictures are taken from now on, or no more.</summary>
    public void Show(bool isOn) => Thread.Post(() =>
    {
        if (!_hasLeft)
            SetShown(isOn);
    });

    /// <summary>The codecs of ops 1 and 14. Who named none is sent no pictures. Browsers agree on theirs by their offer.</summary>
    public void Choose(PayloadTypes types) => Thread.Post(() =>
    {
        if (IsBound)
            return;
        Types = types;
        Shard.Changed();
    });

    /// <summary>Op 15: whose pictures it wants.</summary>
    /// <param name="others">0: none but those that are named.</param>
    /// <param name="bySsrc">By the sender's video SSRC; 0: not this one.</param>
    public void Want(int others, IReadOnlyDictionary<uint, int> bySsrc) => Thread.Post(() =>
    {
        (_wantsOthers, _wants) = (others, bySsrc);
        Shard.Changed();
    });

    /// <summary>ICE chose this address: packets of the leg come from there, and it is not learned from packets.</summary>
    public void Bind(SocketAddressV4 address) => Thread.Post(() =>
    {
        if (_hasLeft)
            return;
        Thread.Forget(this);
        (Address, Sink, IsBound) = (address, null, true);
        Thread.Find(this);
        Agree(MediaClock.Now);
        Shard.Changed();
    });

    /// <summary>Its packets come by <see cref="Receive"/>, and go there.</summary>
    public void Bind(IDatagramSink sink) => Thread.Post(() =>
    {
        if (_hasLeft)
            return;
        Thread.Forget(this);
        (Address, Sink, IsBound) = (default, sink, true);
        Agree(MediaClock.Now);
        Shard.Changed();
    });

    /// <summary>The browser asked, by the path that it chose, whether that still stands: it goes on wanting media there. On the media thread.</summary>
    public void Agree(in SocketAddressV4 from, long now)
    {
        if (_hasLeft || !IsBound || !from.Equals(Address))
            return;
        // Another's check, sent from there in this one's name, may have taken the address over.
        Thread.Find(this);
        Agree(now);
    }

    public void Agree(IDatagramSink by) => Thread.Post(() =>
    {
        if (Sink == by)
            Agree(MediaClock.Now);
    });

    /// <summary>A packet of RTP or RTCP that came another way than by the UDP port. Copied; dropped when the thread does not keep up.</summary>
    public void Receive(ReadOnlySpan<byte> datagram) => Thread.HandOver(this, datagram);

    /// <summary>Out of the room: nothing is sent or taken any more, and the key is overwritten.</summary>
    public void Leave() => Thread.Post(() =>
    {
        if (_hasLeft)
            return;
        _hasLeft = true;
        SetShown(false);
        Thread.Remove(this);
        Shard.Remove(this);
        Cipher?.Dispose();
        Cipher = null;
        _left(this);
        Gone?.Invoke();
    });

    public LegStatistics ReadStatistics() => Counters.Read();

    internal Shard Shard => Room.On(Thread);

    /// <summary>Runs for each packet, before anything is spent on it.</summary>
    internal bool IsNew(MediaKind kind, ReadOnlySpan<byte> packet) => _windows[(int)kind].IsNew(Rtp.Sequence(packet), Cipher!.BindsRound ? null : Rtp.Timestamp(packet));

    /// <summary>Runs for each packet that proved to be the leg's own.</summary>
    /// <returns>False: more than a sender may send.</returns>
    internal bool Take(MediaKind kind, ReadOnlySpan<byte> packet, in SocketAddressV4 source, long now)
    {
        ref var window = ref _windows[(int)kind];
        window.Take(Rtp.Sequence(packet), Rtp.Timestamp(packet));
        if (kind == MediaKind.Audio)
            Counters.Took(window, Rtp.Timestamp(packet), now);
        Learn(source);
        return kind == MediaKind.Audio ? _audioLimit.TryTake(now) : _videoLimit.TryTake(now) && _videoBytes.TryTake(now, packet.Length);
    }

    /// <summary>
    /// The next sequence number of what it is sent again of a picture: those have numbers of their own (RFC 4588), which go on when the picture was away.
    /// </summary>
    internal ushort NumberRepair(uint ssrc) => ++CollectionsMarshal.GetValueRefOrAddDefault(_repairs, ssrc, out _);

    /// <summary>Whether its pictures are taken. Read on other threads too.</summary>
    internal bool IsShown => Volatile.Read(ref _isShown);

    /// <param name="type">The picture's codec, as in the room.</param>
    internal bool Wants(Leg sender, byte type) => Types?.ToLeg(type) is > 0 && _wants.GetValueOrDefault(sender.VideoSsrc, _wantsOthers) > 0;

    private void SetShown(bool isOn)
    {
        if (isOn == _isShown)
            return;
        Volatile.Write(ref _isShown, isOn);
        Feed = isOn ? Shard.Open(this) : null;
        if (isOn)
            return;
        Shard.Close(this);
        foreach (var other in Room.Threads)
        {
            if (other != Thread)
                other.Post(() => Room.On(other).Close(this));
        }
    }

    /// <summary>Select Protocol named this address as the leg's: what IP discovery told it. Nobody else's discovery counts from now on.</summary>
    public void Expect(SocketAddressV4 address) => Thread.Post(() =>
    {
        _expected = address;
        if (_isProved || IsBound || Address.Equals(address) || !Address.IsKnown)
            return;
        // Another's discovery came last.
        Address = default;
        Shard.Changed();
    });

    /// <summary>
    /// IP discovery came from there. Who sent it is not proved: it counts until a packet proved another address, and only from where Select Protocol says
    /// that the leg is, once it said so.
    /// </summary>
    internal void Asked(in SocketAddressV4 source)
    {
        if (_isProved || IsBound || source.Equals(Address) || (_expected.IsKnown && !source.Equals(_expected)))
            return;
        Address = source;
        Shard.Changed();
    }

    /// <summary>Whose packets these are, by Discord's SSRCs or by a browser's payload types.</summary>
    internal bool TryClassify(ReadOnlySpan<byte> packet, out MediaKind kind, out byte type)
    {
        if (Types is { } types)
        {
            type = types.ToRoom(Rtp.PayloadType(packet), out kind);
            return type != 0;
        }

        (kind, type) = ((MediaKind)(Rtp.Ssrc(packet) - AudioSsrc), Rtp.PayloadType(packet));
        return kind is MediaKind.Video or MediaKind.Retransmission || (kind == MediaKind.Audio && type == Rtp.Opus);
    }

    /// <summary>An authentic packet came from there: where it comes from is where it can be reached, even when a NAT gave it another port.</summary>
    internal void Learn(in SocketAddressV4 source)
    {
        if (IsBound || !source.IsKnown)
            return;
        var wasProved = _isProved;
        _isProved = true;
        if (source.Equals(Address) || (wasProved && !Cipher!.BindsHeader))
            return;
        var wasKnown = Address.IsKnown;
        Address = source;
        if (!wasKnown)
            Shard.Changed();
    }

    /// <summary>Follows how loud the leg is. Runs for each packet of audio.</summary>
    /// <param name="level">RFC 6464, -1: unknown.</param>
    internal void Hear(int level, int payloadLength)
    {
        var isSilent = payloadLength <= LongestSilence || level == MaxLevel;
        SilentRun = isSilent ? SilentRun + 1 : 0;
        var loud = isSilent ? 0 : MaxLevel - (level < 0 ? LevelUnsaid : level);
        if ((Rights & VoiceRights.Priority) != 0 && !isSilent)
            loud += PriorityBonus;
        Reports.Count(payloadLength);
        Loudness = loud >= Loudness ? loud : Loudness - (Loudness - loud + 7) / 8;
    }

    /// <summary>Runs for each recipient: no allocation, no lock.</summary>
    /// <param name="plain">Header and payload; its payload type is Discord's, and is written over for this recipient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Send(DatagramPort port, Span<byte> plain, byte type)
    {
        var cipher = Cipher!;
        if (Types is { } types)
        {
            var own = types.ToLeg(type);
            if (own == 0)
                return;
            plain[1] = (byte)((plain[1] & 0x80) | own);
            SendPlain(port, cipher, plain);
            plain[1] = (byte)((plain[1] & 0x80) | type);
            return;
        }

        SendPlain(port, cipher, plain);
    }

    /// <summary>Runs for each recipient: RTP or RTCP as it is. On the media thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SendPlain(DatagramPort port, RtpCipher cipher, ReadOnlySpan<byte> plain)
    {
        var space = port.Space(plain.Length + RtpCipher.MaxOverhead);
        var length = cipher.Protect(plain, space);
        if (length == 0)
            return;
        Thread.Counters.Forwarded++;
        if (Sink is { } sink)
            sink.Send(space[..length]);
        else
            port.Send(length, Address, ref _train);
    }

    /// <summary>Once a second, on the media thread.</summary>
    internal void Check(long now)
    {
        // A new session is due before the key's nonces run out. Asked for until it is there: who has no socket now will have one.
        if (Cipher is { IsWorn: true } && KeyWorn is { } worn)
            ThreadPool.UnsafeQueueUserWorkItem(static ask => ask(), worn, preferLocal: false);
        if (IsBound && !_isForsaken && now - _consentedAt > Consent.Ticks)
        {
            _isForsaken = true;
            Shard.Changed();
        }

        Feed?.Report(now);
        Reports.Check(now);
    }

    private void Agree(long now)
    {
        _consentedAt = now;
        if (!_isForsaken)
            return;
        _isForsaken = false;
        Shard.Changed();
    }
}
