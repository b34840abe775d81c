using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.UnitTests.Voice;

/// <summary>Media threads that nobody runs, over ports that keep what would be sent: each step is the test's own, and so is the clock.</summary>
internal sealed class MediaBench : IDisposable
{
    private readonly KeptPort[] _ports;
    private uint _ssrcs = 0x0100_0000;
    private int _addresses;

    public MediaBench(int threads = 1, MediaLimits? limits = null, IBrowserTransport? browsers = null)
    {
        _ports = [.. Enumerable.Range(0, threads).Select(_ => new KeptPort())];
        Threads = [.. _ports.Select((port, index) => new MediaThread(index, port, limits ?? MediaClient.Patient, browsers, failure => throw failure))];
    }

    public MediaThread[] Threads { get; }

    /// <summary>Ticks of 100 ns since 1970.</summary>
    public long Now { get; set; } = MediaClock.Now;

    /// <summary>Datagrams sent so far, kept or not.</summary>
    public long SentCount => _ports.Sum(port => port.Count);

    /// <summary>Whether what is sent is kept, to be read; else it is only counted.</summary>
    public bool Keeps
    {
        set => Array.ForEach(_ports, port => port.Keeps = value);
    }

    public Room Open(ulong id = 7) => new(new Snowflake(id), Threads.Length);

    /// <summary>Somebody who knows the way: discovery is done, the key is agreed, and op 5 was sent.</summary>
    public MediaPerson Join(Room room, VoiceRights rights = VoiceRights.Hear | VoiceRights.Speak, string mode = "aead_aes256_gcm_rtpsize", int thread = 0, bool announces = true)
    {
        if (room.Counts[thread]++ == 0)
            room.Threads = [.. room.Threads, Threads[thread]];
        room.People++;
        var leg = new Leg(Threads[thread], room, new Snowflake(_ssrcs), _ssrcs += Leg.SsrcsOfOne, rights, Left);
        var person = new MediaPerson(leg, mode, NewAddress());
        leg.Thread.Post(() =>
        {
            leg.Thread.Add(leg);
            leg.Shard.Add(leg);
        });
        leg.Thread.Turn();
        Handle(leg.Thread, person.Discovery(), person.Address);
        leg.Use(EncryptionModes.Create(mode, person.Key)!);
        if (announces)
            leg.Announce();
        leg.Thread.Turn();
        Clear();
        return person;
    }

    public SocketAddressV4 NewAddress() => new(IPAddress.Parse("198.51.100.7"), 10_000 + _addresses++);

    /// <summary>Gives the sender's thread a packet, now.</summary>
    /// <returns>Whether it was accepted; else why it was not.</returns>
    public Drop? Send(MediaPerson sender, byte[] packet, SocketAddressV4? from = null) => Handle(sender.Leg.Thread, packet, from ?? sender.Address);

    public Drop? Handle(MediaThread thread, byte[] packet, SocketAddressV4 from, long? arrived = null)
    {
        var before = Enum.GetValues<Drop>().Select(thread.Counters.Dropped).ToArray();
        thread.Handle(packet, from, arrived ?? Now, Now);
        foreach (var reason in Enum.GetValues<Drop>())
        {
            if (thread.Counters.Dropped(reason) != before[(int)reason])
                return reason;
        }

        return null;
    }

    /// <summary>Lets every thread do what it was asked.</summary>
    public void Turn() => Array.ForEach(Threads, thread => thread.Turn());

    /// <summary>Datagrams for an address since the last time that anybody asked.</summary>
    public List<byte[]> TakeSent(SocketAddressV4 to)
    {
        var found = new List<byte[]>();
        foreach (var port in _ports)
        {
            found.AddRange(port.Sent.Where(sent => sent.To.Equals(to)).Select(sent => sent.Bytes));
            port.Sent.RemoveAll(sent => sent.To.Equals(to));
        }

        return found;
    }

    /// <summary>What somebody hears since the last time, in the clear.</summary>
    public List<byte[]> TakeHeard(MediaPerson person, SocketAddressV4? at = null) => [.. TakeSent(at ?? person.Address).Select(person.Open)];

    public void Clear() => Array.ForEach(_ports, port => port.Sent.Clear());

    public void Dispose() => Array.ForEach(Threads, thread => thread.Dispose());

    private void Left(Leg leg)
    {
        if (--leg.Room.Counts[leg.Thread.Index] == 0)
            leg.Room.Threads = [.. leg.Room.Threads.Where(thread => thread != leg.Thread)];
        leg.Room.People--;
    }

    private sealed class KeptPort() : DatagramPort(Bound())
    {
        private readonly byte[] _space = new byte[MaxDatagram];

        public List<(SocketAddressV4 To, byte[] Bytes)> Sent { get; } = [];

        public bool Keeps { get; set; } = true;

        public long Count { get; private set; }

        public override int Receive(bool wait) => 0;

        public override Span<byte> Datagram(int index, out SocketAddressV4 source, out long arrived) => throw new InvalidOperationException("Nothing arrives here.");

        public override Span<byte> Space(int length) => _space.AsSpan(0, length);

        public override void Send(int length, in SocketAddressV4 to, ref Train train)
        {
            Count++;
            if (Keeps)
                Sent.Add((to, _space[..length]));
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
}

/// <summary>A participant as the client sees it: its key, its address, and its count of packets.</summary>
internal sealed class MediaPerson(Leg leg, string mode, SocketAddressV4 address)
{
    private readonly byte[] _plain = new byte[DatagramPort.MaxDatagram];
    private readonly byte[] _packet = new byte[DatagramPort.MaxDatagram];
    private RtpCipher? _cipher;

    public Leg Leg => leg;

    public SocketAddressV4 Address => address;

    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(EncryptionModes.KeyLength);

    /// <summary>The newest sequence number; the timestamp is 960 times that, and goes on where the number wraps.</summary>
    public long Sequence { get; set; }

    private RtpCipher Cipher => _cipher ??= EncryptionModes.Create(mode, Key)!;

    /// <summary>The next packet of audio, or one with a number of its own. Overwritten by the next; nothing is allocated.</summary>
    public Span<byte> Seal(ReadOnlySpan<byte> payload, long? sequence = null, uint? ssrc = null, byte type = Rtp.Opus, int? level = null)
    {
        var number = sequence ?? ++Sequence;
        _plain[0] = (byte)(level is null ? 0x80 : 0x90);
        _plain[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(_plain.AsSpan(2), (ushort)number);
        BinaryPrimitives.WriteUInt32BigEndian(_plain.AsSpan(4), (uint)(number * 960));
        Rtp.WriteSsrc(_plain, ssrc ?? leg.AudioSsrc);
        var start = Rtp.HeaderLength;
        if (level is { } said)
        {
            ReadOnlySpan<byte> extension = [0xBE, 0xDE, 0, 1, 0x10, (byte)said, 0, 0];
            extension.CopyTo(_plain.AsSpan(start));
            start += extension.Length;
        }

        payload.CopyTo(_plain.AsSpan(start));
        return _packet.AsSpan(0, Cipher.Protect(_plain.AsSpan(0, start + payload.Length), _packet));
    }

    public byte[] Packet(ReadOnlySpan<byte> payload, long? sequence = null, uint? ssrc = null, byte type = Rtp.Opus, int? level = null) =>
        Seal(payload, sequence, ssrc, type, level).ToArray();

    public byte[] Protect(ReadOnlySpan<byte> plain) => _packet[..Cipher.Protect(plain, _packet)];

    public byte[] Open(byte[] packet) => TryOpen(packet) ?? throw new InvalidOperationException("What came does not decrypt.");

    /// <returns>Null: it is not for this key.</returns>
    public byte[]? TryOpen(byte[] packet)
    {
        var plain = new byte[packet.Length];
        return Cipher.TryUnprotect(packet, plain, out var length) ? plain[..length] : null;
    }

    public byte[] Discovery()
    {
        var request = new byte[74];
        BinaryPrimitives.WriteUInt32BigEndian(request, 0x0001_0046);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), leg.AudioSsrc);
        return request;
    }
}
