using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Discord.Modules.Voice.Media;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// ICE over TCP (RFC 6544, passive; framed as RFC 4571 says) on the numbers of the media ports: for browsers behind walls that let no UDP pass.
/// </summary>
internal sealed partial class IceTcp(VoiceOptions options, Sfu sfu, BrowserPaths browsers, TimeProvider time, ILogger<IceTcp> logger) : BackgroundService
{
    /// <summary>Connections of one address: several people behind one router.</summary>
    private const int MaxPerAddress = 64;
    private const int MaxConnections = 10_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>After a connection that could not be taken: where file descriptors ran out it still waits, and the next try fails as fast.</summary>
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<IPAddress, int> _connections = [];
    private readonly List<TcpListener> _listeners = [];
    private int _count;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var port in sfu.Threads.Select(thread => thread.Port))
        {
            var listener = new TcpListener(options.Bind, port);
            try
            {
                listener.Start();
                _listeners.Add(listener);
            }
            catch (SocketException failure) when (options.IsPortFixed)
            {
                throw options.Refusal(ProtocolType.Tcp, port, failure.SocketErrorCode);
            }
            catch (SocketException failure)
            {
                logger.LogWarning("TCP port {Port} cannot be had ({Reason}): browsers that cannot send UDP do not reach voice", port, failure.SocketErrorCode);
            }
        }

        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_listeners.Select(listener => AcceptAsync(listener, stoppingToken)));

    private async Task AcceptAsync(TcpListener listener, CancellationToken stopping)
    {
        using (listener)
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    var client = await listener.AcceptSocketAsync(stopping);
                    _ = ServeAsync(client, stopping);
                }
                catch (SocketException failure)
                {
                    LogRefused(logger, failure.SocketErrorCode);
                    await Task.Delay(s_breath, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        using var connection = socket;
        if (socket.RemoteEndPoint is not IPEndPoint remote || !TryCount(remote.Address))
            return;
        try
        {
            socket.NoDelay = true;
            socket.SendBufferSize = TcpPath.SendBuffer;
            await new TcpPath(socket, new SocketAddressV4(remote.Address, remote.Port), browsers).RunAsync(s_patience, stopping);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It ended, one way or another.
        }
        finally
        {
            Discount(remote.Address);
        }
    }

    private bool TryCount(IPAddress address)
    {
        lock (_connections)
        {
            var own = _connections.GetValueOrDefault(address);
            if (own >= MaxPerAddress || _count >= MaxConnections)
                return false;
            (_connections[address], _count) = (own + 1, _count + 1);
            return true;
        }
    }

    private void Discount(IPAddress address)
    {
        lock (_connections)
        {
            _count--;
            if (--_connections[address] == 0)
                _connections.Remove(address);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A TCP connection to the media port came to nothing: {Reason}")]
    private static partial void LogRefused(ILogger logger, SocketError reason);
}

/// <summary>One TCP connection of a browser: frames of datagrams, both ways. Nothing waits in it long: media that cannot be sent now is dropped.</summary>
internal sealed class TcpPath(Socket socket, SocketAddressV4 remote, BrowserPaths browsers) : IDatagramSink
{
    /// <summary>Small: what waits in the kernel is voice that comes late.</summary>
    public const int SendBuffer = 32 * 1024;

    private const int MaxFrame = DatagramPort.MaxDatagram;
    private const int MaxWaiting = 256;

    private readonly Channel<(byte[] Bytes, int Length)> _waiting = Channel.CreateBounded<(byte[], int)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private BrowserPeer? _peer;

    public void Send(ReadOnlySpan<byte> datagram)
    {
        var frame = ArrayPool<byte>.Shared.Rent(2 + datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)datagram.Length);
        datagram.CopyTo(frame.AsSpan(2));
        if (!_waiting.Writer.TryWrite((frame, 2 + datagram.Length)))
            ArrayPool<byte>.Shared.Return(frame);
    }

    /// <summary>Until the connection ends. Who has not proved within <paramref name="patience"/> whose browser it is, is let go.</summary>
    public async Task RunAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(over.Token);
        try
        {
            await ReadAsync(patience, cancellationToken);
        }
        finally
        {
            _waiting.Writer.TryComplete();
            await over.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var buffer = new byte[2 + MaxFrame];
        while (true)
        {
            // Browsers check their path every few seconds: a connection that says nothing is dead.
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            silence.CancelAfter(_peer is null ? patience : 6 * patience);
            if (!await FillAsync(buffer.AsMemory(0, 2), silence.Token))
                return;
            var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            if (length > MaxFrame || !await FillAsync(buffer.AsMemory(2, length), silence.Token) || !Handle(buffer.AsSpan(2, length)))
                return;
        }
    }

    /// <returns>False: this is no browser of ours.</returns>
    private bool Handle(ReadOnlySpan<byte> frame)
    {
        if (frame.Length == 0)
            return _peer is not null;
        if (Stun.Is(frame))
        {
            Span<byte> answer = stackalloc byte[Stun.MaxLength];
            if (browsers.Check(frame, remote, answer, out var length, out var isChosen) is not { } peer || (_peer ?? peer) != peer)
                return false;
            _peer = peer;
            Send(answer[..length]);
            peer.Leg.Agree(this);
            if (isChosen)
                peer.Choose(this);
            return true;
        }
        if (_peer is null)
            return false;
        if (frame[0] is >= 20 and < 64)
            _peer.OnDtls(frame, this);
        else
            _peer.Leg.Receive(frame);
        return true;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var (bytes, length) in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            for (var sent = 0; sent < length;)
                sent += await socket.SendAsync(bytes.AsMemory(sent, length - sent), SocketFlags.None, cancellationToken);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async ValueTask<bool> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            var read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (read == 0)
                return false;
            buffer = buffer[read..];
        }
        return true;
    }
}
