using Discord.Protocol;

namespace Discord.Host.Gateway.MemberLists;

/// <summary>A row of a member list: the head of a group, or a member.</summary>
/// <param name="Group">A role's id, "online" or "offline".</param>
/// <param name="Count">Members of the group; 0 in a member's row.</param>
/// <param name="Member">With the presence; null: the head of the group.</param>
internal readonly record struct ListRow(string Group, int Count, Member? Member);

internal enum ListChangeKind
{
    Insert,
    Update,
    Delete,
}

/// <param name="Row">What is there now; without meaning for a deletion.</param>
internal readonly record struct ListChange(ListChangeKind Kind, int Index, ListRow Row);

/// <summary>
/// The members who see a channel, as the list beside it shows them: under their highest hoisted role, then those online, then those offline; by
/// name in each group. Every group with members has a row of its own above them. A change says which rows come, go or differ.
/// </summary>
/// <remarks>Source: protocol.md 3.10. Not thread-safe. Names are ordered by their upper-cased code units, equal ones by id.</remarks>
internal sealed class MemberList
{
    public const string Online = "online";
    public const string Offline = "offline";

    private readonly Group[] _groups;
    private readonly Dictionary<Snowflake, int> _groupOfRole = [];
    private readonly Dictionary<Snowflake, Entry> _entries = [];

    /// <param name="hoisted">The roles that have a group, the highest first.</param>
    public MemberList(IReadOnlyList<Snowflake> hoisted)
    {
        _groups = [.. hoisted.Select(role => new Group(role.ToString())), new Group(Online), new Group(Offline)];
        for (var i = 0; i < hoisted.Count; i++)
            _groupOfRole[hoisted[i]] = i;
    }

    /// <summary>Rows in all, the heads of groups among them.</summary>
    public int Length => _groups.Sum(group => group.Rows);

    public int OnlineCount => _entries.Count - _groups[^1].Entries.Count;

    /// <summary>The groups that have members, in their order.</summary>
    public IEnumerable<(string Id, int Count)> Groups => _groups.Where(group => group.Entries.Count > 0).Select(group => (group.Id, group.Entries.Count));

    public bool Contains(Snowflake userId) => _entries.ContainsKey(userId);

    /// <summary>Fills an empty list: faster than one after the other.</summary>
    public void Fill(IEnumerable<Member> members)
    {
        foreach (var member in members)
        {
            var entry = new Entry(member, GroupOf(member));
            if (_entries.TryAdd(entry.UserId, entry))
                _groups[entry.Group].Entries.Add(entry);
        }

        foreach (var group in _groups)
            group.Entries.Sort(Entry.Order);
    }

    /// <summary>Rows from <paramref name="first"/> to <paramref name="last"/>, as far as there are any.</summary>
    public List<ListRow> Rows(int first, int last)
    {
        var rows = new List<ListRow>();
        var head = 0;
        foreach (var group in _groups)
        {
            if (group.Entries.Count == 0)
                continue;
            for (var index = Math.Max(first, head); index <= last && index < head + group.Rows; index++)
                rows.Add(index == head ? group.Head : new ListRow(group.Id, 0, group.Entries[index - head - 1].Member));
            head += group.Rows;
            if (head > last)
                break;
        }

        return rows;
    }

    /// <summary>Adds a member or changes one.</summary>
    /// <param name="member">With the presence.</param>
    /// <param name="changes">Takes the steps that make the old rows the new ones, in order.</param>
    public void Set(Member member, List<ListChange> changes)
    {
        var entry = new Entry(member, GroupOf(member));
        if (_entries.TryGetValue(entry.UserId, out var old))
        {
            var at = PlaceOf(old);
            if (old.Group == entry.Group && old.Key == entry.Key)
            {
                _groups[entry.Group].Entries[at] = _entries[entry.UserId] = entry;
                changes.Add(new ListChange(ListChangeKind.Update, HeadOf(entry.Group) + 1 + at, new ListRow(_groups[entry.Group].Id, 0, member)));
                return;
            }

            Remove(old, at, changes);
        }

        var group = _groups[entry.Group];
        var place = ~group.Entries.BinarySearch(entry, Entry.Order);
        group.Entries.Insert(place, entry);
        _entries[entry.UserId] = entry;
        var head = HeadOf(entry.Group);
        if (group.Entries.Count == 1)
            changes.Add(new ListChange(ListChangeKind.Insert, head, group.Head));
        changes.Add(new ListChange(ListChangeKind.Insert, head + 1 + place, new ListRow(group.Id, 0, member)));
    }

    public void Remove(Snowflake userId, List<ListChange> changes)
    {
        if (_entries.Remove(userId, out var old))
            Remove(old, PlaceOf(old), changes);
    }

    private void Remove(Entry old, int at, List<ListChange> changes)
    {
        var group = _groups[old.Group];
        var head = HeadOf(old.Group);
        group.Entries.RemoveAt(at);
        changes.Add(new ListChange(ListChangeKind.Delete, head + 1 + at, default));
        if (group.Entries.Count == 0)
            changes.Add(new ListChange(ListChangeKind.Delete, head, default));
    }

    private int GroupOf(Member member)
    {
        if (member.Presence is null or { Status: Offline })
            return _groups.Length - 1;
        var highest = _groups.Length - 2;
        foreach (var role in member.Roles)
        {
            if (_groupOfRole.TryGetValue(role, out var group) && group < highest)
                highest = group;
        }

        return highest;
    }

    private int HeadOf(int group)
    {
        var head = 0;
        for (var i = 0; i < group; i++)
            head += _groups[i].Rows;
        return head;
    }

    private int PlaceOf(Entry entry) => _groups[entry.Group].Entries.BinarySearch(entry, Entry.Order);

    private sealed class Group(string id)
    {
        public string Id => id;

        public List<Entry> Entries { get; } = [];

        public int Rows => Entries.Count == 0 ? 0 : Entries.Count + 1;

        public ListRow Head => new(id, Entries.Count, null);
    }

    private sealed class Entry(Member member, int group)
    {
        public static readonly Comparer<Entry> Order = Comparer<Entry>.Create((left, right) =>
            string.CompareOrdinal(left.Key, right.Key) is not 0 and var byName ? byName : left.UserId.CompareTo(right.UserId));

        public Snowflake UserId => Member.User!.Id;

        public string Key { get; } = (member.Nick ?? member.User!.GlobalName ?? member.User.Username).ToUpperInvariant();

        public Member Member => member;

        public int Group => group;
    }
}
