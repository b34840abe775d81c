using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Calls;

/// <summary>Stops ringing for those who do not answer.</summary>
internal sealed partial class RingClock(RunningCalls calls, TimeProvider clock, ILogger<RingClock> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>Does what is due at a moment.</summary>
    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var channelId in calls.All.Where(call => call.Ringing.Values.Any(until => until <= now)).Select(call => call.ChannelId))
            await calls.QuietenAsync(channelId, call => call.Ringing.Where(rung => rung.Value <= now).Select(rung => rung.Key), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The edge of a loop that must survive: the next round tries again.
                LogFailed(logger, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Calls that nobody answers could not be quietened; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
