using Discord.Protocol;
using Microsoft.Extensions.Configuration;

namespace Discord.BuildingBlocks;

/// <summary>Makes ids that strictly increase, whatever the clock does.</summary>
/// <remarks>
/// Thread-safe. An id is <c>max(now, last + 1)</c>: a clock that steps back, or more than 4,096 ids in one millisecond, borrows from the
/// following milliseconds and never breaks order. <see cref="Seed"/> continues from the greatest stored id.
/// </remarks>
public sealed class SnowflakeGenerator(TimeProvider clock, IConfiguration? configuration = null)
{
    private readonly ulong _node = configuration?.GetValue("Node:Id", 0) is not { } id ? 0
        : id is >= 0 and < 1024 ? (ulong)id : throw new InvalidOperationException($"Node:Id is '{id}'; it must be a number from 0 to 1023.");

    // Milliseconds since Discord's epoch, shifted by the 12 bits of the increment.
    private long _last;

    /// <summary>By how much the newest id is ahead of the clock; beyond 5 s the instance should refuse writes.</summary>
    public TimeSpan Drift => TimeSpan.FromMilliseconds(Math.Max(0, (Volatile.Read(ref _last) >> 12) - Now()));

    /// <summary>Every later id is greater than <paramref name="greatest"/>.</summary>
    public void Seed(Snowflake greatest)
    {
        // Past that whole millisecond: another node's bits may make its ids of the same one greater than ours.
        var seed = ((long)(greatest.Value >> 22) << 12) | 0xFFF;
        for (var last = Volatile.Read(ref _last); seed > last;)
            last = Interlocked.CompareExchange(ref _last, seed, last) is var seen && seen == last ? seed : seen;
    }

    public Snowflake Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(Now() << 12, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return new Snowflake(((ulong)(next >> 12) << 22) | (_node << 12) | ((ulong)next & 0xFFF));
        }
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds() - Snowflake.Epoch;
}
