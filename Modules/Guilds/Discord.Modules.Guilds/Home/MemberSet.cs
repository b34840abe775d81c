using System.Collections.Concurrent;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Home;

/// <summary>The members of one guild. Written on the guild's lane after the commit; read by everybody.</summary>
internal sealed class MemberSet
{
    private readonly ConcurrentDictionary<Snowflake, MemberState> _members = new();

    public int Count => _members.Count;

    /// <summary>A member, or null.</summary>
    public ValueTask<MemberState?> FindAsync(Snowflake userId) => ValueTask.FromResult(_members.GetValueOrDefault(userId));

    /// <summary>A member that is in memory already; null also for one that was not looked at yet.</summary>
    public MemberState? FindLoaded(Snowflake userId) => _members.GetValueOrDefault(userId);

    public bool IsLoaded(Snowflake userId) => _members.ContainsKey(userId);

    /// <summary>The members in memory, in no order.</summary>
    public IEnumerable<MemberState> Loaded => _members.Values;

    public async ValueTask<bool> ContainsAsync(Snowflake userId) => await FindAsync(userId) is not null;

    /// <summary>Members by id, from the one after <paramref name="after"/> on.</summary>
    public ValueTask<IReadOnlyList<MemberState>> PageAsync(Snowflake after, int limit) => ValueTask.FromResult<IReadOnlyList<MemberState>>(
        [.. _members.Values.Where(member => member.UserId.Value > after.Value).OrderBy(member => member.UserId.Value).Take(limit)]);

    /// <summary>Every member, by id, a page at a time.</summary>
    public async IAsyncEnumerable<MemberState> AllAsync()
    {
        const int Page = 1000;
        var after = default(Snowflake);
        IReadOnlyList<MemberState> page;
        do
        {
            page = await PageAsync(after, Page);
            foreach (var member in page)
                yield return member;
            after = page.Count > 0 ? page[^1].UserId : after;
        }
        while (page.Count == Page);
    }

    /// <summary>Adds a member or changes one. Call on the lane, after the commit.</summary>
    public void Set(MemberState member) => _members[member.UserId] = member;

    /// <summary>Call on the lane, after the commit.</summary>
    public void Remove(Snowflake userId) => _members.TryRemove(userId, out _);
}
