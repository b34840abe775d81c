using Discord.BuildingBlocks.Storage;
using Discord.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Guilds.AuditLog;

/// <summary>Removes entries that are older than they are kept, every hour, a small slice at a time.</summary>
internal sealed partial class AuditLogSweep(AuditLogStore store, Database database, TimeProvider clock, ILogger<AuditLogSweep> logger) : BackgroundService
{
    /// <summary>Source: Discord docs, Resources, Audit Log: 45 days.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(45);

    // Holds the writer for some milliseconds at most; others go between two.
    private const int Slice = 500;

    /// <summary>Removes everything that is too old.</summary>
    /// <returns>How many slices there were.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var end = Snowflake.FirstAt(clock.GetUtcNow() - Kept);
        var slices = 0;
        for (; await store.OldestAsync(end, Slice) is { } last; slices++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await database.CommitAsync(AuditLogStore.DeleteUpTo(new WriteUnit(), last), WritePriority.Bulk);
        }

        return slices;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
            {
                LogFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries of the audit logs could not be removed; the next hour tries again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
