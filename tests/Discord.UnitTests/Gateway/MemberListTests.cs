using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Discord.Host.Gateway;
using Discord.Host.Gateway.MemberLists;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Discord.UnitTests.BuildingBlocks;
using Discord.UnitTests.Guilds;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Discord.UnitTests.Gateway;

/// <summary>Member lists: clients that apply what they are sent see what a list made anew would show them.</summary>
public sealed class MemberListTests
{
    private static readonly Snowflake s_high = new(900);
    private static readonly Snowflake s_low = new(901);

    [Fact]
    public void Members_stand_under_their_highest_hoisted_role_then_online_then_offline_by_name()
    {
        var list = new MemberList([s_high, s_low]);
        list.Fill([Listed(1, "zoe", "online"), Listed(2, "Adam", "idle", s_low, s_high), Listed(3, "bob", "dnd", s_low), Listed(4, "amy", "offline", s_high), Listed(5, "Bea", "online", new Snowflake(5000))]);

        Assert.Equal(["#900:1", "2", "#901:1", "3", "#online:2", "5", "1", "#offline:1", "4"], list.Rows(0, 99).Select(Name));
        Assert.Equal(9, list.Length);
        Assert.Equal(4, list.OnlineCount);
        Assert.Equal(["#901:1", "3"], list.Rows(2, 3).Select(Name));
        Assert.Empty(list.Rows(9, 20));
    }

    [Fact]
    public void Every_window_of_a_list_stays_what_the_list_is_whatever_happens() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(120),
        Prop.ForAll(Steps(), steps =>
        {
            var list = new MemberList([s_high, s_low]);
            ListWindow[] windows = [new([new(0, 4)]), new([new(0, 4), new(5, 9)]), new([new(0, 3), new(8, 12)]), new([new(6, 8)])];
            var clients = windows.Select(window => new Client(window.Ranges)).ToList();
            for (var i = 0; i < windows.Length; i++)
                clients[i].Apply(ListWindow.Sync(list, windows[i].Ranges));
            foreach (var (id, name, status, roles) in steps)
            {
                var changes = new List<ListChange>();
                if (status == "gone")
                    list.Remove(new Snowflake((ulong)id), changes);
                else
                    list.Set(Listed((ulong)id, $"n{name}", status, [.. ((Snowflake[])[s_high, s_low]).Where((_, bit) => (roles & 1 << bit) != 0)]), changes);
                for (var i = 0; i < windows.Length; i++)
                {
                    clients[i].Apply(windows[i].Tell(list, changes));
                    clients[i].AssertSees(list);
                }
            }
        }));

    [Fact]
    public void A_list_that_grew_step_by_step_is_one_that_was_filled_at_once() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(100),
        Prop.ForAll(Steps(), steps =>
        {
            var grown = new MemberList([s_high, s_low]);
            var model = new Dictionary<int, Member>();
            foreach (var (id, name, status, roles) in steps.Where(step => step.Status != "gone"))
            {
                model[id] = Listed((ulong)id, $"n{name}", status, [.. ((Snowflake[])[s_high, s_low]).Where((_, bit) => (roles & 1 << bit) != 0)]);
                grown.Set(model[id], []);
            }

            var filled = new MemberList([s_high, s_low]);
            filled.Fill(model.Values);
            Assert.Equal(filled.Rows(0, 1000).Select(Name), grown.Rows(0, 1000).Select(Name));
            Assert.Equal(filled.Groups, grown.Groups);
        }));

    [Fact]
    public void A_window_and_a_change_of_a_hundred_thousand_cost_what_they_cost_of_a_hundred()
    {
        var small = Measure(100);
        var large = Measure(100_000);

        // A search by halves and a shift of references; a scan would be a thousand times as much.
        Assert.True(large < small * 30 + TimeSpan.FromMilliseconds(2), $"{small.TotalMicroseconds} us against {large.TotalMicroseconds} us");

        static TimeSpan Measure(int members)
        {
            var list = new MemberList([s_high, s_low]);
            list.Fill(Enumerable.Range(1, members).Select(id => Listed((ulong)id, $"member {id}", "online")));
            ListWindow window = new([new(0, 99)]);
            var best = TimeSpan.MaxValue;
            for (var round = 0; round < 50; round++)
            {
                var from = TimeProvider.System.GetTimestamp();
                var changes = new List<ListChange>();
                list.Set(Listed(1, round % 2 == 0 ? "zzz" : "aaa", "online"), changes);
                window.Tell(list, changes);
                Assert.Equal(100, ListWindow.Sync(list, window.Ranges)[0].Rows.Count);
                var took = TimeProvider.System.GetElapsedTime(from);
                best = took < best ? took : best;
            }

            return best;
        }
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("test", 0xba6bd213u)]
    [InlineData("Hello, world!", 0xc0363e43u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x2e4ff723u)]
    public void Murmur_hashes_as_its_author_does(string text, uint expected) => Assert.Equal(expected, MemberListIds.Murmur3(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Channels_that_the_same_overwrites_close_have_the_same_list()
    {
        var view = Guildhall.Guild(Permissions.DefaultEveryone)
            .WithChannel(Guildhall.Channel(50, ChannelType.GuildText))
            .WithChannel(Guildhall.Channel(51, ChannelType.GuildText, Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.SendMessages)))
            .WithChannel(Guildhall.Channel(52, ChannelType.GuildText, Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel), Guildhall.ForRole(s_low, allow: Permissions.ViewChannel)))
            .WithChannel(Guildhall.Channel(53, ChannelType.GuildText, Guildhall.ForRole(s_low, allow: Permissions.ViewChannel | Permissions.Connect), Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel)))
            .WithChannel(Guildhall.Channel(54, ChannelType.GuildText, Guildhall.ForMember(new Snowflake(7777), deny: Permissions.ViewChannel)));

        Assert.Equal("everyone", view.MemberListId(new Snowflake(50)));
        Assert.Equal("everyone", view.MemberListId(new Snowflake(51)));
        Assert.Equal(MemberListIds.Murmur3(Encoding.ASCII.GetBytes($"allow:901,deny:{Guildhall.GuildId}")).ToString(CultureInfo.InvariantCulture), view.MemberListId(new Snowflake(52)));
        Assert.Equal(view.MemberListId(new Snowflake(52)), view.MemberListId(new Snowflake(53)));
        Assert.NotEqual("everyone", view.MemberListId(new Snowflake(54)));
    }

    [Fact]
    public void A_roster_shows_every_session_what_it_may_see_whatever_happens_to_the_guild()
    {
        for (var seed = 0; seed < 60; seed++)
            new Walk(seed).Run(120);
    }

    private static Arbitrary<(int Id, int Name, string Status, int Roles)[]> Steps() =>
        (from id in Gen.Choose(1, 12)
         from name in Gen.Choose(0, 5)
         from status in Gen.Elements("online", "idle", "offline", "gone")
         from roles in Gen.Choose(0, 3)
         select (id, name, status, roles)).ArrayOf().ToArbitrary();

    private static Member Listed(ulong id, string name, string status, params Snowflake[] roles) => new()
    {
        User = new User { Id = new Snowflake(id), Username = name },
        Roles = roles,
        JoinedAt = new Timestamp(1),
        Presence = new Presence { User = new PresenceUser(new Snowflake(id)), Status = status },
    };

    private static string Name(ListRow row) => row.Member is { } member ? member.User!.Id.ToString() : $"#{row.Group}:{row.Count}";

    /// <summary>What a client knows of a list: rows by their index, moved as the steps say.</summary>
    private sealed class Client(IReadOnlyList<ListRange> ranges)
    {
        private SortedDictionary<int, string> _rows = [];

        public void Apply(IEnumerable<ListOp> ops)
        {
            foreach (var op in ops)
            {
                var (first, last) = op.Range;
                switch (op.Op)
                {
                    case ListOp.Sync:
                        for (var index = first; index <= last; index++)
                            _rows.Remove(index);
                        for (var i = 0; i < op.Rows.Count; i++)
                            _rows[first + i] = Show(op.Rows[i]);
                        break;
                    case ListOp.Insert:
                        _rows = new(_rows.ToDictionary(row => row.Key >= first ? row.Key + 1 : row.Key, row => row.Value)) { [first] = Show(op.Rows[0]) };
                        break;
                    case ListOp.Delete:
                        _rows.Remove(first);
                        _rows = new(_rows.ToDictionary(row => row.Key > first ? row.Key - 1 : row.Key, row => row.Value));
                        break;
                    case ListOp.Update:
                        _rows[first] = Show(op.Rows[0]);
                        break;
                }
            }
        }

        public void AssertSees(MemberList list)
        {
            foreach (var (first, last) in ranges)
            {
                var rows = list.Rows(first, last);
                Assert.Equal(rows.Select(Show), Enumerable.Range(first, rows.Count).Select(index => _rows.GetValueOrDefault(index, "nothing")));
            }
        }

        // The counts of groups come beside the steps.
        private static string Show(ListRow row) => row.Member is { } member ? $"{member.User!.Id} {member.User.Username} {member.Presence!.Status}" : "#" + row.Group;
    }

    /// <summary>A guild that changes at random, a roster that follows it, and sessions that apply what they are sent.</summary>
    private sealed class Walk
    {
        private const int WholeUpTo = 9;

        private readonly Random _random;
        private readonly GuildHome _home = Guildhall.Home();
        private readonly GuildRoster _roster;
        private readonly Dictionary<Snowflake, Member> _members = [];
        private readonly Dictionary<Snowflake, string> _online = [];
        private readonly List<(Subscription Subscription, Dictionary<Snowflake, IReadOnlyList<ListRange>> Wanted)> _viewers = [];
        private readonly Dictionary<GatewaySession, Dictionary<string, (SortedDictionary<int, string> Rows, JsonNode Last)>> _seen = [];
        private readonly Queue<Action> _reads = new();
        private GuildState _state;

        public Walk(int seed)
        {
            _random = new Random(seed);
            _state = Guildhall.Guild(_home, Permissions.DefaultEveryone, Guildhall.Role(900, 2), Guildhall.Role(901, 1))
                .WithChannel(Guildhall.Channel(50, ChannelType.GuildText))
                .WithChannel(Guildhall.Channel(51, ChannelType.GuildText, Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel), Guildhall.ForRole(s_low, allow: Permissions.ViewChannel)));
            _roster = new GuildRoster(Guildhall.GuildId, WholeUpTo, Receive, asked => _reads.Enqueue(Read(asked)));
            for (var id = 1UL; id <= 4; id++)
            {
                Join(id);
                var subscription = new Subscription(new GatewaySession($"s{id}", Wire.Options(id), Wire.Limits(new ManualTime())), []);
                _viewers.Add((subscription, []));
            }
        }

        public void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                Step();
                // What was asked for is answered sooner or later, and always before it is judged.
                if (_random.Next(3) == 0)
                    Answer();
                if (_reads.Count == 0)
                    Judge();
            }

            Answer();
            Judge();
        }

        private void Step()
        {
            var id = (ulong)_random.Next(1, 14);
            switch (_random.Next(12))
            {
                case < 2 when !_members.ContainsKey(new Snowflake(id)):
                    Join(id);
                    break;
                case < 2 when id > 4:
                    Leave(id);
                    break;
                case < 5 when _members.TryGetValue(new Snowflake(id), out var member):
                    Update(member with { Nick = $"nick{_random.Next(6)}", Roles = [.. ((Snowflake[])[s_high, s_low]).Where(role => _state.Roles.ContainsKey(role) && _random.Next(2) == 0)] });
                    break;
                case < 8 when _members.ContainsKey(new Snowflake(id)):
                    Show(new Snowflake(id), _random.Next(3) == 0 ? "offline" : _random.Next(2) == 0 ? "online" : "idle");
                    break;
                case 8:
                    Change(_state.WithRole(_state.Roles[s_high] with { Hoist = !_state.Roles[s_high].Hoist }));
                    break;
                case 9:
                    Change(_state.WithChannel(_state.Channels[new Snowflake(51)] with
                    {
                        PermissionOverwrites = _random.Next(2) == 0 ? [] : [Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel), Guildhall.ForRole(_random.Next(2) == 0 ? s_low : s_high, allow: Permissions.ViewChannel)],
                    }));
                    break;
                default:
                    var (subscription, wanted) = _viewers[_random.Next(_viewers.Count)];
                    wanted.Clear();
                    foreach (var channel in (ulong[])[50, 51])
                    {
                        if (_random.Next(2) == 0)
                            wanted[new Snowflake(channel)] = _random.Next(2) == 0 ? [new(0, 4)] : [new(0, 3), new(4, 7)];
                    }

                    _roster.Watch(subscription, new Dictionary<Snowflake, IReadOnlyList<ListRange>>(wanted), _state);
                    break;
            }
        }

        private void Join(ulong id)
        {
            var member = new Member { User = new User { Id = new Snowflake(id), Username = $"user{id % 5}" }, JoinedAt = new Timestamp(1) };
            _members[member.User.Id] = member;
            _home.Members.Set(null, Guildhall.Member(id));
            _roster.Apply(new GuildMemberAdded(Guildhall.GuildId, member), _state);
        }

        private void Leave(ulong id)
        {
            var user = new Snowflake(id);
            if (!_members.Remove(user, out var gone))
                return;
            _online.Remove(user);
            _home.Members.Unset(Guildhall.Member(id));
            _roster.Apply(new GuildMemberRemoved(Guildhall.GuildId, gone.User!), _state);
        }

        private void Update(Member member)
        {
            _members[member.User!.Id] = member;
            _roster.Apply(new GuildMemberUpdated(Guildhall.GuildId, member), _state);
            foreach (var (subscription, _) in _viewers.Where(viewer => viewer.Subscription.Options.UserId == member.User.Id))
            {
                subscription.Roles = member.Roles;
                _roster.Recheck(subscription, _state);
            }
        }

        private void Show(Snowflake user, string status)
        {
            if (status == "offline")
                _online.Remove(user);
            else
                _online[user] = status;
            _roster.Apply(new PresenceUpdated(Guildhall.GuildId, PresenceOf(user)), _state);
        }

        private void Change(GuildState next)
        {
            var before = _state;
            _home.State = _state = next;
            _roster.Follow(before, next);
        }

        private Presence PresenceOf(Snowflake user) => new() { User = new PresenceUser(user), Status = _online.GetValueOrDefault(user, "offline") };

        // Read now, answered later: the guild goes on in between.
        private Action Read(IReadOnlyCollection<Snowflake>? asked)
        {
            List<Member> members = [.. asked is null && _members.Count <= WholeUpTo ? _members.Values : (asked ?? _online.Keys).Where(_members.ContainsKey).Select(id => _members[id])];
            var presences = members.Where(member => _online.ContainsKey(member.User!.Id)).ToDictionary(member => member.User!.Id, member => PresenceOf(member.User!.Id));
            return () => _roster.Take(asked, members, presences, _state);
        }

        private void Answer()
        {
            while (_reads.TryDequeue(out var read))
                read();
        }

        private void Receive(GatewaySession session, DispatchPayload payload)
        {
            var writer = new FixedWriter(1 << 16);
            payload.WriteFrame(writer, 1, new FrameFormat(false, FrameCompression.None), start: false);
            var update = JsonNode.Parse(Wire.Frames(writer.Written)[0].Payload)!["d"]!;
            var lists = _seen.TryGetValue(session, out var known) ? known : _seen[session] = [];
            var id = (string)update["id"]!;
            var rows = lists.TryGetValue(id, out var before) ? before.Rows : [];
            foreach (var op in update["ops"]!.AsArray())
                rows = Applied(rows, op!);
            lists[id] = (rows, update);
        }

        private static SortedDictionary<int, string> Applied(SortedDictionary<int, string> rows, JsonNode op)
        {
            var index = (int?)op["index"] ?? 0;
            switch ((string)op["op"]!)
            {
                case "SYNC":
                    var (first, last) = ((int)op["range"]![0]!, (int)op["range"]![1]!);
                    for (var i = first; i <= last; i++)
                        rows.Remove(i);
                    foreach (var item in op["items"]!.AsArray())
                        rows[first++] = Text(item!);
                    return rows;
                case "INVALIDATE":
                    for (var i = (int)op["range"]![0]!; i <= (int)op["range"]![1]!; i++)
                        rows.Remove(i);
                    return rows;
                case "INSERT":
                    return new(rows.ToDictionary(row => row.Key >= index ? row.Key + 1 : row.Key, row => row.Value)) { [index] = Text(op["item"]!) };
                case "DELETE":
                    rows.Remove(index);
                    return new(rows.ToDictionary(row => row.Key > index ? row.Key - 1 : row.Key, row => row.Value));
                default:
                    rows[index] = Text(op["item"]!);
                    return rows;
            }
        }

        private static string Text(JsonNode item) => item["member"] is { } member
            ? $"{member["user"]!["id"]} {member["nick"]} {member["presence"]!["status"]}"
            : $"#{item["group"]!["id"]}";

        // Each list, made anew from the members alone.
        private void Judge()
        {
            foreach (var (subscription, wanted) in _viewers)
            {
                foreach (var (channelId, ranges) in wanted)
                {
                    var viewer = _members[subscription.Options.UserId];
                    if (!_state.InChannel(channelId, subscription.Options.UserId, viewer.Roles).Has(Permissions.ViewChannel))
                        continue;
                    var list = new MemberList(_state.HoistedRoles);
                    list.Fill(_members.Values
                        .Where(member => _state.InChannel(channelId, member.User!.Id, member.Roles).Has(Permissions.ViewChannel) && (_members.Count <= WholeUpTo || _online.ContainsKey(member.User.Id)))
                        .Select(member => member with { Presence = PresenceOf(member.User!.Id) }));
                    var (rows, last) = _seen[subscription.Session][_state.MemberListId(channelId)];
                    foreach (var (first, end) in ranges)
                    {
                        var expected = list.Rows(first, end).Select(row => row.Member is { } member ? $"{member.User!.Id} {member.Nick} {member.Presence!.Status}" : $"#{row.Group}").ToList();
                        Assert.Equal(expected, Enumerable.Range(first, expected.Count).Select(index => rows.GetValueOrDefault(index, "nothing")));
                    }
                }
            }
        }
    }
}
