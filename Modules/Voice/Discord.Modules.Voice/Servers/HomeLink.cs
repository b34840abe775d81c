using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Signalling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Servers;

/// <summary>The carrier's end of the link (<c>--role voice</c>): dials the home, does what it says, and reports. Goes on carrying while the link is broken.</summary>
internal sealed partial class HomeLink(VoiceOptions options, VoiceServer server, TurnServers turn, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<HomeLink> logger) : BackgroundService, IVoiceReports
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    // Somebody has to change a setting first.
    private static readonly TimeSpan s_againRefused = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5);

    private readonly string _name = Guid.NewGuid().ToString("n");
    private readonly ConcurrentDictionary<string, byte> _grants = new();
    // Whose connection ended, until the home has taken their grant back: while the link is broken it does not hear of it.
    private readonly ConcurrentDictionary<string, byte> _lost = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile VoiceLink? _link;
    private volatile bool _isDraining;

    /// <summary>Whether the home sends people here.</summary>
    public bool IsServing => _link is not null && !_isDraining;

    public void Connected(string token) => Report(token, LinkReportKind.Connected);

    public void Lost(string token)
    {
        _lost[token] = 0;
        Forget(token);
        Report(token, LinkReportKind.Lost);
    }

    public void Spoke(string token) => Report(token, LinkReportKind.Spoke);

    /// <summary>Asks the home to tell everybody of another server, and waits until it has: their grants end here. Who is left then is closed with the server.</summary>
    public async Task DrainAsync()
    {
        _isDraining = true;
        _link?.Send(new LinkDraining());
        if (!_grants.IsEmpty)
            await Task.WhenAny(_drained.Task, Task.Delay(options.DrainWithin, clock));
        server.Stop();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Where clients reach this process is known when it listens.
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = lifetime.ApplicationStarted.Register(listening.SetResult);
        await listening.Task.WaitAsync(stoppingToken);
        string? told = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var again = s_again;
            try
            {
                var refusal = await LinkAsync(stoppingToken);
                if (refusal is not null)
                {
                    again = s_againRefused;
                    if (refusal != told)
                        LogRefused(logger, options.Home!, refusal);
                }

                told = refusal;
            }
            catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException)
            {
                if (e.Message != told)
                    LogUnreachable(logger, options.Home!, e.Message);
                told = e.Message;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(again, clock, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <returns>Why the home wants none; null: the link was there, and broke.</returns>
    private async Task<string?> LinkAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Voice {options.Secret}");
        (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (s_keepAlive, s_keepAlive);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(options.Home!) { Scheme = options.Home!.Scheme == "http" ? "ws" : "wss", Path = VoiceLinks.Path }.Uri, cancellationToken);
        }
        catch (WebSocketException) when (socket.HttpStatusCode == HttpStatusCode.Unauthorized)
        {
            return "its Voice:Secret is another";
        }
        catch (WebSocketException) when (socket.HttpStatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound)
        {
            return "it has no Voice:Secret";
        }

        var link = new VoiceLink(socket);
        link.Send(new LinkHello(_name, options.Region, server.Endpoint ?? ""));
        _link = link;
        // The link before may have broken before the home heard of it.
        if (_isDraining)
            link.Send(new LinkDraining());
        var known = new HashSet<string>();
        await link.RunAsync(message => Receive(message, known), cancellationToken);
        _link = null;
        return socket.CloseStatus == WebSocketCloseStatus.PolicyViolation ? socket.CloseStatusDescription : null;
    }

    // What the home says is never refused.
    private string? Receive(LinkMessage message, HashSet<string> known)
    {
        switch (message)
        {
            case LinkRelays relays:
                turn.Adopt(relays);
                break;
            case LinkAdmit { Grant: var grant }:
                known.Add(grant.Token);
                // After a reconnect most are here already: they only may have other rights.
                if (_lost.ContainsKey(grant.Token))
                    Report(grant.Token, LinkReportKind.Lost);
                else if (_grants.TryAdd(grant.Token, 0))
                    server.Admit(grant);
                else
                    server.Change(grant.Token, grant.Rights);
                break;
            case LinkChange change:
                server.Change(change.Token, change.Rights);
                break;
            case LinkRevoke revoke:
                Revoke(revoke.Token, revoke.Code);
                break;
            case LinkSynced:
                LogLinked(logger, options.Home!, known.Count);
                foreach (var (token, _) in _grants.Concat(_lost))
                {
                    if (!known.Contains(token))
                        Revoke(token, 4014);
                }

                break;
        }

        return null;
    }

    private void Revoke(string token, int? code)
    {
        server.Revoke(token, code);
        _lost.TryRemove(token, out _);
        Forget(token);
    }

    private void Forget(string token)
    {
        _grants.TryRemove(token, out _);
        if (_isDraining && _grants.IsEmpty)
            _drained.TrySetResult();
    }

    private void Report(string token, LinkReportKind kind) => _link?.Send(new LinkReport(token, kind));

    [LoggerMessage(Level = LogLevel.Information, Message = "Linked to {Home}; {Count} people are carried here")]
    private static partial void LogLinked(ILogger logger, Uri home, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Home} refused this carrier: {Why}. Trying again every 30 s; what is carried goes on")]
    private static partial void LogRefused(ILogger logger, Uri home, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot reach {Home}: {Why}. Trying again every second; what is carried goes on")]
    private static partial void LogUnreachable(ILogger logger, Uri home, string why);
}
