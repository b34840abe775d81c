using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Discord.Modules.Voice.States;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Servers;

/// <summary>The home's end of the links: processes that carry voice dial /voice-link, prove that they know Voice:Secret, and are given rooms.</summary>
internal sealed partial class VoiceLinks(VoiceOptions options, IVoicePlacement placement, VoiceChanges changes, IVoiceReports reports, TimeProvider clock, ILogger<VoiceLinks> logger)
{
    public const string Path = "/voice-link";

    /// <summary>A carrier that comes back within this keeps its rooms: nobody heard that its link was gone.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, LinkedVoiceServer> _servers = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        if (options.Secret is null)
            return;
        var sockets = new WebSocketOptions { KeepAliveInterval = s_keepAlive, KeepAliveTimeout = s_keepAlive };
        routes.Map(Path, routes.CreateApplicationBuilder().UseWebSockets(sockets).Use((HttpContext http, RequestDelegate _) => HandleAsync(http, options.Secret)).Build());
    }

    private async Task HandleAsync(HttpContext http, string secret)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Voice {secret}")) || !http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var link = new VoiceLink(socket);
        LinkedVoiceServer? server = null;
        await link.RunAsync(message => Receive(link, message, ref server), http.RequestAborted);
        // One that has drained said goodbye.
        if (server is not null && server.Detach(link) && server.Endpoint is not null)
            await AwaitReturnAsync(server);
    }

    private void Receive(VoiceLink link, LinkMessage message, ref LinkedVoiceServer? server)
    {
        switch (message)
        {
            case LinkHello hello:
                server = _servers.GetOrAdd(hello.Name, _ => new LinkedVoiceServer(hello.Name, hello.Region));
                server.Attach(link, hello.Endpoint);
                placement.Add(server);
                LogLinked(logger, hello.Name, hello.Region, hello.Endpoint);
                break;
            case LinkReport { Token: var token, Kind: var kind } when server?.Has(token) == true:
                Report(token, kind);
                break;
            case LinkDraining when server is not null:
                _ = RelocateAsync(server);
                break;
        }
    }

    private void Report(string token, LinkReportKind kind)
    {
        switch (kind)
        {
            case LinkReportKind.Connected:
                reports.Connected(token);
                break;
            case LinkReportKind.Lost:
                reports.Lost(token);
                break;
            case LinkReportKind.Spoke:
                reports.Spoke(token);
                break;
        }
    }

    private async Task AwaitReturnAsync(LinkedVoiceServer server)
    {
        LogLost(logger, server.Name);
        await Task.Delay(Grace, clock);
        if (!server.IsLinked)
            await RelocateAsync(server);
    }

    // Everybody whom it carries is told of another server.
    private async Task RelocateAsync(LinkedVoiceServer server)
    {
        server.Close();
        placement.Remove(server);
        _servers.TryRemove(KeyValuePair.Create(server.Name, server));
        try
        {
            LogRelocated(logger, server.Name, await changes.RelocateAsync(server));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(logger, e, server.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Voice server {Name} carries voice for region {Region}; clients reach it at wss://{Endpoint}")]
    private static partial void LogLinked(ILogger logger, string name, string region, string endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link of voice server {Name} broke; it keeps its rooms if it comes back soon")]
    private static partial void LogLost(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Voice server {Name} carries nothing any more; {Count} people were told of another")]
    private static partial void LogRelocated(ILogger logger, string name, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not everybody could be moved away from voice server {Name}")]
    private static partial void LogFailed(ILogger logger, Exception e, string name);
}
