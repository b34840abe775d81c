using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Discord.Protocol;

namespace Discord.Modules.Users.Mfa;

/// <summary>Logins that had the right password and wait for a code. In memory, for five minutes.</summary>
internal sealed class Tickets(TimeProvider clock)
{
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (Snowflake UserId, DateTimeOffset Expires)> _open = new();

    public string Open(Snowflake userId)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, entry) in _open)
        {
            if (entry.Expires <= now)
                _open.TryRemove(old, out _);
        }

        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _open[ticket] = (userId, now + s_life);
        return ticket;
    }

    /// <summary>Whose login it is, or null: unknown, used or too old.</summary>
    public Snowflake? Find(string ticket) => _open.TryGetValue(ticket, out var entry) && entry.Expires > clock.GetUtcNow() ? entry.UserId : null;

    public void Close(string ticket) => _open.TryRemove(ticket, out _);
}
