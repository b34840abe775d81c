using Discord.Protocol;

namespace Discord.BuildingBlocks;

/// <summary>What was looked at last, of something too large to keep whole. Thread-safe.</summary>
/// <param name="capacity">When there are this many, the half that was not looked at is forgotten; there are never more than half as many again.</param>
/// <remarks>
/// Two generations: what is looked at moves into the younger one, and the older one is dropped whole. A value that was read from the store while
/// any other changed is not kept: it may be the one from before the change.
/// </remarks>
public sealed class RecentlyUsed<T>(int capacity) where T : class
{
    private readonly Lock _gate = new();
    private Dictionary<Snowflake, T> _younger = [];
    private Dictionary<Snowflake, T> _older = [];
    private long _changes;

    public T? Find(Snowflake id)
    {
        lock (_gate)
        {
            if (_younger.TryGetValue(id, out var value))
                return value;
            if (_older.Remove(id, out value))
                Keep(id, value);
            return value;
        }
    }

    /// <summary>From memory, or read and kept. What is not there is asked for again next time.</summary>
    public async ValueTask<T?> FindAsync(Snowflake id, Func<Snowflake, ValueTask<T?>> read)
    {
        if (Find(id) is { } known)
            return known;
        var before = Volatile.Read(ref _changes);
        if (await read(id) is not { } value)
            return null;
        lock (_gate)
        {
            if (_changes == before && !_younger.ContainsKey(id))
                Keep(id, value);
        }

        return value;
    }

    /// <summary>The number of changes so far: what <see cref="KeepAll"/> is to be told.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Keeps what was read, unless something changed since <paramref name="before"/>.</summary>
    public void KeepAll(IEnumerable<KeyValuePair<Snowflake, T>> values, long before)
    {
        lock (_gate)
        {
            if (_changes != before)
                return;
            foreach (var (id, value) in values)
            {
                if (!_younger.ContainsKey(id))
                {
                    _older.Remove(id);
                    Keep(id, value);
                }
            }
        }
    }

    public void Set(Snowflake id, T value)
    {
        lock (_gate)
        {
            _changes++;
            _older.Remove(id);
            Keep(id, value);
        }
    }

    public void Remove(Snowflake id)
    {
        lock (_gate)
        {
            _changes++;
            _younger.Remove(id);
            _older.Remove(id);
        }
    }

    /// <summary>Changes the value of one id, if it is in memory.</summary>
    public void Change(Snowflake id, Func<T, T> change)
    {
        lock (_gate)
        {
            _changes++;
            if (Find(id) is { } value)
                _younger[id] = change(value);
        }
    }

    /// <summary>Changes every value in memory.</summary>
    public void ChangeAll(Func<T, T> change)
    {
        lock (_gate)
        {
            _changes++;
            foreach (var generation in (ReadOnlySpan<Dictionary<Snowflake, T>>)[_younger, _older])
            {
                foreach (var (id, value) in generation)
                    generation[id] = change(value);
            }
        }
    }

    /// <summary>The values in memory at this moment, in no order.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate)
                return [.. _younger.Values, .. _older.Values];
        }
    }

    private void Keep(Snowflake id, T value)
    {
        if (!_younger.ContainsKey(id) && _younger.Count >= capacity / 2 && _younger.Count + _older.Count >= capacity)
            (_older, _younger) = (_younger, []);
        _younger[id] = value;
    }
}
