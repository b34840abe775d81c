using System.Threading.Channels;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Media.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Media.Blobs;

/// <summary>
/// Takes blobs in and deletes those that nothing refers to. A blob stays as long as somebody holds it in memory or a row refers to it.
/// </summary>
/// <remarks>
/// Whatever may have no reference stands in media_doubtful: written before a blob gets its name and with every release, so that no crash
/// leaves a file that nobody knows of. The keeper looks at each doubtful blob after the commit, and at all of them at start.
/// </remarks>
internal sealed partial class BlobKeeper(IBlobStore files, MediaStore store, Database database, ILogger<BlobKeeper> logger) : BackgroundService, IStartup
{
    private const int Slice = 500;
    private const int Locks = 64;

    private readonly Dictionary<string, int> _held = [];
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    ValueTask IStartup.StartAsync(CancellationToken cancellationToken)
    {
        Wake();
        return files.DiscardDraftsAsync(cancellationToken);
    }

    /// <summary>Finishes a draft and holds the blob.</summary>
    /// <returns>Lets it go; call once.</returns>
    public async ValueTask<Action> TakeAsync(IBlobDraft draft, string blob, CancellationToken cancellationToken)
    {
        await LockOf(blob).WaitAsync(cancellationToken);
        try
        {
            // Doubtful first: a crash before the reference is committed leaves a row to find the file by.
            await database.CommitAsync(MediaStore.Doubt(new WriteUnit(), blob));
            await draft.FinishAsync(blob, cancellationToken);
            return Hold(blob);
        }
        finally
        {
            LockOf(blob).Release();
        }
    }

    /// <summary>Holds a blob that a row refers to: that row is to be looked at once more afterwards.</summary>
    public async ValueTask<Action> HoldAsync(string blob, CancellationToken cancellationToken)
    {
        // Not while it is being decided on.
        await LockOf(blob).WaitAsync(cancellationToken);
        try
        {
            return Hold(blob);
        }
        finally
        {
            LockOf(blob).Release();
        }
    }

    /// <summary>There may be blobs without a reference now.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _wakes.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The disk or the database refuses: the rows are still there for the next time.
                LogFailed(logger, e);
            }
        }
    }

    /// <summary>Looks at every doubtful blob once.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        var after = "";
        while (await store.DoubtfulAsync(after, Slice) is { Count: > 0 } blobs)
        {
            foreach (var blob in blobs)
                await JudgeAsync(blob, cancellationToken);
            after = blobs[^1];
        }
    }

    private Action Hold(string blob)
    {
        lock (_held)
            _held[blob] = _held.GetValueOrDefault(blob) + 1;
        return () =>
        {
            lock (_held)
            {
                if (--_held[blob] == 0)
                    _held.Remove(blob);
            }

            Wake();
        };
    }

    private async ValueTask JudgeAsync(string blob, CancellationToken cancellationToken)
    {
        // Nobody can take the same bytes in until it is decided.
        await LockOf(blob).WaitAsync(cancellationToken);
        try
        {
            lock (_held)
            {
                if (_held.ContainsKey(blob))
                    return;
            }

            var unit = new WriteUnit();
            if (await store.IsReferredToAsync(blob))
            {
                MediaStore.Trust(unit, blob);
            }
            else
            {
                await files.DeleteAsync(blob, cancellationToken);
                MediaStore.Forget(unit, blob);
            }

            await database.CommitAsync(unit, WritePriority.Bulk);
        }
        finally
        {
            LockOf(blob).Release();
        }
    }

    private SemaphoreSlim LockOf(string blob) => _locks[Convert.ToInt32(blob[..2], 16) % Locks];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files that nothing refers to could not be deleted; the next time tries again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
