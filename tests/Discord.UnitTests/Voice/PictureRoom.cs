using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.UnitTests.Voice;

/// <summary>A room on a media thread that is not started: the test is the thread, the network and the clock.</summary>
internal sealed class PictureRoom : IDisposable
{
    private readonly List<Participant> _people = [];
    private readonly Room _room = new(new Snowflake(7), 1);
    private uint _next;

    public PictureRoom(MediaLimits? limits = null)
    {
        Thread = new MediaThread(0, Port, limits ?? new MediaLimits(), null, failure => throw failure);
        _room.Threads = [Thread];
    }

    public RecordingPort Port { get; } = new();

    public MediaThread Thread { get; }

    public long Now { get; private set; } = TimeSpan.TicksPerDay;

    /// <param name="codecs">Null: none, a bot that only listens.</param>
    public Participant Join(VoiceRights rights, PayloadTypes? codecs)
    {
        var ssrc = ++_next * Leg.SsrcsOfOne;
        var leg = new Leg(Thread, _room, new Snowflake(_next), ssrc, rights, _ => { });
        var person = new Participant(this, leg, new SocketAddressV4(IPAddress.Loopback, (int)(10_000 + _next)));
        _people.Add(person);
        _room.People++;
        Thread.Add(leg);
        leg.Shard.Add(leg);
        person.Connect(codecs);
        return person;
    }

    public Participant Sender(VoiceRights rights = VoiceRights.Speak | VoiceRights.Video)
    {
        var sender = Join(rights, Codecs());
        sender.Leg.Show(true);
        Settle();
        return sender;
    }

    public Participant Viewer() => Join(VoiceRights.Hear, Codecs());

    /// <summary>Native numbers, with retransmissions.</summary>
    public static PayloadTypes Codecs(bool retransmits = true)
    {
        var types = new PayloadTypes().Add(Rtp.Opus, Rtp.Opus, MediaKind.Audio);
        foreach (var type in new[] { RoomTypes.H264, RoomTypes.Vp8 })
        {
            types.Add(type, type, MediaKind.Video);
            if (retransmits)
                types.Add((byte)(type + 1), (byte)(type + 1), MediaKind.Retransmission);
        }

        return types;
    }

    /// <summary>Does what was posted.</summary>
    public void Settle() => Thread.RunCommands();

    public void Wait(TimeSpan time) => Now += time.Ticks;

    public void Dispose() => Thread.Dispose();
}

/// <summary>Somebody there: their end of the cipher, and what was sent to them.</summary>
internal sealed class Participant(PictureRoom room, Leg leg, SocketAddressV4 address)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(EncryptionModes.KeyLength);
    private readonly byte[] _packet = new byte[DatagramPort.MaxDatagram];
    private readonly byte[] _plain = new byte[DatagramPort.MaxDatagram];
    private RtpCipher _cipher = null!;

    public Leg Leg => leg;

    public void Connect(PayloadTypes? codecs)
    {
        var discovery = new byte[74];
        BinaryPrimitives.WriteUInt32BigEndian(discovery, 0x0001_0046);
        BinaryPrimitives.WriteUInt32BigEndian(discovery.AsSpan(4), leg.AudioSsrc);
        room.Thread.Handle(discovery, address, 0, room.Now);
        _cipher = EncryptionModes.Create(EncryptionModes.All[0], _key)!;
        leg.Use(EncryptionModes.Create(EncryptionModes.All[0], _key)!);
        if (codecs is not null)
            leg.Choose(codecs);
        room.Settle();
        Take();
    }

    /// <summary>A packet of a picture. Allocates nothing.</summary>
    public void Send(int sequence, int picture, ReadOnlySpan<byte> payload, MediaKind kind = MediaKind.Video, byte type = RoomTypes.Vp8)
    {
        var plain = _plain.AsSpan(0, Rtp.HeaderLength + payload.Length);
        (plain[0], plain[1]) = (0x80, type);
        BinaryPrimitives.WriteUInt16BigEndian(plain[2..], (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(plain[4..], (uint)picture * 3000);
        Rtp.WriteSsrc(plain, leg.AudioSsrc + (uint)kind);
        payload.CopyTo(plain[Rtp.HeaderLength..]);
        SendPlain(plain);
    }

    /// <summary>A keyframe's first packet.</summary>
    public void SendKey(int sequence, int picture) => Send(sequence, picture, [0x10, 0x00, (byte)sequence]);

    /// <summary>A packet of another picture.</summary>
    public void SendDelta(int sequence, int picture) => Send(sequence, picture, [0x10, 0x01, (byte)sequence]);

    /// <summary>Feedback on somebody's picture: kind and format, then what belongs to it.</summary>
    public void Say(byte kind, int format, uint about, params ReadOnlySpan<uint> words)
    {
        var plain = new byte[12 + 4 * words.Length];
        (plain[0], plain[1], plain[3]) = ((byte)(0x80 | format), kind, (byte)(2 + words.Length));
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(4), leg.AudioSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(8), about);
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(12 + 4 * i), words[i]);
        SendPlain(plain);
    }

    public void LosePicture(Participant sender) => Say(206, 1, sender.Leg.VideoSsrc);

    public void SendPlain(ReadOnlySpan<byte> plain)
    {
        var length = _cipher.Protect(plain, _packet);
        room.Thread.Handle(_packet.AsSpan(0, length), address, 0, room.Now);
    }

    /// <summary>What came since the last time, in the clear.</summary>
    public List<byte[]> Take()
    {
        List<byte[]> plain = [];
        foreach (var packet in room.Port.TakeFor(address))
        {
            if (packet.Length == 74)
                continue;
            var output = new byte[packet.Length];
            if (!_cipher.TryUnprotect(packet, output, out var length))
                throw new InvalidOperationException("What came does not decrypt.");
            plain.Add(output[..length]);
        }

        return plain;
    }

    public int[] TakeSequences() => [.. Take().Where(packet => !Rtp.IsRtcp(packet)).Select(packet => (int)Rtp.Sequence(packet))];

    /// <summary>The RTCP packets of one kind and format that came.</summary>
    public List<byte[]> TakeFeedback(byte kind, int format) => [.. Take().Where(packet => packet[1] == kind && (packet[0] & 0x1F) == format)];

    public int TakeKeyframeRequests() => TakeFeedback(206, 1).Count;
}

/// <summary>Keeps what is sent.</summary>
internal sealed class RecordingPort() : DatagramPort(Bound())
{
    private readonly byte[] _space = new byte[MaxDatagram];
    private readonly List<(ulong To, byte[] Packet)> _sent = [];

    public bool IsRecording { get; set; } = true;

    public int Sent { get; private set; }

    public IEnumerable<byte[]> TakeFor(SocketAddressV4 address)
    {
        var taken = _sent.Where(sent => sent.To == address.Key).Select(sent => sent.Packet).ToList();
        _sent.RemoveAll(sent => sent.To == address.Key);
        return taken;
    }

    public override int Receive(bool wait) => 0;

    public override Span<byte> Datagram(int index, out SocketAddressV4 source, out long arrived) => throw new NotSupportedException();

    public override Span<byte> Space(int length) => _space.AsSpan(0, length);

    public override void Send(int length, in SocketAddressV4 to, ref Train train)
    {
        Sent++;
        if (IsRecording)
            _sent.Add((to.Key, _space[..length]));
    }

    public override void Flush()
    {
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
