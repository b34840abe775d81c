using Discord.Host.Metrics;
using Discord.Modules.Voice;

namespace Discord.Host;

/// <summary>A process that only carries voice, for the server that Voice:Home names: no database, no accounts, no pages (<c>--role voice</c>).</summary>
internal static class VoiceCarrier
{
    /// <summary>Serves until SIGTERM or Ctrl+C; whom it carries is told of another server first.</summary>
    public static async Task RunAsync(IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var builder = ChatServer.NewBuilder(settings, out _);
        foreach (var key in (ReadOnlySpan<string>)["Voice:Home", "Voice:Secret"])
        {
            if (string.IsNullOrEmpty(builder.Configuration[key]))
                throw new InvalidOperationException($"--role voice needs {key}.");
        }

        VoiceModule.AddCarrier(builder.Services, builder.Configuration.GetSection("Voice"));
        builder.Services.AddRouting();
        await using var app = builder.Build();
        app.MapGet("/healthz", () => Health(app, StatusCodes.Status200OK));
        app.MapGet("/readyz", () => Health(app, VoiceModule.IsServing(app.Services) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        MetricsEndpoint.Map(app);
        VoiceModule.MapServer(app);
        var logger = app.Services.GetRequiredService<ILogger<ChatServer>>();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(asked.SetResult);
        ChatServer.CheckSettings(app);
        await app.StartAsync(cancellationToken);
        logger.LogInformation("Carrying voice for {Home}, listening on {Urls}", builder.Configuration["Voice:Home"], string.Join(", ", app.Urls));
        await asked.Task;
        logger.LogInformation("Stopping: who is carried here is told of another server");
        await VoiceModule.DrainAsync(app.Services);
        await app.StopAsync(CancellationToken.None);
    }

    private static IResult Health(WebApplication app, int status) => Results.Json(new { status = VoiceModule.IsServing(app.Services) ? "ok" : "degraded", role = "voice" }, statusCode: status);
}
