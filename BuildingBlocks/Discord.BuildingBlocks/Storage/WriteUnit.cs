using Discord.BuildingBlocks.Streams;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.BuildingBlocks.Storage;

/// <summary>What becomes durable together: statements, and the events that say so. Either all of it is committed or nothing.</summary>
/// <remarks>
/// Units of one lane commit in the order in which they were handed to <see cref="Database.CommitAsync"/>, many in one transaction.
/// SQL is the common part of SQLite's and PostgreSQL's dialects with <c>$1, $2 …</c> for the arguments.
/// </remarks>
public sealed class WriteUnit
{
    internal const string InsertOutbox = "INSERT INTO outbox (position, slot, name, data) VALUES ($1, $2, $3, $4)";

    internal List<Statement> Statements { get; } = [];

    internal List<StreamItem> Items { get; } = [];

    internal Action? Applied { get; private set; }

    /// <summary>When it was handed over, in ticks of the stopwatch; null: nobody waits for it.</summary>
    internal long? QueuedAt { get; set; }

    internal TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WriteUnit Add(string sql, params object?[] arguments)
    {
        Statements.Add(new Statement(sql, arguments, null));
        return this;
    }

    /// <summary>Appends an event to the outbox, in the same transaction.</summary>
    /// <param name="view">The guild as it is after this unit; null outside guilds.</param>
    public WriteUnit Publish(GatewayEvent e, IGuildView? view = null)
    {
        var item = new StreamItem(e.Audience.StreamKey, e, e.SerializeData(), view, null);
        Items.Add(item);
        Statements.Add(new Statement(InsertOutbox, [0L, (long)Lanes.SlotOf(item.StreamKey), e.Name, item.Data], item));
        return this;
    }

    /// <summary>Runs when the unit is durable and before anybody hears of it: a client that was told of a change must find it made.</summary>
    /// <param name="apply">Changes memory only; must not wait.</param>
    public WriteUnit Then(Action apply)
    {
        Applied += apply;
        return this;
    }

    /// <summary>Puts a watcher into the guild's stream: it sees every event that comes after this unit and none before.</summary>
    public WriteUnit Watch(Snowflake guildId, IGuildView view, object watcher)
    {
        Items.Add(new StreamItem(guildId, null, null, view, watcher));
        return this;
    }
}

/// <summary>What a module derives from an event in the very commit that publishes it, whoever publishes: rows, or memory by <see cref="WriteUnit.Then"/>; what may not lag behind as a consumer does.</summary>
public interface ICommitProjection
{
    /// <summary>Adds to the unit of an event; most events are none of its business. Called for each published event: no waiting, no reading.</summary>
    void Project(GatewayEvent e, WriteUnit unit);
}

/// <param name="Outbox">The stream entry whose position the writer puts into the first argument; null for other statements.</param>
internal readonly record struct Statement(string Sql, object?[] Arguments, StreamItem? Outbox);

/// <summary>Which queue a unit waits in.</summary>
public enum WritePriority
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>Purges and trimming: one unit, of at most some milliseconds, between two commits of the others.</summary>
    Bulk,
}

/// <summary>A unique key is taken: the one constraint that callers expect and turn into an answer.</summary>
public sealed class UniqueViolationException(string constraint, Exception inner) : Exception($"A unique key is taken: {constraint}", inner)
{
    /// <summary>Names the table and column, or the constraint.</summary>
    public string Constraint { get; } = constraint;
}
