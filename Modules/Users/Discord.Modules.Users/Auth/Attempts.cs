using System.Collections.Concurrent;

namespace Discord.Modules.Users.Auth;

/// <summary>So many tries in a window, for each key: an address, an account.</summary>
internal sealed class Attempts<TKey>(int limit, TimeSpan window, TimeProvider clock) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Queue<DateTimeOffset>> _recent = new();

    /// <summary>Takes one try.</summary>
    /// <returns>Null, or the seconds until there is one again.</returns>
    public double? Take(TKey key)
    {
        var now = clock.GetUtcNow();
        var recent = _recent.GetOrAdd(key, _ => new Queue<DateTimeOffset>());
        lock (recent)
        {
            while (recent.TryPeek(out var oldest) && now - oldest >= window)
                recent.Dequeue();
            if (recent.Count >= limit)
                return (recent.Peek() + window - now).TotalSeconds;
            recent.Enqueue(now);
            return null;
        }
    }

    /// <summary>Forgets the tries: the last one was right.</summary>
    public void Clear(TKey key) => _recent.TryRemove(key, out _);
}
