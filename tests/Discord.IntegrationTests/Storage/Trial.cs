using System.Data.Common;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.IntegrationTests.Storage;

/// <summary>An event that only tests publish.</summary>
internal sealed record Noted(int Number, string EventName = "NOTED") : GatewayEvent
{
    public override string Name => EventName;
    public override Intents Intents => Intents.None;
    public override Audience Audience => Audience.Nobody(new Snowflake(1));
    public override object Data => new { number = Number };
}

/// <summary>Tables that only tests use.</summary>
internal static class Trial
{
    public static readonly Migrations Tables = new("Trial",
    [
        new(1, "parts", "CREATE TABLE parts (unit BIGINT NOT NULL, part BIGINT NOT NULL, PRIMARY KEY (unit, part)) {clustered}"),
        new(2, "values", "CREATE TABLE kept (id BIGINT NOT NULL PRIMARY KEY, number BIGINT, text TEXT, bytes {blob}, name TEXT UNIQUE)"),
    ]);

    public static async Task<Database> StartAsync(this Database database, params Migrations[] migrations)
    {
        await database.StartAsync(migrations, CancellationToken.None);
        return database;
    }

    public static WriteUnit Part(this WriteUnit unit, int number, int part) => unit.Add("INSERT INTO parts (unit, part) VALUES ($1, $2)", number, part);

    public static async Task<long> CountAsync(this Database database, string table) => await database.FirstAsync($"SELECT count(*) FROM {table}", row => row.GetInt64(0));

    /// <summary>Every outbox row: its position and the number of its event.</summary>
    public static ValueTask<List<(long Position, int Number)>> OutboxAsync(this Database database) =>
        database.QueryAsync("SELECT position, data FROM outbox ORDER BY position", row => (row.GetInt64(0), NumberOf(row.GetFieldValue<byte[]>(1))));

    public static int NumberOf(byte[] data) => System.Text.Json.JsonDocument.Parse(data).RootElement.GetProperty("number").GetInt32();

    public static long Long(DbDataReader row) => row.GetInt64(0);
}

/// <summary>
/// Keeps a database's writer busy inside the commit of a first unit, so that everything queued meanwhile waits and is taken together.
/// Remembers the events in the order of their commits.
/// </summary>
internal sealed class HeldWriter
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _go = new();
    private readonly Lock _gate = new();
    private readonly List<StreamItem> _committed = [];

    private HeldWriter(Database database) => database.Committed = OnCommitted;

    public IReadOnlyList<StreamItem> Committed
    {
        get
        {
            lock (_gate)
                return [.. _committed];
        }
    }

    public IEnumerable<int> Numbers => Committed.Select(item => ((Noted)item.Event!).Number);

    /// <summary>Commits a unit and holds the writer right after it.</summary>
    public static async Task<HeldWriter> HoldAsync(Database database)
    {
        var writer = new HeldWriter(database);
        _ = database.CommitAsync(new WriteUnit().Publish(new Noted(-1)));
        await writer._held.Task;
        return writer;
    }

    public void Release() => _go.Set();

    private void OnCommitted(IReadOnlyList<StreamItem> items)
    {
        lock (_gate)
            _committed.AddRange(items);
        if (_held.TrySetResult())
            _go.Wait();
    }
}
