using System.Net;
using System.Security.Cryptography;
using System.Text;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.States;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Servers;

/// <summary>The home's end of the links: processes that carry voice dial /voice-link, prove that they know Voice:Secret, and are given rooms.</summary>
internal sealed partial class VoiceLinks(VoiceOptions options, IVoicePlacement placement, VoiceChanges changes, IVoiceReports reports, TurnServers turn, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<VoiceLinks> logger)
{
    public const string Path = "/voice-link";

    /// <summary>A carrier that comes back within this keeps its rooms: nobody heard that its link was gone.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>The same of one whose process is gone: while it lives, it dials again at once.</summary>
    public static readonly TimeSpan GraceOfClosed = TimeSpan.FromSeconds(5);

    // Strangers can ask too.
    private static readonly TimeSpan s_tellEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    // By name. Who has said goodbye stays here, and is given nothing any more.
    private readonly Dictionary<string, LinkedVoiceServer> _servers = [];
    private DateTimeOffset _toldAt;

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
            TellOfStranger(http);
            http.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var link = new VoiceLink(socket);
        LinkedVoiceServer? server = null;
        // Not RequestAborted: it comes as well when the carrier has only fallen silent.
        var isClosed = await link.RunAsync(message => Receive(link, message, ref server), lifetime.ApplicationStopping);
        if (server is not null && server.Detach(link) && server.Endpoint is not null)
            await AwaitReturnAsync(server, isClosed ? GraceOfClosed : Grace);
    }

    private void TellOfStranger(HttpContext http)
    {
        if (!http.Request.Headers.Authorization.ToString().StartsWith("Voice ", StringComparison.Ordinal))
            return;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _toldAt < s_tellEvery)
                return;
            _toldAt = now;
        }

        LogStranger(logger, http.Connection.RemoteIpAddress);
    }

    /// <returns>Why the carrier may not say that; null: it may.</returns>
    private string? Receive(VoiceLink link, LinkMessage message, ref LinkedVoiceServer? server)
    {
        switch (message)
        {
            case LinkHello when server is not null:
                return "a link belongs to one carrier";
            case LinkHello hello when Refuse(hello) is { } refusal:
                LogRefused(logger, hello.Name, hello.Region, hello.Endpoint, refusal);
                return refusal;
            case LinkHello hello:
                server = Attach(link, hello);
                break;
            case LinkReport { Token: { } token, Kind: var kind } when server?.Has(token) == true:
                Report(token, kind);
                break;
            case LinkDraining when server is not null:
                _ = RelocateAsync(server);
                break;
        }

        return null;
    }

    // Clients are told what it says, and guilds choose among regions.
    private static string? Refuse(LinkHello hello) =>
        hello.Name is not { Length: > 0 and <= 100 } ? "a carrier has a name of 100 characters at most"
        : hello.Region is not { Length: > 0 and <= 100 } ? "Voice:Region must have 1 to 100 characters"
        : VoiceOptions.IsEndpoint(hello.Endpoint) ? null
        : "Voice:Endpoint must be host:port/path, as clients reach the carrier";

    private LinkedVoiceServer Attach(VoiceLink link, LinkHello hello)
    {
        LinkedVoiceServer? server;
        lock (_gate)
        {
            if (!_servers.TryGetValue(hello.Name, out server))
            {
                _servers.Add(hello.Name, server = new LinkedVoiceServer(hello.Name, hello.Region));
                placement.Add(server);
            }

            link.Send(turn.Relays);
            server.Attach(link, hello.Endpoint);
        }

        if (server.Endpoint is null)
            return server;
        LogLinked(logger, hello.Name, hello.Region, hello.Endpoint);
        // Where there was none, people wait for one.
        changes.Start(() => changes.RelocateAsync(null));
        return server;
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

    private async Task AwaitReturnAsync(LinkedVoiceServer server, TimeSpan grace)
    {
        LogLost(logger, server.Name);
        await Task.Delay(grace, clock, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            // It came back, or others have waited for it too.
            if (server.IsLinked || _servers.GetValueOrDefault(server.Name) != server || lifetime.ApplicationStopping.IsCancellationRequested)
                return;
            _servers.Remove(server.Name);
            server.Close();
        }

        await RelocateAsync(server);
    }

    // Everybody whom it carries is told of another server.
    private async Task RelocateAsync(LinkedVoiceServer server)
    {
        server.Close();
        placement.Remove(server);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "A voice server from {Address} was refused: wrong Voice:Secret")]
    private static partial void LogStranger(ILogger logger, IPAddress? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A carrier that calls itself {Name}, in region {Region} at {Endpoint}, is refused: {Why}")]
    private static partial void LogRefused(ILogger logger, string? name, string? region, string? endpoint, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link of voice server {Name} broke; it keeps its rooms if it comes back soon")]
    private static partial void LogLost(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Voice server {Name} carries nothing any more; {Count} people were told of another")]
    private static partial void LogRelocated(ILogger logger, string name, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not everybody could be moved away from voice server {Name}")]
    private static partial void LogFailed(ILogger logger, Exception e, string name);
}
