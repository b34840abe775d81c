using System.Net;
using System.Net.Sockets;

namespace Discord.IntegrationTests.Sites;

/// <summary>Stands between a client and a server on this machine, and breaks their connections at a chosen moment.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly Task _accepting;
    private int _swallow;

    public CuttingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether new connections are let through.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>The server's next answer is lost together with its connection: the server has done what was asked, and the client never hears.</summary>
    public void SwallowNextAnswer() => Volatile.Write(ref _swallow, 1);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            if (!IsOpen)
                return;
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _server);
            // The first direction that ends takes the other along.
            await Task.WhenAny(PumpAsync(client, server, isAnswer: false), PumpAsync(server, client, isAnswer: true));
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        var bytes = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(bytes)) > 0)
            {
                if (isAnswer && Interlocked.Exchange(ref _swallow, 0) == 1)
                    return;
                await to.GetStream().WriteAsync(bytes.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is gone.
        }
    }
}
