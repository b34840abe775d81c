using System.Collections.Concurrent;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using Microsoft.Extensions.Configuration;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Recent messages by their nonce, so that a repeated send returns the first message.</summary>
/// <remarks>Source: Discord docs, "Create Message", enforce_nonce: unique "in the past few minutes". Read and written on the channel's lane.</remarks>
internal sealed class Nonces(TimeProvider clock)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(Snowflake Channel, Snowflake Author, string Nonce), (Task<Message> Message, DateTimeOffset At)> _recent = new();
    private readonly DateTimeOffset _since = clock.GetUtcNow();
    private DateTimeOffset _swept = clock.GetUtcNow();

    /// <summary>Whether a nonce could be older than this memory: then the store must be asked.</summary>
    public bool IsYoung => clock.GetUtcNow() - _since < Window;

    public Task<Message>? Find(Snowflake channel, Snowflake author, string nonce) =>
        _recent.TryGetValue((channel, author, nonce), out var found) && clock.GetUtcNow() - found.At < Window ? found.Message : null;

    public void Remember(Snowflake channel, Snowflake author, string nonce, Task<Message> message)
    {
        var now = clock.GetUtcNow();
        _recent[(channel, author, nonce)] = (message, now);
        if (now - _swept < TimeSpan.FromMinutes(1))
            return;
        _swept = now;
        foreach (var (key, value) in _recent)
        {
            if (now - value.At >= Window)
                _recent.TryRemove(key, out _);
        }
    }

    /// <summary>A send that failed may be tried again with the same nonce.</summary>
    public void Forget(Snowflake channel, Snowflake author, string nonce) => _recent.TryRemove((channel, author, nonce), out _);
}

/// <summary>When each user last posted, or last started a thread, in each channel that has slowmode. Read and written on the channel's lane.</summary>
internal sealed class Slowmode(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(Snowflake Channel, Snowflake User, bool OfThreads), DateTimeOffset> _last = new();

    /// <returns>Seconds to wait, or null: may post.</returns>
    public double? WaitFor(Snowflake channel, Snowflake user, int seconds, bool ofThreads = false)
    {
        if (seconds == 0 || !_last.TryGetValue((channel, user, ofThreads), out var last))
            return null;
        var wait = (last + TimeSpan.FromSeconds(seconds) - clock.GetUtcNow()).TotalSeconds;
        return wait > 0 ? wait : null;
    }

    public void Note(Snowflake channel, Snowflake user, int seconds, bool ofThreads = false)
    {
        if (seconds > 0)
            _last[(channel, user, ofThreads)] = clock.GetUtcNow();
    }
}

/// <summary>When @everyone was last used in each large guild. Read and written on the guild's lane.</summary>
/// <remarks>Source: design decision: above <c>Messaging:EveryoneCooldownMembers</c> members once in ten minutes, whoever may.</remarks>
internal sealed class EveryoneCooldown(TimeProvider clock, IConfiguration configuration)
{
    private static readonly TimeSpan s_cooldown = TimeSpan.FromMinutes(10);

    private readonly int _members = configuration.GetValue("Messaging:EveryoneCooldownMembers", 10_000);
    private readonly ConcurrentDictionary<Snowflake, DateTimeOffset> _last = new();

    /// <returns>Seconds to wait, or null: may be used.</returns>
    public double? WaitFor(ChannelAccess access)
    {
        if (!IsLarge(access) || !_last.TryGetValue(access.GuildId!.Value, out var last))
            return null;
        var wait = (last + s_cooldown - clock.GetUtcNow()).TotalSeconds;
        return wait > 0 ? wait : null;
    }

    public void Note(ChannelAccess access)
    {
        if (IsLarge(access))
            _last[access.GuildId!.Value] = clock.GetUtcNow();
    }

    private bool IsLarge(ChannelAccess access) => access.View is { } guild && guild.MemberCount > _members;
}
