using System.Collections.Concurrent;
using System.Security.Cryptography;
using Discord.Host.Api;
using Discord.Host.Gateway.Encoding;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Discord.Host.Gateway;

/// <summary>The WebSocket handshake at /gateway (and at / on upgrade), and the life of a connection from HELLO to its end.</summary>
internal sealed partial class GatewayEndpoint(GatewaySessions sessions, GatewayLimits limits, GatewayProtocol protocol, ILogger<GatewayEndpoint> logger)
{
    private readonly ConcurrentDictionary<string, int> _unidentified = new();
    private readonly CancellationTokenSource _stopping = new();

    public static bool IsHandshake(HttpContext http) =>
        http.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase) && http.Request.Path.Value is "/" or "/gateway" or "/gateway/";

    public async Task HandleAsync(HttpContext http)
    {
        var upgrade = http.Features.Get<IHttpUpgradeFeature>();
        var key = http.Request.Headers.SecWebSocketKey.ToString();
        if (upgrade is not { IsUpgradableRequest: true } || key.Length != 24 || http.Request.Headers.SecWebSocketVersion != "13")
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (_unidentified.AddOrUpdate(address, 1, (_, count) => count + 1) > limits.MaxUnidentifiedPerAddress)
        {
            Identified(address);
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        void CutOff()
        {
            Interlocked.Increment(ref sessions.Counters.CutOff);
            http.Abort();
        }

        var query = http.Request.Query;
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.SecWebSocketAccept = Accept(key);
        await upgrade.UpgradeAsync();
        // Frames are written straight into the connection's own pipe: many in one write, without a copy in between.
        var transport = http.Features.Get<IConnectionTransportFeature>()!.Transport;
        using var connection = new GatewayConnection(transport, query["encoding"] == "etf", CompressionOf(query["compress"]), address, CutOff, limits.Clock);
        var client = new GatewayClient(connection, PublicAddress.GatewayOf(http), protocol, onIdentified: () => Identified(address));
        sessions.Add(connection);
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
            await RunAsync(client, connection, Version(query["v"]), ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The socket is gone: that is how most connections end.
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
            connection.Close(CloseCode.UnknownError);
        }
        finally
        {
            sessions.Remove(connection);
            await client.EndAsync();
        }
    }

    /// <summary>Asks every client to come back, and gives them a moment to hear it.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        foreach (var connection in sessions.Connections)
            connection.Send("{\"op\":7,\"d\":null,\"s\":null,\"t\":null}"u8);
        var all = Task.WhenAll(sessions.Connections.Select(connection =>
        {
            connection.Close(CloseCode.GoingAway);
            return connection.Closed;
        }));
        await Task.WhenAny(all, Task.Delay(patience, limits.Clock));
        await _stopping.CancelAsync();
    }

    private async Task RunAsync(GatewayClient client, GatewayConnection connection, int version, CancellationToken cancellationToken)
    {
        if (version is not (9 or 10))
        {
            connection.Close(CloseCode.InvalidApiVersion);
        }
        else
        {
            client.Hello(limits.HeartbeatInterval);
            while (true)
            {
                var (message, code, byClient) = await connection.ReceiveAsync(cancellationToken);
                if (message is null)
                {
                    client.ClosedBy(code, byClient);
                    if (byClient && code is not null)
                        connection.Close(CloseCode.Normal);
                    else if (!byClient)
                        connection.Close((CloseCode)code!);
                    if (code is null)
                        return;
                    break;
                }

                if (await client.HandleAsync(message, cancellationToken) is { } close)
                {
                    client.ClosedBy((int)close, byClient: false);
                    connection.Close(close);
                    break;
                }
            }
        }

        // The closing frame goes out, then the client has a moment to answer it and close.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        await connection.Closed.WaitAsync(limit.Token);
        while ((await connection.ReceiveAsync(limit.Token)) is { Message: not null })
        {
        }
    }

    private static FrameCompression CompressionOf(string? asked) => asked switch
    {
        "zlib-stream" => FrameCompression.ZlibStream,
        "zstd-stream" when ZstdStream.IsAvailable => FrameCompression.ZstdStream,
        _ => FrameCompression.None,
    };

    private static int Version(string? text) => string.IsNullOrEmpty(text) ? 10 : int.TryParse(text, out var version) ? version : 0;

    private void Identified(string address)
    {
        if (_unidentified.AddOrUpdate(address, 0, (_, count) => count - 1) <= 0)
            _unidentified.TryRemove(new KeyValuePair<string, int>(address, 0));
    }

    // RFC 6455, 4.2.2: SHA-1 is part of the handshake and protects nothing.
#pragma warning disable CA5350
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(System.Text.Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    [LoggerMessage(Level = LogLevel.Error, Message = "A gateway connection ended with an error; its session can be resumed")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
