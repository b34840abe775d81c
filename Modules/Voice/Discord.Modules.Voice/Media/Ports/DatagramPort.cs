using System.Net;
using System.Net.Sockets;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// One UDP port of one media thread: takes datagrams in batches, and gathers those that go out until <see cref="Flush"/>.
/// Everything but <see cref="Wake"/> belongs to that thread. Nothing is allocated after the port was opened.
/// </summary>
internal abstract class DatagramPort : IDisposable
{
    /// <summary>Longest datagram taken. What is longer arrives empty: no media is.</summary>
    public const int MaxDatagram = 2048;

    /// <summary>Datagrams taken at once, at most.</summary>
    public const int Batch = 64;

    /// <summary>Milliseconds that a wait lasts when nothing arrives.</summary>
    protected const int Tick = 100;

    // Small on purpose: voice that waited is worthless. This much is 30 to 40 ms of what one core can forward in rooms of 25.
    private const int ReceiveBuffer = 192 * 1024;
    private const int SendBuffer = 4 * 1024 * 1024;

    private readonly SocketAddress _self;

    protected DatagramPort(Socket socket)
    {
        Socket = socket;
        var bound = (IPEndPoint)socket.LocalEndPoint!;
        Number = bound.Port;
        _self = new IPEndPoint(bound.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : bound.Address, bound.Port).Serialize();
    }

    public int Number { get; }

    /// <summary>Datagrams that the kernel did not take.</summary>
    public long Unsent { get; protected set; }

    protected Socket Socket { get; }

    /// <param name="isPortable">Without Linux's batches: what other systems have.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static DatagramPort Open(IPAddress address, int port, bool isPortable)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer, SendBufferSize = SendBuffer };
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return isPortable || !LinuxPort.IsSupported ? new PlainPort(socket) : new LinuxPort(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes what has arrived, and the space of what was taken before.</summary>
    /// <param name="wait">Waits for the first one, for <see cref="Tick"/> at most.</param>
    /// <returns>How many there are.</returns>
    public abstract int Receive(bool wait);

    /// <param name="arrived">When the kernel took it in: ticks of 100 ns since 1970.</param>
    public abstract Span<byte> Datagram(int index, out SocketAddressV4 source, out long arrived);

    /// <summary>Where the next datagram to send is to be written.</summary>
    public abstract Span<byte> Space(int length);

    /// <summary>Sends what was written into <see cref="Space"/> with the next <see cref="Flush"/>, or earlier. The order for one address is kept.</summary>
    /// <param name="train">What the recipient keeps for the port: datagrams of one size for one address travel through the kernel as one.</param>
    public abstract void Send(int length, in SocketAddressV4 to, ref Train train);

    public abstract void Flush();

    /// <summary>Ends a wait in <see cref="Receive"/>, by an empty datagram. Any thread.</summary>
    public void Wake()
    {
        try
        {
            Socket.SendTo([], SocketFlags.None, _self);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Then the wait ends by itself, or has ended for good.
        }
    }

    public virtual void Dispose() => Socket.Dispose();
}

/// <summary>Where a recipient's last datagram lies in the batch that is being gathered.</summary>
internal struct Train
{
    public long Batch;
    public int Message;
}
