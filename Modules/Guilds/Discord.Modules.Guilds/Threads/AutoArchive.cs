using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Guilds.Threads;

/// <summary>Archives threads in which nothing was written for as long as each says. Looks every minute at the guilds that are in memory; the others can wait until they are used.</summary>
/// <remarks>Source: Discord docs, Topics, Threads, "Active &amp; Archived Threads": pinned posts of a forum stay.</remarks>
internal sealed partial class AutoArchive(GuildHomes homes, Database database, TimeProvider clock, ILogger<AutoArchive> logger) : IStartup, IAsyncDisposable
{
    /// <summary>One commit carries no more, so that no guild waits long for its own sweep.</summary>
    private const int MaxAtOnce = 100;

    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);

    private readonly PeriodicTimer _timer = new(s_every, clock);
    private Task _running = Task.CompletedTask;

    public ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync();
        return ValueTask.CompletedTask;
    }

    /// <summary>Archives what is due.</summary>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var home in homes.Loaded)
        {
            while (home.State is { } seen && seen.Threads.Values.Any(thread => IsDue(home, thread, now)) && await homes.EnterAsSystemAsync(seen.Id, cancellationToken) is { } entered)
            {
                using var turn = entered.Turn;
                var changes = new ThreadChanges(home, entered.State, new WriteUnit());
                foreach (var thread in entered.State.Threads.Values.Where(thread => IsDue(home, thread, now)).Take(MaxAtOnce))
                    changes.Archive(thread, now);
                await database.CommitAsync(changes.Unit.Then(() => home.State = changes.Next));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running;
    }

    // The newest message's id tells when it came.
    private static bool IsDue(GuildHome home, GuildThread thread, DateTimeOffset now)
    {
        if (thread.Channel.IsPinned)
            return false;
        var metadata = thread.Channel.ThreadMetadata;
        var active = Math.Max(metadata.ArchiveTimestamp.UnixMilliseconds, home.MarksOf(thread.Id).LastMessageId?.CreatedAt ?? 0);
        return new Timestamp(active).Time + TimeSpan.FromMinutes(metadata.AutoArchiveDuration) <= now;
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            try
            {
                await SweepAsync(clock.GetUtcNow(), CancellationToken.None);
            }
            catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
            {
                LogFailed(logger, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Threads could not be archived; the next minute tries again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
