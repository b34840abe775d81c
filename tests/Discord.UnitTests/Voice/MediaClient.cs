using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Discord.Modules.Voice;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discord.UnitTests.Voice;

/// <summary>One participant with a UDP socket of its own, on loopback.</summary>
internal sealed class MediaClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
    private readonly byte[] _received = new byte[DatagramPort.MaxDatagram];
    private readonly RtpCipher _cipher;
    private readonly IPEndPoint _server;
    private ushort _sequence;

    public MediaClient(Sfu sfu, Snowflake room, string mode, VoiceRights rights = VoiceRights.Hear | VoiceRights.Speak)
    {
        var key = RandomNumberGenerator.GetBytes(EncryptionModes.KeyLength);
        _cipher = EncryptionModes.Create(mode, key)!;
        Leg = sfu.Join(room, new Snowflake(1), rights);
        _server = new IPEndPoint(IPAddress.Loopback, Leg.Port);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Discovered = Discover();
        Leg.Use(EncryptionModes.Create(mode, key)!);
        Leg.Announce();
    }

    /// <summary>No packet is too old, however busy the machine is.</summary>
    public static MediaLimits Patient { get; } = new() { MaxAge = TimeSpan.FromMinutes(1) };

    public Leg Leg { get; }

    public EndPoint Local => _socket.LocalEndPoint!;

    public IPEndPoint Discovered { get; }

    /// <summary>A packet of RTP as a client sends it; the cipher's nonce counts from the server's half, which the server does not mind.</summary>
    public byte[] Packet(ReadOnlySpan<byte> payload, uint? ssrc = null, byte type = Rtp.Opus, int? sequence = null)
    {
        var plain = new byte[Rtp.HeaderLength + payload.Length];
        plain[0] = 0x80;
        plain[1] = type;
        var number = (ushort)(sequence ?? ++_sequence);
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), number);
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(4), number * 960u);
        Rtp.WriteSsrc(plain, ssrc ?? Leg.AudioSsrc);
        payload.CopyTo(plain.AsSpan(Rtp.HeaderLength));
        return Protect(plain);
    }

    public byte[] Protect(ReadOnlySpan<byte> plain)
    {
        var packet = new byte[plain.Length + RtpCipher.MaxOverhead];
        return packet[.._cipher.Protect(plain, packet)];
    }

    public void Speak(ReadOnlySpan<byte> payload) => Send(Packet(payload));

    public void Send(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, _server);

    public byte[] Receive() => _received[.._socket.Receive(_received)];

    /// <summary>Waits for a packet of media.</summary>
    /// <returns>Header and payload, in the clear.</returns>
    public byte[] Hear()
    {
        var packet = Receive();
        var plain = new byte[packet.Length];
        if (!_cipher.TryUnprotect(packet, plain, out var length))
            throw new InvalidOperationException("What came does not decrypt.");
        return plain[..length];
    }

    /// <summary>True: nothing has come. Ask after something that was sent later has arrived.</summary>
    public bool HeardNothing => _socket.Available == 0;

    public void Dispose()
    {
        _socket.Dispose();
        _cipher.Dispose();
    }

    public static Sfu Start(int threads = 1, bool isPortable = false, MediaLimits? limits = null, IBrowserTransport? browsers = null)
    {
        var sfu = new Sfu(new VoiceOptions(null, null, IPAddress.Loopback, 0, threads, "local", null, null), NullLogger<Sfu>.Instance, browsers) { IsPortable = isPortable, Limits = limits ?? Patient };
        sfu.StartAsync(CancellationToken.None);
        return sfu;
    }

    /// <summary>Waits until the leg's media thread has done what was asked so far.</summary>
    public static void Settle(Leg leg)
    {
        using var done = new ManualResetEventSlim();
        leg.Thread.Post(done.Set);
        if (!done.Wait(TimeSpan.FromSeconds(30)))
            throw new TimeoutException("The media thread does not answer.");
    }

    private IPEndPoint Discover()
    {
        var request = new byte[74];
        BinaryPrimitives.WriteUInt32BigEndian(request, 0x0001_0046);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), Leg.AudioSsrc);
        Send(request);
        var reply = Receive();
        if (reply.Length != 74 || BinaryPrimitives.ReadUInt32BigEndian(reply) != 0x0002_0046 || BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4)) != Leg.AudioSsrc)
            throw new InvalidOperationException("Not an answer to IP discovery.");
        var text = System.Text.Encoding.ASCII.GetString(reply.AsSpan(8, 64)).TrimEnd('\0');
        return new IPEndPoint(IPAddress.Parse(text), BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(72)));
    }
}
