using System.Collections.Concurrent;
using Discord.BuildingBlocks.Api;

namespace Discord.Host.Api;

/// <summary>One look at a bucket.</summary>
/// <param name="Remaining">Requests left in the window after this one.</param>
/// <param name="ResetAfter">Until the window ends.</param>
/// <param name="Reset">When the window ends.</param>
internal readonly record struct RateLimitState(bool IsAllowed, int Limit, int Remaining, TimeSpan ResetAfter, DateTimeOffset Reset, bool IsGlobal);

/// <summary>Fixed windows per caller, bucket and major parameter, and one of 50 a second for all requests of a caller.</summary>
/// <remarks>Source: Discord docs, Topics, Rate Limits; protocol.md 2.3. In memory: a restart forgives.</remarks>
internal sealed class RateLimiter(IConfiguration configuration, TimeProvider clock, ILogger<RateLimiter> logger)
{
    private static readonly RateLimit s_global = RateLimit.Per("global", 50, 1);

    private readonly ConcurrentDictionary<(string Caller, string Bucket, string Major), Window> _windows = new();
    private long _swept = clock.GetTimestamp();

    /// <summary>RateLimits:Enabled; for load tests and tests of other things it can be off.</summary>
    public bool IsEnabled { get; } = Read(configuration, logger);

    /// <summary>Takes one request of a caller's global allowance.</summary>
    public RateLimitState TryTakeGlobal(string caller) => TryTake(caller, s_global, "") with { IsGlobal = true };

    public RateLimitState TryTake(string caller, RateLimit limit, string major)
    {
        var now = clock.GetUtcNow();
        if (!IsEnabled)
            return new RateLimitState(true, limit.Requests, limit.Requests - 1, limit.Window, now + limit.Window, false);
        Sweep(now);
        var window = _windows.GetOrAdd((caller, limit.Name, major), _ => new Window());
        lock (window)
        {
            if (now >= window.End)
            {
                window.End = now + limit.Window;
                window.Used = 0;
            }

            var allowed = window.Used < limit.Requests;
            if (allowed)
                window.Used++;
            return new RateLimitState(allowed, limit.Requests, limit.Requests - window.Used, window.End - now, window.End, false);
        }
    }

    private static bool Read(IConfiguration configuration, ILogger logger)
    {
        var enabled = configuration.GetValue("RateLimits:Enabled", true);
        if (!enabled)
            logger.LogWarning("RATE LIMITS ARE OFF (RateLimits:Enabled is false): anybody may send as fast as they can. Only for tests.");
        return enabled;
    }

    private void Sweep(DateTimeOffset now)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _swept)) < TimeSpan.FromSeconds(30))
            return;
        Volatile.Write(ref _swept, clock.GetTimestamp());
        foreach (var (key, window) in _windows)
        {
            if (now > window.End + TimeSpan.FromSeconds(1))
                _windows.TryRemove(key, out _);
        }
    }

    private sealed class Window
    {
        public DateTimeOffset End;
        public int Used;
    }
}
