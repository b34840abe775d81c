using System.Buffers;
using System.Text.Json;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Host.Gateway.MemberLists;

/// <summary>One member list with the sessions that look at it, by the rows that they have in view.</summary>
/// <param name="channelId">A channel with this list: who may view it is in the list.</param>
internal sealed class SharedList(Snowflake guildId, string id, Snowflake channelId)
{
    private readonly Dictionary<string, ListWindow> _windows = [];
    private readonly List<ListChange> _changes = [];
    private MemberList _rows = new([]);
    private int _memberCount;

    public string Id => id;

    public Snowflake ChannelId => channelId;

    public bool IsEmpty => _windows.Count == 0;

    public void Fill(IEnumerable<Member> members, IGuildView view)
    {
        _rows = new MemberList(view.HoistedRoles);
        _rows.Fill(members.Where(member => MaySee(member, view)));
        _memberCount = view.MemberCount;
    }

    /// <summary>Whether exactly those who may view the channel are in the list.</summary>
    public bool IsStillRight(IEnumerable<Member> members, IGuildView view) => members.All(member => _rows.Contains(member.User!.Id) == MaySee(member, view));

    /// <summary>Sends the rows that the session does not have yet; all that it wants when it asked for them.</summary>
    public void Watch(Subscription subscription, IReadOnlyList<ListRange> ranges, bool isAsked, IGuildView view, Action<GatewaySession, DispatchPayload> send)
    {
        _memberCount = view.MemberCount;
        var before = _windows.Values.FirstOrDefault(window => window.Watchers.Contains(subscription));
        var key = ListWindow.KeyOf(ranges);
        if (before?.Key == key && !isAsked)
            return;
        Forget(subscription);
        if (!_windows.TryGetValue(key, out var window))
            _windows.Add(key, window = new ListWindow(ranges));
        window.Watchers.Add(subscription);
        IReadOnlyList<ListRange> known = before?.Ranges ?? [];
        List<ListOp> ops =
        [
            .. known.Where(range => !ranges.Any(range.Overlaps)).Select(range => new ListOp(ListOp.Invalidate, range, [])),
            .. ListWindow.Sync(_rows, isAsked ? ranges : ranges.Except(known)),
        ];
        send(subscription.Session, Payload(ops));
    }

    public void Forget(Subscription subscription)
    {
        foreach (var (key, window) in _windows)
        {
            if (window.Watchers.Remove(subscription) && window.Watchers.Count == 0)
                _windows.Remove(key);
        }
    }

    public void Set(Member member, IGuildView view)
    {
        _memberCount = view.MemberCount;
        if (MaySee(member, view))
            _rows.Set(member, _changes);
        else
            Remove(member.User!.Id, view);
    }

    public void Remove(Snowflake userId, IGuildView view)
    {
        _memberCount = view.MemberCount;
        _rows.Remove(userId, _changes);
    }

    /// <summary>Tells the sessions what has changed since the last time.</summary>
    public void Tell(Action<GatewaySession, DispatchPayload> send)
    {
        if (_changes.Count == 0)
            return;
        foreach (var window in _windows.Values)
        {
            if (window.Tell(_rows, _changes) is not { Count: > 0 } ops)
                continue;
            var payload = Payload(ops);
            foreach (var watcher in window.Watchers)
                send(watcher.Session, payload);
        }

        _changes.Clear();
    }

    private bool MaySee(Member member, IGuildView view) => view.InChannel(channelId, member.User!.Id, member.Roles).Has(Permissions.ViewChannel);

    private DispatchPayload Payload(List<ListOp> ops)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ProtocolJson.Options.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("guild_id", guildId.ToString());
            writer.WriteNumber("member_count", _memberCount);
            writer.WriteNumber("online_count", _rows.OnlineCount);
            writer.WriteStartArray("groups");
            foreach (var (group, count) in _rows.Groups)
                WriteGroup(writer, group, count);
            writer.WriteEndArray();
            writer.WriteStartArray("ops");
            foreach (var op in ops)
                WriteOp(writer, op);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return new DispatchPayload("GUILD_MEMBER_LIST_UPDATE", output.WrittenSpan);
    }

    private static void WriteOp(Utf8JsonWriter writer, in ListOp op)
    {
        writer.WriteStartObject();
        writer.WriteString("op", op.Op);
        if (op.Op is ListOp.Sync or ListOp.Invalidate)
        {
            writer.WriteStartArray("range");
            writer.WriteNumberValue(op.Range.First);
            writer.WriteNumberValue(op.Range.Last);
            writer.WriteEndArray();
            if (op.Op == ListOp.Sync)
            {
                writer.WriteStartArray("items");
                foreach (var row in op.Rows)
                    WriteRow(writer, row);
                writer.WriteEndArray();
            }
        }
        else
        {
            writer.WriteNumber("index", op.Range.First);
            foreach (var row in op.Rows)
            {
                writer.WritePropertyName("item");
                WriteRow(writer, row);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, in ListRow row)
    {
        writer.WriteStartObject();
        if (row.Member is { } member)
        {
            writer.WritePropertyName("member");
            JsonSerializer.Serialize(writer, member, ProtocolJson.TypeInfo<Member>());
        }
        else
        {
            writer.WritePropertyName("group");
            WriteGroup(writer, row.Group, row.Count);
        }

        writer.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter writer, string group, int count)
    {
        writer.WriteStartObject();
        writer.WriteString("id", group);
        writer.WriteNumber("count", count);
        writer.WriteEndObject();
    }
}
