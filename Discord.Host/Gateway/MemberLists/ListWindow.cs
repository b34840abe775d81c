using Discord.Protocol;

namespace Discord.Host.Gateway.MemberLists;

/// <summary>Rows of a list that a client follows, both ends included.</summary>
internal readonly record struct ListRange(int First, int Last)
{
    public bool Overlaps(ListRange other) => First <= other.Last && other.First <= Last;
}

/// <summary>A step as the client is sent it.</summary>
/// <param name="Op">SYNC and INVALIDATE have a range, the others an index.</param>
internal readonly record struct ListOp(string Op, ListRange Range, IReadOnlyList<ListRow> Rows)
{
    public const string Sync = "SYNC";
    public const string Invalidate = "INVALIDATE";
    public const string Insert = "INSERT";
    public const string Update = "UPDATE";
    public const string Delete = "DELETE";
}

/// <summary>The ranges that some clients follow of one list, and what they have to be told: computed once for all of them.</summary>
internal sealed class ListWindow(IReadOnlyList<ListRange> ranges)
{
    public IReadOnlyList<ListRange> Ranges => ranges;

    public HashSet<Subscription> Watchers { get; } = [];

    /// <summary>Equal for equal ranges.</summary>
    public string Key { get; } = KeyOf(ranges);

    public static string KeyOf(IReadOnlyList<ListRange> ranges) => string.Join(',', ranges.Select(range => $"{range.First}-{range.Last}"));

    /// <summary>All rows of the ranges.</summary>
    public static List<ListOp> Sync(MemberList list, IEnumerable<ListRange> ranges) => [.. ranges.Select(range => new ListOp(ListOp.Sync, range, list.Rows(range.First, range.Last)))];

    /// <summary>What the changes mean for these ranges. Rows that moved into a range from outside were never known: they are sent after the steps.</summary>
    /// <param name="list">As it is after the changes.</param>
    public List<ListOp> Tell(MemberList list, IReadOnlyList<ListChange> changes)
    {
        var ops = new List<ListOp>();
        var last = ranges.Max(range => range.Last);
        var (inserted, deleted) = (0, 0);
        var lowest = int.MaxValue;
        foreach (var change in changes)
        {
            if (change.Index > last || (change.Kind == ListChangeKind.Update && !Holds(change.Index)))
                continue;
            ops.Add(change.Kind switch
            {
                ListChangeKind.Insert => new ListOp(ListOp.Insert, new ListRange(change.Index, change.Index), [change.Row]),
                ListChangeKind.Update => new ListOp(ListOp.Update, new ListRange(change.Index, change.Index), [change.Row]),
                _ => new ListOp(ListOp.Delete, new ListRange(change.Index, change.Index), []),
            });
            if (change.Kind == ListChangeKind.Update)
                continue;
            lowest = Math.Min(lowest, change.Index);
            inserted += change.Kind == ListChangeKind.Insert ? 1 : 0;
            deleted += change.Kind == ListChangeKind.Delete ? 1 : 0;
        }

        foreach (var range in ranges)
        {
            // Deletions draw rows in at the end, insertions push them in at the beginning of a range whose rows before it are not known.
            if (deleted > 0 && lowest <= range.Last)
                Add(list, ops, Math.Max(range.First, range.Last - deleted + 1), range.Last);
            if (inserted > 0 && lowest < range.First && !Holds(range.First - 1))
                Add(list, ops, range.First, Math.Min(range.Last, range.First + inserted - 1));
        }

        return ops;
    }

    private static void Add(MemberList list, List<ListOp> ops, int first, int last)
    {
        foreach (var row in list.Rows(first, last))
        {
            ops.Add(new ListOp(ListOp.Update, new ListRange(first, first), [row]));
            first++;
        }
    }

    private bool Holds(int index)
    {
        foreach (var range in ranges)
        {
            if (index >= range.First && index <= range.Last)
                return true;
        }

        return false;
    }
}
