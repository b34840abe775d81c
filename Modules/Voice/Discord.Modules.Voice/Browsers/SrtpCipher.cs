using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// The packets of one browser: SRTP and SRTCP on the wire, and on the inside what everybody else in the room speaks (<see cref="BrowserStreams"/>).
/// For the media thread of the room alone.
/// </summary>
internal sealed class SrtpCipher : RtpCipher
{
    /// <summary>What a handshake has to give: key and salt of both sides (RFC 5764, 4.2).</summary>
    public static int KeyingLength(SrtpProfile profile) => 2 * (KeyLength + SaltLength(profile));

    private const int KeyLength = 16;
    private const int ControlHeader = 8;

    /// <summary>Streams that one page may send in one connection: a new one for each sender that it makes.</summary>
    private const int MaxIncoming = 64;

    private readonly BrowserStreams _streams;
    private readonly SrtpKeys _rtpIn;
    private readonly SrtpKeys _rtcpIn;
    private readonly SrtpKeys _rtpOut;
    private readonly SrtpKeys _rtcpOut;
    private readonly SrtpStreams _incoming = new(MaxIncoming, IndexWindow.Wide);
    private readonly SrtpStreams _outgoing = new(int.MaxValue, IndexWindow.Wide);
    private uint _controlIndex;

    /// <param name="keying">As exported: the client's key, the server's, the client's salt, the server's. The caller wipes it.</param>
    public SrtpCipher(SrtpProfile profile, ReadOnlySpan<byte> keying, BrowserStreams streams)
    {
        const int client = 0;
        const int server = 1;
        _streams = streams;
        _rtpIn = Keys(keying, client, control: false);
        _rtcpIn = Keys(keying, client, control: true);
        _rtpOut = Keys(keying, server, control: false);
        _rtcpOut = Keys(keying, server, control: true);

        SrtpKeys Keys(ReadOnlySpan<byte> keying, int side, bool control)
        {
            var salt = SaltLength(profile);
            return SrtpKeys.Derive(profile, keying.Slice(side * KeyLength, KeyLength), keying.Slice(2 * KeyLength + side * salt, salt), control, seal: side == server);
        }
    }

    public override bool TryUnprotect(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
    {
        length = 0;
        return packet.Length >= Rtp.HeaderLength && packet[0] >> 6 == 2 && (Rtp.IsRtcp(packet) ? TryOpenControl(packet, plain, out length) : TryOpenMedia(packet, plain, out length));
    }

    public override int Protect(ReadOnlySpan<byte> plain, Span<byte> output) =>
        plain.Length < ControlHeader ? 0 : Rtp.IsRtcp(plain) ? SealControl(plain, output) : SealMedia(plain, output);

    /// <summary>The count of rounds is authenticated.</summary>
    public override bool BindsRound => true;

    public override void Dispose()
    {
        _rtpIn.Dispose();
        _rtcpIn.Dispose();
        _rtpOut.Dispose();
        _rtcpOut.Dispose();
    }

    private bool TryOpenMedia(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
    {
        length = 0;
        var sources = Rtp.HeaderLength + 4 * (packet[0] & 0x0F);
        var header = HeaderLength(packet, sources);
        var body = packet.Length - header - _rtpIn.Overhead;
        var shorter = sources - Rtp.HeaderLength;
        if (body < 0 || plain.Length < header - shorter + body)
            return false;

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        ref var stream = ref _incoming.Find(ssrc);
        var index = Unsafe.IsNullRef(ref stream) ? BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) : stream.Guess(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if (!Unsafe.IsNullRef(ref stream) && !stream.Media.IsNew(index))
            return false;
        if (!_rtpIn.TryOpen(packet, header, ssrc, index, plain.Slice(header - shorter, body)))
            return false;

        // Only now is it the browser's, and may leave a trace.
        if (Unsafe.IsNullRef(ref stream))
        {
            stream = ref _incoming.Add(ssrc);
            if (Unsafe.IsNullRef(ref stream))
                return false;
        }
        stream.Media.Note(index);

        packet[..Rtp.HeaderLength].CopyTo(plain);
        packet[sources..header].CopyTo(plain[Rtp.HeaderLength..]);
        plain[0] &= 0xF0;
        length = header - shorter + body;
        _streams.Note(plain[..length], header - shorter);
        return true;
    }

    private bool TryOpenControl(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
    {
        length = 0;
        var body = packet.Length - ControlHeader - _rtcpIn.Overhead;
        if (body < 0 || plain.Length < ControlHeader + body)
            return false;
        var word = _rtcpIn.ReadControlIndex(packet);
        var index = word & ~SrtpKeys.Encrypted;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        ref var stream = ref _incoming.Find(ssrc);
        if (word == index || (!Unsafe.IsNullRef(ref stream) && !stream.Control.IsNew(index)) || !_rtcpIn.TryOpen(packet, ControlHeader, ssrc, index, plain.Slice(ControlHeader, body)))
            return false;
        if (Unsafe.IsNullRef(ref stream))
        {
            stream = ref _incoming.Add(ssrc);
            if (Unsafe.IsNullRef(ref stream))
                return false;
        }
        stream.Control.Note(index);

        packet[..ControlHeader].CopyTo(plain);
        length = ControlHeader + body;
        _streams.ToRoom(plain[..length], _outgoing);
        return true;
    }

    /// <summary>Runs for each recipient: no allocation, no lock. (A sender's first packet takes a place in the table.)</summary>
    private int SealMedia(ReadOnlySpan<byte> plain, Span<byte> output)
    {
        var header = plain.Length < Rtp.HeaderLength ? int.MaxValue : HeaderLength(plain, Rtp.HeaderLength);
        var length = plain.Length + _rtpOut.Overhead;
        if (header > plain.Length || output.Length < length)
            return 0;
        plain.CopyTo(output);

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(plain[8..]);
        ref var stream = ref _outgoing.Find(ssrc);
        if (Unsafe.IsNullRef(ref stream))
            stream = ref _outgoing.Add(ssrc);
        var number = (ushort)(Rtp.Sequence(plain) + stream.Shift);
        var index = stream.Guess(number);
        if (!stream.Media.IsNew(index))
        {
            // A number that was used must never be used again for other bytes: with them, the key would be known.
            if (stream.Media.Highest - index < IndexWindow.Wide)
                return 0;
            // So far back that the sender is ahead by half a round, or begins anew: the browser, which counts rounds by what it gets, would not know.
            index = stream.Media.Highest + 1;
            stream.Shift += (ushort)((ushort)index - number);
        }
        stream.Media.Note(index);
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], (ushort)index);
        if ((ssrc & (Leg.SsrcsOfOne - 1)) == (uint)MediaKind.Retransmission && length - header - _rtpOut.Overhead >= sizeof(ushort))
            _outgoing.Renumber(ssrc - 1, output[header..]);
        _rtpOut.Seal(output[..length], header, ssrc, index);
        return length;
    }

    private int SealControl(ReadOnlySpan<byte> plain, Span<byte> output)
    {
        var length = plain.Length + _rtcpOut.Overhead;
        if (output.Length < length || _controlIndex == SrtpKeys.Encrypted - 1)
            return 0;
        plain.CopyTo(output);
        _streams.ToBrowser(output[..plain.Length]);
        _rtcpOut.Seal(output[..length], ControlHeader, BinaryPrimitives.ReadUInt32BigEndian(plain[4..]), ++_controlIndex);
        return length;
    }

    /// <summary>Up to the payload; more than the packet has when it is cut off.</summary>
    private static int HeaderLength(ReadOnlySpan<byte> packet, int sources) => (packet[0] & 0x10) == 0 ? sources
        : packet.Length < sources + 4 ? int.MaxValue / 2 : sources + 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(sources + 2)..]);

    private static int SaltLength(SrtpProfile profile) => profile == SrtpProfile.AeadAes128Gcm ? 12 : 14;
}

/// <summary>What SRTP has to remember of a stream: how far it is, and what of the last came.</summary>
internal struct SrtpStream
{
    public uint Ssrc;
    public bool IsUsed;

    /// <summary>
    /// By what its numbers are others here than in the room. They go on where they ended when somebody was not sent it for a while: they were deaf, or looked
    /// away, or the sender was silent in a room where silence is not passed on.
    /// </summary>
    public ushort Shift;

    public IndexWindow Media;
    public IndexWindow Control;

    /// <summary>
    /// The index that a sequence number stands for: the one nearest to the highest so far (RFC 3711, 3.3.1). At the very beginning nothing is behind it.
    /// Both ends must guess alike; browsers do it in this way.
    /// </summary>
    public readonly ulong Guess(ushort sequence)
    {
        const int half = 0x8000;
        var (rollovers, last) = (Media.Highest >> 16, (int)(ushort)Media.Highest);
        if (Media.Highest <= half)
            return sequence;
        if (last < half)
            return ((sequence - last > half ? rollovers - 1 : rollovers) << 16) | sequence;
        return ((last - half > sequence ? rollovers + 1 : rollovers) << 16) | sequence;
    }
}

/// <summary>Streams by SSRC: a table with open addressing that only grows. What was in it stays: a stream that began anew would use its numbers twice.</summary>
/// <param name="window">How far behind the newest a packet of media may be.</param>
internal sealed class SrtpStreams(int limit, int window)
{
    private SrtpStream[] _slots = new SrtpStream[8];
    private int _count;

    /// <returns>A null reference when there is none.</returns>
    public ref SrtpStream Find(uint ssrc)
    {
        ref var slot = ref Slot(_slots, ssrc);
        if (!slot.IsUsed)
            return ref Unsafe.NullRef<SrtpStream>();
        return ref slot;
    }

    /// <returns>A null reference when there are too many.</returns>
    public ref SrtpStream Add(uint ssrc)
    {
        if (_count == limit)
            return ref Unsafe.NullRef<SrtpStream>();
        if (++_count > _slots.Length / 2)
        {
            var slots = new SrtpStream[_slots.Length * 2];
            foreach (ref var old in _slots.AsSpan())
            {
                if (old.IsUsed)
                    Slot(slots, old.Ssrc) = old;
            }
            _slots = slots;
        }
        ref var slot = ref Slot(_slots, ssrc);
        (slot.Ssrc, slot.IsUsed, slot.Media, slot.Control) = (ssrc, true, new IndexWindow(window), new IndexWindow(IndexWindow.Narrow));
        return ref slot;
    }

    /// <summary>Makes a room's sequence number, which lies at the beginning, the one that this stream has it under.</summary>
    /// <param name="back">The other way round.</param>
    public void Renumber(uint ssrc, Span<byte> at, bool back = false)
    {
        ref var stream = ref Find(ssrc);
        if (Unsafe.IsNullRef(ref stream))
            return;
        var number = BinaryPrimitives.ReadUInt16BigEndian(at);
        BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)(back ? number - stream.Shift : number + stream.Shift));
    }

    private static ref SrtpStream Slot(SrtpStream[] slots, uint ssrc)
    {
        var at = (int)((ssrc * 0x9E37_79B1) >> 8) & (slots.Length - 1);
        while (slots[at].IsUsed && slots[at].Ssrc != ssrc)
            at = (at + 1) & (slots.Length - 1);
        return ref slots[at];
    }
}
