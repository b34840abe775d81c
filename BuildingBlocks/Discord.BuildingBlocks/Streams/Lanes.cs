using Discord.Protocol;

namespace Discord.BuildingBlocks.Streams;

/// <summary>The 1,024 slots. Each guild, direct message channel and user belongs to one; a slot's writes are decided one after another.</summary>
/// <remarks>Source: design decision, ADR 0004. One host holds every slot; a call to a home is then a turn on its lane.</remarks>
public sealed class Lanes
{
    public const int Count = 1024;

    private readonly Lane[] _lanes = [.. Enumerable.Range(0, Count).Select(_ => new Lane())];

    /// <summary>The slot of a guild id, direct message channel id or user id.</summary>
    /// <remarks>Fibonacci hashing: snowflakes of one process share their low bits, so a plain remainder would use few slots.</remarks>
    public static int SlotOf(Snowflake key) => (int)(key.Value * 0x9E3779B97F4A7C15UL >> 54);

    public Lane this[Snowflake key] => _lanes[SlotOf(key)];
}

/// <summary>
/// The order of one slot: who holds the turn decides, takes ids and queues the commit; nobody else of the slot does meanwhile.
/// A turn MUST NOT be taken while holding one, and MUST NOT be held over anything slower than a commit.
/// </summary>
public sealed class Lane
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken = default)
    {
        // Uncontended, the usual case, takes no continuation.
        if (!_gate.Wait(0, CancellationToken.None))
            await _gate.WaitAsync(cancellationToken);
        return new Turn(this);
    }

    /// <summary>The right to decide in a slot; disposing hands it on.</summary>
    public readonly struct Turn(Lane lane) : IDisposable
    {
        public void Dispose() => lane?._gate.Release();
    }
}
