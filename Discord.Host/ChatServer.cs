using System.Net;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Host.Api;
using Discord.Host.Gateway;
using Discord.Host.Metrics;
using Discord.Modules.Users.Contracts;
using MediatR;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Serilog;

namespace Discord.Host;

/// <summary>Builds the host from its settings, opens the stores, and serves until it is told to stop.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    /// <summary>Above what an operation accepts: a body that is a little too long is read to its end, so that the client hears why it was refused.</summary>
    private const long MaxRequestBody = 2L * ApiRequest.MaxBodyLength;

    /// <summary>Bytes of a body that lie unread in memory, at most: what comes faster than it can be stored waits in the sender's network.</summary>
    private const long MaxRequestBuffer = 128 * 1024;

    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly Database _database;
    private Relay? _relay;
    private Timer? _sweep;

    private ChatServer(WebApplication app)
    {
        _app = app;
        _database = app.Services.GetRequiredService<Database>();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where the server listens, once it was started.</summary>
    public ICollection<string> Urls => _app.Urls;

    public bool IsReady { get; private set; }

    /// <param name="settings">What the command line said, over the file and the environment.</param>
    /// <param name="replace">Puts other services in place of its own.</param>
    public static ChatServer Create(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? replace = null)
    {
        var builder = NewBuilder(settings, out var data);
        var configuration = builder.Configuration;
        Settings.Complete(configuration);
        if (string.IsNullOrEmpty(configuration["Media:Folder"]))
            configuration["Media:Folder"] = Path.Combine(data, "blobs");
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<IPublicAddress, PublicAddress>();
        builder.Services.AddSingleton(OpenDatabase(configuration, data));
        builder.Services.AddSingleton(Migrations.Of("Outbox", typeof(Database).Assembly));
        builder.Services.AddModules(configuration, Program.Modules);
        builder.Services.AddSingleton<StageLatencies>();
        builder.Services.AddSingleton<ServerMeter>();
        builder.Services.AddSingleton<GatewayLimits>();
        builder.Services.AddSingleton<GatewaySessions>();
        builder.Services.AddSingleton<MemberRequests>();
        builder.Services.AddSingleton<SessionPresences>();
        builder.Services.AddSingleton<Ready>();
        builder.Services.AddSingleton<GatewayProtocol>();
        builder.Services.AddSingleton<GatewayEndpoint>();
        builder.Services.AddSingleton<GatewayDispatcher>();
        builder.Services.AddSingleton<IGatewayDispatcher>(provider => provider.GetRequiredService<GatewayDispatcher>());
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddSingleton<ApiPipeline>();
        builder.Services.AddSingleton<IEndpoint, GetGateway>();
        builder.Services.AddSingleton<IEndpoint, GetBotGateway>();
        builder.Services.AddRouting();
        replace?.Invoke(builder.Services);
        var server = new ChatServer(builder.Build());
        server.Configure();
        return server;
    }

    /// <summary>What every process of this program begins with: settings, data folder, log, clock and listeners.</summary>
    /// <param name="data">The data folder. It exists then, for this user alone.</param>
    public static WebApplicationBuilder NewBuilder(IReadOnlyDictionary<string, string?> settings, out string data)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = "wwwroot" });
        builder.Configuration.AddInMemoryCollection(settings);
        var configuration = builder.Configuration;
        var folder = data = DataFolder(configuration);
        PrivateFolder.Create(folder);

        // Why it cannot start is said in words, by who called.
        var log = new LoggerConfiguration().ReadFrom.Configuration(configuration).Filter.ByExcluding(entry => entry.MessageTemplate.Text == "Hosting failed to start").CreateLogger();
        builder.Logging.ClearProviders().AddSerilog(log, dispose: true);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, configuration, folder));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PrometheusText>();
        return builder;
    }

    public static string DataFolder(IConfiguration configuration) => Path.GetFullPath(configuration["Data"] ?? "data");

    /// <summary>Tells of settings that there are none of, and refuses in words to listen where others do. Before anything is opened.</summary>
    public static void CheckSettings(WebApplication app)
    {
        var configuration = app.Configuration;
        foreach (var key in Settings.Unknown(configuration))
            app.Services.GetRequiredService<ILogger<ChatServer>>().LogWarning("{Key} is no setting of this server: nothing comes of it", key);
        if (Listeners.Of(configuration).Select(Listeners.WhyNot).FirstOrDefault(why => why is not null) is { } why)
            throw new InvalidOperationException(why);
    }

    /// <summary>Opens the stores: migrations, ids, and what the modules do at start.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _database.StartAsync(Services.GetServices<Migrations>().OrderBy(set => set.Module != "Outbox"), cancellationToken);
        _relay = Services.GetRequiredService<Relay>();
        await _relay.StartAsync();
        foreach (var startup in Services.GetServices<BuildingBlocks.IStartup>())
            await startup.StartAsync(cancellationToken);
    }

    /// <summary>Opens the stores and serves. Returns when the listeners accept.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        CheckSettings(_app);
        await OpenAsync(cancellationToken);
        var sessions = Services.GetRequiredService<GatewaySessions>();
        _sweep = new Timer(_ => _ = sessions.SweepAsync(), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        await _app.StartAsync(cancellationToken);
        IsReady = true;
        await GreetAsync();
    }

    /// <summary>Serves until SIGTERM or Ctrl+C. The listeners stay open: clients are still to be told.</summary>
    public Task WaitAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _app.Lifetime.ApplicationStopping.Register(asked.SetResult);
        return asked.Task;
    }

    /// <summary>Graceful: clients are told to come back, what is queued is written, then everything closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsReady)
            Services.GetRequiredService<ILogger<ChatServer>>().LogInformation("Stopping: clients are told to come back, and what is queued is written");
        IsReady = false;
        await Services.GetRequiredService<GatewayEndpoint>().StopAsync(s_goodbye);
        if (_sweep is not null)
            await _sweep.DisposeAsync();
        await _app.StopAsync();
        if (_relay is not null)
            await _relay.DisposeAsync();
        await Services.GetRequiredService<GatewayDispatcher>().DisposeAsync();
        await _database.DisposeAsync();
        await _app.DisposeAsync();
    }

    private static Database OpenDatabase(IConfiguration configuration, string data)
    {
        var engine = configuration["Database:Engine"] ?? "sqlite";
        return engine switch
        {
            "sqlite" => new SqliteDatabase(Path.Combine(data, "chat.db"), TimeProvider.System),
            "postgres" when configuration["Database:Postgres"] is { Length: > 0 } connection => OpenPostgres(connection),
            "postgres" => throw new InvalidOperationException("Database:Engine is postgres, but Database:Postgres (the connection string) is empty."),
            _ => throw new InvalidOperationException($"Database:Engine is '{engine}'; it can be sqlite or postgres."),
        };
    }

    private static PostgresDatabase OpenPostgres(string connection)
    {
        try
        {
            return new PostgresDatabase(connection);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"Database:Postgres is no connection string: {e.Message}", e);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, IConfiguration configuration, string data)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBody;
        kestrel.Limits.MaxRequestBufferSize = MaxRequestBuffer;
        TlsCertificate? certificate = null;
        foreach (var address in Listeners.Of(configuration))
        {
            void Configure(ListenOptions listener)
            {
                // WebSockets over HTTP/2 have no upgrade; browsers then take HTTP/1.1 for everything, which costs nothing here.
                listener.Protocols = HttpProtocols.Http1;
                if (address.Scheme != "https")
                    return;
                var tls = certificate ??= TlsCertificate.Open(configuration, data);
                listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.Options) });
            }

            if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
                kestrel.Listen(ip, address.Port, Configure);
            else if (address.Host == "localhost")
                kestrel.ListenLocalhost(address.Port, Configure);
            else
                kestrel.ListenAnyIP(address.Port, Configure);
        }
    }

    private void Configure()
    {
        var gateway = Services.GetRequiredService<GatewayEndpoint>();
        var api = Services.GetRequiredService<ApiPipeline>();
        _app.Use((http, next) => GatewayEndpoint.IsHandshake(http) ? gateway.HandleAsync(http) : api.RunAsync(http, next));
        _app.UseRouting();
        _app.UseMiddleware<WebClient>();
        _app.MapGet("/healthz", http => HealthAsync(http, isAlive: true));
        _app.MapGet("/readyz", http => HealthAsync(http, IsReady));
        Services.GetRequiredService<ServerMeter>();
        MetricsEndpoint.Map(_app);
        api.Map(_app);
        foreach (var module in Program.Modules)
            module.Map(_app);
    }

    private Task HealthAsync(HttpContext http, bool isAlive)
    {
        var drift = Services.GetRequiredService<SnowflakeGenerator>().Drift;
        var status = !isAlive ? "starting" : _database.IsConnected ? "ok" : "degraded";
        var body = new { status, database = _database.Engine, database_connected = _database.IsConnected, sessions = Services.GetRequiredService<GatewaySessions>().Count, clock_drift_ms = (long)drift.TotalMilliseconds };
        http.Response.StatusCode = isAlive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        return http.Response.Body.WriteAsync(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body), http.RequestAborted).AsTask();
    }

    private async Task GreetAsync()
    {
        var logger = Services.GetRequiredService<ILogger<ChatServer>>();
        foreach (var url in _app.Urls)
            logger.LogInformation("Now listening on {Url}", url);
        if (await Services.GetRequiredService<IMediator>().Send(new GetOwnerClaim()) is { } claim)
            logger.LogInformation("This server has no owner yet. Whoever opens this link after logging in becomes it: {Url}/claim/{Claim}",
                _app.Configuration["PublicUrl"] is { Length: > 0 } address ? address.TrimEnd('/') : _app.Urls.FirstOrDefault(), claim);
    }
}
