using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// The selective forwarding unit: takes each packet once, and sends it to everybody in the room who may hear it, under their own key.
/// Packets are carried by <see cref="MediaThread"/>s; here is only who is where.
/// </summary>
internal sealed partial class Sfu(VoiceOptions options, ILogger<Sfu> logger, IBrowserTransport? browsers = null, IMeterFactory? meters = null) : IHostedService, IDisposable
{
    /// <summary>People of one room on one thread, before the next thread takes a share: about a third of what a core can send them while three speak.</summary>
    private const int ShardSize = 250;

    // An SSRC that looks like STUN would be taken for it.
    private const uint StunCookie = 0x2112_A442;

    private readonly Lock _lock = new();
    private readonly Dictionary<Snowflake, Room> _rooms = [];
    private readonly HashSet<uint> _ssrcs = [];
    private readonly MediaMeter _meter = new(meters);
    private MediaThread[] _threads = [];

    /// <summary>Where clients reach the media ports. Always IPv4: the protocol's clients know no other.</summary>
    public IPAddress Address { get; private set; } = IPAddress.Loopback;

    /// <summary>One for each media thread. Empty before the start.</summary>
    public IReadOnlyList<MediaThread> Threads => _threads;

    public MediaLimits Limits { get; init; } = new();

    /// <summary>Sockets as every system has them, instead of Linux's batches.</summary>
    public bool IsPortable { get; init; }

    /// <summary>Adds somebody to a room, which begins with its first and ends with its last. Any thread.</summary>
    public Leg Join(Snowflake roomId, Snowflake userId, VoiceRights rights)
    {
        lock (_lock)
        {
            if (_threads.Length == 0)
                throw new InvalidOperationException("The media threads have not been started.");
            if (!_rooms.TryGetValue(roomId, out var room))
                _rooms.Add(roomId, room = new Room(roomId, _threads.Length));
            var thread = _threads[Choose(room)];
            if (room.Counts[thread.Index]++ == 0)
                room.Threads = [.. room.Threads, thread];
            room.People++;
            var leg = new Leg(thread, room, userId, NewSsrc(), rights, Left);
            thread.Post(() =>
            {
                thread.Add(leg);
                leg.Shard.Add(leg);
            });
            return leg;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Warm();
        _threads = [.. Enumerable.Range(0, options.Threads).Select(Open)];
        Address = AddressOf(options);
        foreach (var thread in _threads)
            thread.Start();
        _meter.Observe(() => _threads, rooms: () => _rooms.Count, legs: () => _ssrcs.Count);
        logger.LogInformation("Voice listens on UDP {Bind}:{Ports}, and tells clients to send to {Address}", options.Bind, string.Join(", ", _threads.Select(thread => thread.Port)), Address);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _meter.Dispose();
        MediaThread[] threads;
        lock (_lock)
            (threads, _threads) = (_threads, []);
        // Outside of the lock: a thread that is waited for may be about to tell that somebody left.
        foreach (var thread in threads)
            thread.Dispose();
    }

    /// <summary>What <see cref="Address"/> becomes at the start.</summary>
    public static IPAddress AddressOf(VoiceOptions options) => options.PublicAddress ?? (options.Bind.Equals(IPAddress.Any) ? FindOwnAddress() : options.Bind);

    // The first packets must not wait for the compiler until they are too old to be heard.
    private static void Warm()
    {
        foreach (var method in typeof(Sfu).Assembly.GetTypes().Where(type => type.Namespace == typeof(Sfu).Namespace && !type.ContainsGenericParameters)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)))
        {
            if ((method.MethodImplementationFlags & MethodImplAttributes.AggressiveOptimization) != 0 && !method.ContainsGenericParameters)
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }

        Span<byte> packet = stackalloc byte[Rtp.HeaderLength + 160 + RtpCipher.MaxOverhead];
        Span<byte> opened = stackalloc byte[packet.Length];
        foreach (var mode in EncryptionModes.All)
        {
            using var cipher = EncryptionModes.Create(mode, RandomNumberGenerator.GetBytes(EncryptionModes.KeyLength))!;
            var length = cipher.Protect(opened[..^RtpCipher.MaxOverhead], packet);
            if (!cipher.TryUnprotect(packet[..length], opened, out _))
                throw new CryptographicException($"{mode} does not work on this machine.");
        }
    }

    private MediaThread Open(int index)
    {
        DatagramPort port;
        var number = options.Port == 0 ? 0 : options.Port + index;
        try
        {
            port = DatagramPort.Open(options.Bind, number, IsPortable);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse && !options.IsPortFixed)
        {
            // Several servers on one machine, as they come: only this machine reaches them anyway.
            port = DatagramPort.Open(options.Bind, 0, IsPortable);
            logger.LogWarning("UDP port {Taken} is taken by another program, so voice uses {Port} instead. Choose one by Voice:Port", number, port.Number);
        }
        catch (SocketException failure)
        {
            throw options.Refusal(ProtocolType.Udp, number, failure.SocketErrorCode);
        }

        return new MediaThread(index, port, Limits, browsers, failure => LogFailure(logger, failure), _meter);
    }

    // A room stays on one thread until it is large; a new one begins where the fewest people are.
    private int Choose(Room room)
    {
        var best = 0;
        if (room.People == 0)
        {
            var load = new int[_threads.Length];
            foreach (var other in _rooms.Values)
            {
                for (var i = 0; i < load.Length; i++)
                    load[i] += other.Counts[i];
            }

            return Array.IndexOf(load, load.Min());
        }

        for (var i = 0; i < _threads.Length; i++)
        {
            if (room.Counts[i] is > 0 and < ShardSize)
                return i;
            if (room.Counts[i] < room.Counts[best])
                best = i;
        }

        return best;
    }

    // Runs on the leg's media thread.
    private void Left(Leg leg)
    {
        lock (_lock)
        {
            var room = leg.Room;
            _ssrcs.Remove(leg.AudioSsrc);
            if (--room.Counts[leg.Thread.Index] == 0)
                room.Threads = [.. room.Threads.Where(thread => thread != leg.Thread)];
            if (--room.People == 0)
                _rooms.Remove(room.Id);
        }
    }

    // Random: whoever is not in the room cannot guess where packets would be decrypted.
    private uint NewSsrc()
    {
        while (true)
        {
            var ssrc = (uint)RandomNumberGenerator.GetInt32(int.MaxValue) * 2 & ~(Leg.SsrcsOfOne - 1);
            if (ssrc is not 0 and not (StunCookie & ~(Leg.SsrcsOfOne - 1)) && _ssrcs.Add(ssrc))
                return ssrc;
        }
    }

    // Where a packet to the world would leave; none is sent. The address is of those set aside for documents.
    private static IPAddress FindOwnAddress()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPAddress([192, 0, 2, 1]), 9);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A media thread met what it should not have")]
    private static partial void LogFailure(ILogger logger, Exception failure);
}
