using System.Collections.Concurrent;

namespace Discord.Modules.Users.Auth;

/// <summary>So many tries in a window, for each key: an address, an account.</summary>
internal sealed class Attempts<TKey>(int limit, TimeSpan window, TimeProvider clock) where TKey : notnull
{
    // More keys than this are looked through for those whose tries are all over: addresses are without number.
    private const int MaxKeys = 10_000;

    private readonly ConcurrentDictionary<TKey, Queue<DateTimeOffset>> _recent = new();

    /// <summary>Keys that are remembered.</summary>
    public int Count => _recent.Count;

    /// <summary>Takes one try.</summary>
    /// <returns>Null, or the seconds until there is one again.</returns>
    public double? Take(TKey key)
    {
        var now = clock.GetUtcNow();
        if (_recent.Count >= MaxKeys)
            ForgetOld(now);
        var recent = _recent.GetOrAdd(key, _ => new Queue<DateTimeOffset>());
        lock (recent)
        {
            DropOld(recent, now);
            if (recent.Count >= limit)
                return (recent.Peek() + window - now).TotalSeconds;
            recent.Enqueue(now);
            return null;
        }
    }

    /// <summary>Forgets the tries: the last one was right.</summary>
    public void Clear(TKey key) => _recent.TryRemove(key, out _);

    private void ForgetOld(DateTimeOffset now)
    {
        foreach (var (key, recent) in _recent)
        {
            lock (recent)
            {
                DropOld(recent, now);
                if (recent.Count == 0)
                    _recent.TryRemove(key, out _);
            }
        }
    }

    private void DropOld(Queue<DateTimeOffset> recent, DateTimeOffset now)
    {
        while (recent.TryPeek(out var oldest) && now - oldest >= window)
            recent.Dequeue();
    }
}
