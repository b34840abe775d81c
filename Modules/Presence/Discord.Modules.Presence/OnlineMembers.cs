using System.Collections.Concurrent;
using Discord.Protocol;

namespace Discord.Modules.Presence;

/// <summary>Who of each guild is online. Thread-safe.</summary>
internal sealed class OnlineMembers
{
    private readonly ConcurrentDictionary<Snowflake, HashSet<Snowflake>> _byGuild = new();

    /// <summary>A guild's online members in no order, as they are now.</summary>
    public IReadOnlyCollection<Snowflake> Of(Snowflake guildId)
    {
        if (!_byGuild.TryGetValue(guildId, out var members))
            return [];
        lock (members)
            return [.. members];
    }

    public int CountOf(Snowflake guildId)
    {
        if (!_byGuild.TryGetValue(guildId, out var members))
            return 0;
        lock (members)
            return members.Count;
    }

    public void Add(Snowflake guildId, Snowflake userId)
    {
        while (true)
        {
            var members = _byGuild.GetOrAdd(guildId, _ => []);
            lock (members)
            {
                // The last one may have gone just now, and the set with them.
                if (!_byGuild.TryGetValue(guildId, out var present) || present != members)
                    continue;
                members.Add(userId);
                return;
            }
        }
    }

    public void Remove(Snowflake guildId, Snowflake userId)
    {
        if (!_byGuild.TryGetValue(guildId, out var members))
            return;
        lock (members)
        {
            if (members.Remove(userId) && members.Count == 0)
                _byGuild.TryRemove(KeyValuePair.Create(guildId, members));
        }
    }
}
