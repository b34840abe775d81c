using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Signalling;

/// <summary>The voice gateway at /voice, on every listener, and the life of a connection from HELLO to its end.</summary>
internal sealed partial class VoiceGateway
{
    private readonly VoiceServer _server;
    private readonly VoiceAddresses _addresses;
    private readonly ILogger<VoiceGateway> _logger;
    private readonly ConcurrentDictionary<IPAddress, int> _unidentified = new();

    public VoiceGateway(VoiceServer server, VoiceAddresses addresses, IHostApplicationLifetime lifetime, ILogger<VoiceGateway> logger)
    {
        (_server, _addresses, _logger) = (server, addresses, logger);
        lifetime.ApplicationStarted.Register(addresses.Explain);
    }

    /// <summary>Libraries dial /voice?v=8 and /voice/?v=4: routes do not tell these apart.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.Map(VoiceAddresses.Path, routes.CreateApplicationBuilder().UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan }).Use((HttpContext http, RequestDelegate _) => HandleAsync(http)).Build());

    private async Task HandleAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "websocket";
            return;
        }

        if (_server.IsStopping)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (_unidentified.AddOrUpdate(address, 1, (_, count) => count + 1) > _server.Limits.MaxUnidentifiedPerAddress)
        {
            Identified(address);
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var left = 0;
        void Leave()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                Identified(address);
        }

        try
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            _ = int.TryParse(http.Request.Query["v"], out var version);
            var connection = new VoiceConnection(socket, version, _addresses.MediaAddress(http.Connection.LocalIpAddress), http.Abort, _server.Limits, _server.Clock);
            await RunAsync(new VoiceClient(connection, _server, Leave), connection, http.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or WebSocketException)
        {
            // The socket is gone: that is how most connections end.
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
        }
        finally
        {
            Leave();
        }
    }

    private async Task RunAsync(VoiceClient client, VoiceConnection connection, CancellationToken aborted)
    {
        _server.Add(connection);
        var writing = connection.WriteAsync(aborted);
        try
        {
            if (connection.Version is >= 4 and <= 9)
                client.Hello();
            else
                connection.Close(VoiceCloseCode.BadRequest);
            // One that came while everybody was told to leave.
            if (_server.IsStopping)
                connection.Close(VoiceCloseCode.ServerCrashed);
            while (true)
            {
                var (message, refused) = await connection.ReadAsync(aborted);
                // While the closing frame is under way the client has a moment to answer it; what it says else is not heard.
                if (message is { } json && !connection.IsClosing)
                    refused = client.Handle(json);
                if (refused is { } code)
                    connection.Close(code);
                if (message is null)
                    break;
            }
        }
        finally
        {
            client.End();
            connection.Close(VoiceCloseCode.Normal);
            try
            {
                await writing;
            }
            finally
            {
                // Not before: who does not read what is left is cut off in time.
                _server.Remove(connection);
            }
        }
    }

    private void Identified(IPAddress address)
    {
        if (_unidentified.AddOrUpdate(address, 0, (_, count) => count - 1) <= 0)
            _unidentified.TryRemove(new KeyValuePair<IPAddress, int>(address, 0));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A voice connection ended with an error; its session can be resumed")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
