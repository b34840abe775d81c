using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Home;

/// <summary>
/// The members of one guild. A small guild's are all in memory; of a large one's only those that were looked at last, the others are rows.
/// Counts are exact always. Changed on the guild's lane; read by everybody.
/// </summary>
/// <param name="capacity">Guilds with more members than this are large; so many of theirs are kept.</param>
internal sealed class MemberSet(MemberStore store, GuildHome home, Snowflake guildId, int capacity)
{
    private const int PageSize = 1000;

    private readonly RecentlyUsed<MemberState> _loaded = new(capacity);
    private readonly Dictionary<Snowflake, int> _byRole = [];
    private int _count;

    // Until the guild outgrows it: whoever is not in memory is no member.
    private volatile bool _isWhole = true;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many members have a role.</summary>
    public int CountOf(Snowflake roleId)
    {
        lock (_byRole)
            return _byRole.GetValueOrDefault(roleId);
    }

    /// <summary>Call once, before anybody else can reach the guild: the counts are those of the store at this moment.</summary>
    public async Task LoadAsync()
    {
        var first = await store.PageAsync(guildId, default, capacity + 1);
        if (first.Count <= capacity)
        {
            foreach (var member in first)
                Set(null, WithKnownRoles(member));
            return;
        }

        _isWhole = false;
        foreach (var (roles, count) in await store.CountAsync(guildId))
            Tally(roles.Where(IsKnown), count);
    }

    /// <summary>A member, or null.</summary>
    public ValueTask<MemberState?> FindAsync(Snowflake userId) =>
        _isWhole ? ValueTask.FromResult(_loaded.Find(userId)) : _loaded.FindAsync(userId, ReadAsync);

    /// <summary>A member that is in memory already; null also for one that was not looked at lately.</summary>
    public MemberState? FindLoaded(Snowflake userId) => _loaded.Find(userId);

    public async ValueTask<bool> ContainsAsync(Snowflake userId) => await FindAsync(userId) is not null;

    /// <summary>Those of the users who are members, by id. They are in memory afterwards.</summary>
    public async ValueTask<IReadOnlyList<MemberState>> FindManyAsync(IEnumerable<Snowflake> userIds)
    {
        var found = new List<MemberState>();
        var missing = new List<Snowflake>();
        foreach (var id in userIds.Distinct())
        {
            if (_loaded.Find(id) is { } member)
                found.Add(member);
            else if (!_isWhole)
                missing.Add(id);
        }

        foreach (var chunk in missing.Chunk(PageSize))
        {
            var before = _loaded.Changes;
            var read = (await store.FindManyAsync(guildId, chunk)).ConvertAll(WithKnownRoles);
            _loaded.KeepAll(read.Select(member => KeyValuePair.Create(member.UserId, member)), before);
            found.AddRange(read);
        }

        return [.. found.OrderBy(member => member.UserId.Value)];
    }

    /// <summary>Who joined last, the newest first, of those in memory.</summary>
    public IReadOnlyList<MemberState> Newest(int limit) => [.. _loaded.All.OrderByDescending(member => member.JoinedAt.UnixMilliseconds).ThenByDescending(member => member.UserId.Value).Take(limit)];

    /// <summary>Members by id, from the one after <paramref name="after"/> on.</summary>
    public async ValueTask<IReadOnlyList<MemberState>> PageAsync(Snowflake after, int limit) => _isWhole
        ? [.. _loaded.All.Where(member => member.UserId.Value > after.Value).OrderBy(member => member.UserId.Value).Take(limit)]
        : (await store.PageAsync(guildId, after, limit)).ConvertAll(WithKnownRoles);

    /// <summary>Every member, by id, a page at a time.</summary>
    public async IAsyncEnumerable<MemberState> AllAsync()
    {
        var after = default(Snowflake);
        IReadOnlyList<MemberState> page;
        do
        {
            page = await PageAsync(after, PageSize);
            foreach (var member in page)
                yield return member;
            after = page.Count > 0 ? page[^1].UserId : after;
        }
        while (page.Count == PageSize);
    }

    /// <summary>Members whose user name, display name or nickname starts with a text, whatever its case: the first by name, in the order of ids.</summary>
    public async ValueTask<IReadOnlyList<MemberState>> SearchAsync(string prefix, int limit) =>
        [.. (await store.SearchAsync(guildId, prefix, limit)).Select(WithKnownRoles).OrderBy(member => member.UserId.Value)];

    /// <summary>Stores a new member. On the lane.</summary>
    public WriteUnit Add(WriteUnit unit, MemberState member, User user) =>
        MemberStore.Save(unit, guildId, member, user).Then(() => Set(null, member));

    /// <summary>Stores a change of a member. On the lane.</summary>
    public WriteUnit Change(WriteUnit unit, MemberState before, MemberState after) =>
        MemberStore.Save(unit, guildId, after).Then(() => Set(before, after));

    /// <summary>Deletes a member. On the lane.</summary>
    public WriteUnit Remove(WriteUnit unit, MemberState member) => MemberStore.Delete(unit, guildId, member.UserId).Then(() => Unset(member));

    /// <summary>Takes a deleted role from those who have it. In the store the id stays behind until the member is saved again: it names nothing any more.</summary>
    public WriteUnit TakeRole(WriteUnit unit, Snowflake roleId) => unit.Then(() =>
    {
        _loaded.ChangeAll(member => member.Roles.Contains(roleId) ? member.WithRoles(member.Roles.Where(role => role != roleId)) : member);
        lock (_byRole)
            _byRole.Remove(roleId);
    });

    /// <summary>Changes memory only.</summary>
    public void Set(MemberState? before, MemberState after)
    {
        if (before is null)
        {
            Tally(after.Roles, 1);
        }
        else if (!ReferenceEquals(before.Roles, after.Roles))
        {
            Tally(before.Roles, -1);
            Tally(after.Roles, 1);
        }

        _loaded.Set(after.UserId, after);
    }

    /// <summary>Changes memory only.</summary>
    public void Unset(MemberState member)
    {
        _loaded.Remove(member.UserId);
        Tally(member.Roles, -1);
    }

    private async ValueTask<MemberState?> ReadAsync(Snowflake userId) => await store.FindAsync(guildId, userId) is { } member ? WithKnownRoles(member) : null;

    private void Tally(IEnumerable<Snowflake> roles, int members)
    {
        lock (_byRole)
        {
            _count += members;
            foreach (var role in roles)
                _byRole[role] = _byRole.GetValueOrDefault(role) + members;
        }

        // Before the next one is added: what falls out of memory from then on is still a member.
        if (_count > capacity)
            _isWhole = false;
    }

    // Deleting a role does not rewrite those who had it.
    private MemberState WithKnownRoles(MemberState member) => member.Roles.All(IsKnown) ? member : member.WithRoles(member.Roles.Where(IsKnown));

    private bool IsKnown(Snowflake roleId) => home.State?.Roles.ContainsKey(roleId) != false;
}
