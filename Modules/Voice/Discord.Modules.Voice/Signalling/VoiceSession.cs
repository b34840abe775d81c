using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.Signalling;

/// <summary>A grant and what came of it: a socket, a path through the SFU, and what is kept for a resume. Guarded by its room's lock.</summary>
internal sealed class VoiceSession(VoiceGrant grant, VoiceRoom room, SignallingLimits limits)
{
    private readonly Queue<byte[]> _ring = new();
    // Of the newest message; numbers are 16 bits wide and begin again.
    private ushort _sequence;
    private bool _lostSome;

    public VoiceGrant Grant => grant;

    public Snowflake UserId => grant.UserId;

    public VoiceRoom Room => room;

    public VoiceRights Rights { get; set; } = grant.Rights;

    /// <summary>Null before IDENTIFY and after the end.</summary>
    public Leg? Leg { get; private set; }

    /// <summary>Null while its client has no socket.</summary>
    public VoiceConnection? Connection { get; private set; }

    /// <summary>Of the clock: when the socket went away.</summary>
    public long DroppedAt { get; private set; }

    /// <summary>The grant ended.</summary>
    public bool IsOver { get; set; }

    /// <summary>Of the last op 5: 1 microphone, 2 sound of a screen, 4 priority; 0: silent.</summary>
    public int Flags { get; set; }

    /// <summary>The same, as the others are told: nothing while one may not speak.</summary>
    public int Speaking => Rights.HasFlag(VoiceRights.Speak) ? Flags : 0;

    /// <summary>An op 5 came since IDENTIFY: its SSRC means something to the others.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Of the clock: when it was last reported that this one speaks.</summary>
    public long ReportedAt { get; set; }

    public VideoOffer? Video { get; set; }

    /// <summary>The last op 1 chose WebRTC.</summary>
    public bool IsBrowser { get; set; }

    /// <summary>Would send its media past the server, to the one other in the call.</summary>
    public bool IsPeer { get; set; }

    /// <summary>For pictures: in what it is to send.</summary>
    public string VideoCodec { get; set; } = "H264";

    /// <summary>For pictures: what it can send, the preferred first.</summary>
    public IReadOnlyList<string> Encodes { get; private set; } = [];

    /// <summary>For pictures: what it can play.</summary>
    public IReadOnlyList<string> Decodes { get; private set; } = [];

    /// <summary>The last op 15.</summary>
    public MediaSinkWants Wants { get; set; } = MediaSinkWants.Everything;

    /// <summary>How well its picture is wanted, as it was told last: 0 to 100.</summary>
    public int LookedAt { get; set; } = MediaSinkWants.Most;

    public string MediaSessionId { get; private set; } = "";

    /// <summary>Counts up in the room: who came later has the higher number.</summary>
    public long Arrival { get; private set; }

    /// <summary>Everybody in the room up to this arrival was told whose SSRC this is.</summary>
    public long KnownUpTo { get; set; }

    /// <summary>IDENTIFY: everything begins anew.</summary>
    public void Begin(VoiceConnection connection, Leg leg, long arrival)
    {
        (Connection, Leg, Arrival, KnownUpTo) = (connection, leg, arrival, 0);
        (Flags, IsAnnounced, Video, IsBrowser, IsPeer) = (0, false, null, false, false);
        (_sequence, _lostSome) = (0, false);
        (Wants, LookedAt, Encodes, Decodes) = (MediaSinkWants.Everything, MediaSinkWants.Most, [], []);
        _ring.Clear();
        MediaSessionId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>Another path, under other SSRCs, which nobody knows yet.</summary>
    [MemberNotNull(nameof(Leg))]
    public void Take(Leg leg) => (Leg, KnownUpTo, IsBrowser) = (leg, 0, false);

    /// <summary>RESUME: the same path, another socket.</summary>
    public void Attach(VoiceConnection connection) => Connection = connection;

    public void Detach(long now) => (Connection, DroppedAt) = (null, now);

    public void End() => Leg = null;

    /// <summary>The codecs that the client named, and of those for pictures the one that it prefers to send.</summary>
    public void Choose(IReadOnlyList<MediaCodec> codecs)
    {
        List<MediaCodec> pictures = [.. codecs.Where(codec => codec.IsVideo && RoomTypes.Of(codec.Name) != 0).OrderBy(codec => codec.Priority)];
        Encodes = [.. pictures.Where(codec => codec.Encodes).Select(codec => codec.Name)];
        Decodes = [.. pictures.Where(codec => codec.Decodes).Select(codec => codec.Name)];
        VideoCodec = Encodes.FirstOrDefault(VideoCodec);
    }

    /// <summary>Sends what a resume must not lose. Runs for each recipient: no allocation beyond the ring's growth.</summary>
    public void Send(byte[] json)
    {
        _sequence++;
        _ring.Enqueue(json);
        if (_ring.Count > limits.MaxRing)
        {
            _ring.Dequeue();
            _lostSome = true;
        }

        Connection?.Send(json, Connection.IsNumbered ? _sequence : null);
    }

    /// <summary>The client has everything up to this number: it need not be kept.</summary>
    /// <param name="sequence">Null: nothing yet.</param>
    /// <returns>False when this number was never sent, or what follows it is not there any more.</returns>
    public bool Acknowledge(int? sequence)
    {
        var missing = sequence is { } number ? (ushort)(_sequence - number) : _lostSome ? int.MaxValue : _ring.Count;
        if (missing > _ring.Count)
            return false;
        _lostSome |= missing < _ring.Count;
        while (_ring.Count > missing)
            _ring.Dequeue();
        return true;
    }

    /// <summary>Sends again what was not acknowledged.</summary>
    public void Replay()
    {
        var number = (ushort)(_sequence - _ring.Count);
        foreach (var json in _ring)
            Connection!.Send(json, ++number);
    }
}
