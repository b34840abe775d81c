using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>What time alone does to events: those elsewhere start and end, those in a channel that nobody started are cancelled.</summary>
/// <remarks>Source: Discord docs, "Guild Scheduled Event Status Update Automation". After a standstill everything that was missed follows in order.</remarks>
internal sealed partial class EventClock(GuildHomes homes, EventStore store, EventChanges changes, Database database, TimeProvider clock, ILogger<EventClock> logger) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    /// <summary>Does what is due at a moment.</summary>
    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await store.DueAsync(now, Batch) is { Count: > 0 } due)
        {
            foreach (var (guildId, eventId) in due)
                await MoveAsync(guildId, eventId, now, cancellationToken);
        }
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

    private async Task MoveAsync(Snowflake guildId, Snowflake eventId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await homes.EnterAsSystemAsync(guildId, cancellationToken) is not { } entered)
        {
            await database.CommitAsync(EventStore.SetDue(new WriteUnit(), guildId, eventId, null));
            return;
        }

        using var turn = entered.Turn;
        var planned = entered.State.Objects.Find<ScheduledEvent>(eventId);
        var unit = new WriteUnit();
        if (planned?.Due is not { } due || due.Time > now)
        {
            await database.CommitAsync(EventStore.SetDue(unit, guildId, eventId, planned?.Due));
            return;
        }

        var next = (planned.Status, planned.EntityType) switch
        {
            (EventStatus.Scheduled, EventEntity.External) => changes.Start(unit, entered.State, planned, planned, Doer.Platform).Value,
            (EventStatus.Active, _) => changes.End(unit, entered.State, planned, EventStatus.Completed, now, Doer.Platform),
            _ => changes.End(unit, entered.State, planned, EventStatus.Canceled, now, Doer.Platform),
        };
        unit.Then(() => entered.Home.State = next);
        await database.CommitAsync(unit);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Starting and ending scheduled events failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
