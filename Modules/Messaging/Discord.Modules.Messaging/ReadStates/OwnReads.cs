using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>
/// Who writes in a channel has read it. Noted in memory when a message is durable and stored some seconds later, one row for however many
/// messages: a message itself costs nothing for it. A crash loses none: the start finds them in the newest messages. ADR 0013.
/// </summary>
internal sealed partial class OwnReads(MessageStore messages, Database database, TimeProvider clock, ILogger<OwnReads> logger) : BackgroundService, IStartup
{
    private const int Slice = 500;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    // Far more than what a crash can leave unsaved.
    private static readonly TimeSpan s_lookBack = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(Snowflake User, Snowflake Channel), Snowflake> _unsaved = [];

    async ValueTask IStartup.StartAsync(CancellationToken cancellationToken)
    {
        var newest = await messages.GreatestIdAsync();
        if (newest == default)
            return;
        foreach (var (author, channel, message) in await messages.NewestOfAuthorsAsync(Snowflake.FirstAt(DateTimeOffset.FromUnixTimeMilliseconds(newest.CreatedAt) - s_lookBack)))
            Note(author, channel, message);
    }

    /// <summary>Runs on the writer, for each message.</summary>
    public void Note(Snowflake userId, Snowflake channelId, Snowflake messageId)
    {
        lock (_gate)
            _unsaved[(userId, channelId)] = messageId;
    }

    /// <summary>What is not stored yet of a user: the channels with the newest own message.</summary>
    public IReadOnlyList<(Snowflake ChannelId, Snowflake MessageId)> Of(Snowflake userId)
    {
        lock (_gate)
            return [.. _unsaved.Where(entry => entry.Key.User == userId).Select(entry => (entry.Key.Channel, entry.Value))];
    }

    /// <summary>A stored state with the user's own messages over it.</summary>
    public StoredReadState Over(Snowflake userId, StoredReadState state)
    {
        lock (_gate)
            return state.Type == 0 && _unsaved.TryGetValue((userId, state.Id), out var own) ? state.Wrote(own) : state;
    }

    /// <summary>Queues a unit that stores these channels' states anew: what was noted before is in them, and may not come over them later.</summary>
    public Task CommitAsync(WriteUnit unit, Snowflake userId, IEnumerable<Snowflake> channelIds)
    {
        lock (_gate)
        {
            foreach (var channel in channelIds)
                _unsaved.Remove((userId, channel));
            return database.CommitAsync(unit);
        }
    }

    /// <summary>Stores what was noted.</summary>
    public async Task SaveAsync()
    {
        KeyValuePair<(Snowflake User, Snowflake Channel), Snowflake>[] slice;
        do
        {
            Task saved;
            lock (_gate)
            {
                slice = [.. _unsaved.Take(Slice)];
                if (slice.Length == 0)
                    return;
                var unit = new WriteUnit();
                foreach (var ((user, channel), message) in slice)
                    ReadStateStore.Raise(unit, user, channel, message);
                saved = database.CommitAsync(unit);
            }

            await saved;
            lock (_gate)
            {
                foreach (var (key, message) in slice)
                {
                    if (_unsaved.GetValueOrDefault(key) == message)
                        _unsaved.Remove(key);
                }
            }
        }
        while (slice.Length == Slice);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SaveAsync();
                }
                catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
                {
                    LogFailed(logger, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What people have read by writing could not be saved; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
