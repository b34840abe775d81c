using System.Collections.Immutable;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Storage;

/// <summary>Members: what the rows say, and what a home that keeps few of them in memory says, against a plain dictionary.</summary>
public abstract class MemberStoreTests(Site site) : IAsyncLifetime
{
    private static ulong s_ids = 50_000_000;

    private readonly Snowflake _guild = NextId();
    private Database _database = null!;
    private MemberStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await site.SharedDatabaseAsync();
        _store = new MemberStore(_database);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Members_come_back_with_their_roles_and_a_change_keeps_when_they_joined()
    {
        var plain = Member(1);
        var rich = new MemberState(new Snowflake(2), "nick 日本", [new Snowflake(5), new Snowflake(ulong.MaxValue >> 1)], new Timestamp(5), new Timestamp(6), 7);
        await CommitAsync(unit => MemberStore.Save(MemberStore.Save(unit, _guild, plain), _guild, rich));
        await CommitAsync(unit => MemberStore.Save(unit, NextId(), plain));
        AssertSame([plain, rich], await _store.PageAsync(_guild, default, 10));
        AssertSame([rich], await _store.PageAsync(_guild, plain.UserId, 10));
        AssertSame([plain], await _store.PageAsync(_guild, default, 1));
        AssertSame([plain, rich], await _store.FindManyAsync(_guild, [rich.UserId, plain.UserId, new Snowflake(3)]));

        var changed = plain with { Nick = "n", Roles = [new Snowflake(9)], TimeoutUntil = new Timestamp(8), Flags = 3 };
        await CommitAsync(unit => MemberStore.Save(unit, _guild, changed with { JoinedAt = new Timestamp(999) }));
        AssertSame([changed, rich], await _store.PageAsync(_guild, default, 10));

        await CommitAsync(unit => MemberStore.Delete(unit, _guild, rich.UserId));
        AssertSame([changed], await _store.PageAsync(_guild, default, 10));
        Assert.Null(await _store.FindAsync(_guild, rich.UserId));
    }

    [Fact]
    public async Task The_guilds_of_a_user_are_those_with_a_membership()
    {
        var (user, second) = (NextId(), NextId());
        var member = Member(user.Value);
        await CommitAsync(unit => MemberStore.Save(MemberStore.Save(unit, _guild, member), second, member));
        Assert.Equal([_guild, second], (await _store.GuildIdsOfAsync(user)).Order());

        await CommitAsync(unit => MemberStore.Delete(unit, _guild, user));

        Assert.Equal([second], await _store.GuildIdsOfAsync(user));
        Assert.Empty(await _store.GuildIdsOfAsync(NextId()));
    }

    [Theory]
    [InlineData("an", new[] { "anna", "ANTON", "Änne" }, new[] { 1, 2 })]
    [InlineData("ä", new[] { "anna", "ANTON", "ÄNNE" }, new[] { 3 })]
    [InlineData("日", new[] { "日本", "本日", "日" }, new[] { 1, 3 })]
    [InlineData("a%", new[] { "abc", "a%c", "A%" }, new[] { 2, 3 })]
    [InlineData("zz", new[] { "a", "b", "c" }, new int[0])]
    public async Task A_search_takes_beginnings_whatever_their_case_and_nothing_else(string prefix, string[] names, int[] expected)
    {
        for (var i = 0; i < names.Length; i++)
        {
            await SaveAsync(Member((ulong)(i + 1)), new User { Id = new Snowflake((ulong)(i + 1)), Username = names[i] });
            // The same names elsewhere are not found.
            await CommitAsync(unit => MemberStore.Save(unit, NextId(), Member((ulong)(i + 1)), new User { Id = new Snowflake((ulong)(i + 1)), Username = names[i] }));
        }

        Assert.Equal(expected.Order(), (await _store.SearchAsync(_guild, prefix, 10)).Select(member => (int)member.UserId.Value).Order());
    }

    [Fact]
    public async Task A_member_is_found_by_each_of_their_names_once_and_by_the_new_ones_after_a_change()
    {
        var user = new User { Id = NextId(), Username = "same.user", GlobalName = "Same Global" };
        var member = Member(user.Id.Value) with { Nick = "same nick" };
        await SaveAsync(member, user);
        Assert.Single(await _store.SearchAsync(_guild, "SAME", 10));
        Assert.Single(await _store.SearchAsync(_guild, "same g", 10));
        Assert.Single(await _store.SearchAsync(_guild, "same n", 10));

        await CommitAsync(unit => MemberStore.Save(unit, _guild, member with { Nick = null }));
        Assert.Empty(await _store.SearchAsync(_guild, "same n", 10));
        Assert.Single(await _store.SearchAsync(_guild, "same.u", 10));

        await CommitAsync(unit => MemberStore.Rename(unit, user with { Username = "other", GlobalName = null }));
        Assert.Empty(await _store.SearchAsync(_guild, "same", 10));
        Assert.Single(await _store.SearchAsync(_guild, "oth", 10));
    }

    [Fact]
    public async Task A_search_gives_the_first_by_name_up_to_its_limit()
    {
        foreach (var i in Enumerable.Range(0, 30).Reverse())
            await SaveAsync(Member((ulong)(100 - i)), new User { Id = new Snowflake((ulong)(100 - i)), Username = $"crowd{i:00}" });

        Assert.Equal([100UL, 99, 98], (await _store.SearchAsync(_guild, "crowd", 3)).Select(member => member.UserId.Value));
    }

    [Fact]
    public async Task Who_has_no_name_yet_is_named_once()
    {
        var nameless = Member(NextId().Value) with { Nick = "Early" };
        await CommitAsync(unit => MemberStore.Save(unit, _guild, nameless));
        Assert.Contains((_guild, nameless.UserId, "Early"), await _store.UnnamedAsync(100_000));

        await CommitAsync(unit => MemberStore.Name(unit, _guild, nameless.UserId, nameless.Nick, new User { Id = nameless.UserId, Username = "late" }));

        Assert.DoesNotContain((_guild, nameless.UserId, "Early"), await _store.UnnamedAsync(100_000));
        Assert.Single(await _store.SearchAsync(_guild, "late", 10));
        Assert.Single(await _store.SearchAsync(_guild, "early", 10));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 16)]
    [InlineData(3, 1000)]
    public async Task A_home_that_keeps_few_members_says_what_one_says_that_keeps_all(int seed, int capacity)
    {
        var random = new Random(seed);
        Snowflake[] roles = [.. Enumerable.Range(1, 4).Select(i => new Snowflake((ulong)i))];
        var home = new GuildHome(null!, _store, _guild, capacity);
        var state = new GuildState(home, new Guild { Id = _guild, Name = "g", OwnerId = new Snowflake(1) },
            roles.Append(_guild).ToImmutableDictionary(id => id, id => new Role { Id = id, Name = "r", Permissions = Permissions.None }), ImmutableDictionary<Snowflake, Channel>.Empty, GuildObjects.None);
        home.State = state;
        var model = new SortedDictionary<ulong, MemberState>();
        for (var step = 0; step < 300; step++)
        {
            if (step == 150)
            {
                // As after a restart.
                home = new GuildHome(null!, _store, _guild, capacity) { State = home.State };
                await home.Members.LoadAsync();
            }

            var id = (ulong)random.Next(1, 40);
            var known = model.GetValueOrDefault(id);
            switch (random.Next(10))
            {
                case < 5 when known is null:
                    model[id] = Member(id).WithRoles(roles.Where(_ => random.Next(2) == 0 && home.State!.Roles.Count > 1).Where(home.State!.Roles.ContainsKey));
                    await CommitAsync(unit => home.Members.Add(unit, model[id], new User { Id = new Snowflake(id), Username = $"u{id}" }));
                    break;
                case < 3:
                    await CommitAsync(unit => home.Members.Remove(unit, known!));
                    model.Remove(id);
                    break;
                case < 9 when known is not null:
                    model[id] = (known with { Nick = $"n{step}" }).WithRoles(home.State!.Roles.Keys.Where(role => role != _guild && random.Next(2) == 0));
                    await CommitAsync(unit => home.Members.Change(unit, known, model[id]));
                    break;
                case 9 when random.Next(10) == 0 && home.State!.Roles.Count > 1:
                    var gone = home.State.Roles.Keys.First(role => role != _guild);
                    var next = home.State.With(roles: home.State.Roles.Remove(gone));
                    await CommitAsync(unit => home.Members.TakeRole(unit.Then(() => home.State = next), gone));
                    foreach (var key in model.Keys.ToList())
                        model[key] = model[key].WithRoles(model[key].Roles.Where(role => role != gone));
                    break;
            }

            Assert.Equal(model.Count, home.Members.Count);
            foreach (var role in home.State!.Roles.Keys.Where(role => role != _guild))
                Assert.Equal(model.Values.Count(member => member.Roles.Contains(role)), home.Members.CountOf(role));
            var looked = new Snowflake((ulong)random.Next(1, 40));
            AssertSame(model.TryGetValue(looked.Value, out var one) ? [one] : [], await home.Members.FindAsync(looked) is { } found ? [found] : []);
            var after = (ulong)random.Next(0, 40);
            AssertSame(model.Where(entry => entry.Key > after).Select(entry => entry.Value).Take(7), await home.Members.PageAsync(new Snowflake(after), 7));
            Snowflake[] many = [.. Enumerable.Range(0, 5).Select(_ => new Snowflake((ulong)random.Next(1, 40)))];
            AssertSame(many.Distinct().Order().Where(user => model.ContainsKey(user.Value)).Select(user => model[user.Value]), await home.Members.FindManyAsync(many));
            Assert.All(many.Where(user => capacity > many.Length && model.ContainsKey(user.Value)), user => Assert.NotNull(home.Members.FindLoaded(user)));
        }
    }

    [Fact]
    public async Task Who_is_not_looked_at_costs_no_memory()
    {
        const int Capacity = 64;
        foreach (var chunk in Enumerable.Range(1, 1000).Chunk(250))
        {
            var unit = new WriteUnit();
            foreach (var id in chunk)
                MemberStore.Save(unit, _guild, Member((ulong)id));
            await _database.CommitAsync(unit);
        }

        var home = new GuildHome(null!, _store, _guild, Capacity);
        await home.Members.LoadAsync();
        Assert.Equal(1000, home.Members.Count);
        Assert.DoesNotContain(Enumerable.Range(1, 1000), id => home.Members.FindLoaded(new Snowflake((ulong)id)) is not null);

        for (var id = 1UL; id <= 1000; id++)
            Assert.NotNull(await home.Members.FindAsync(new Snowflake(id)));

        Assert.InRange(Enumerable.Range(1, 1000).Count(id => home.Members.FindLoaded(new Snowflake((ulong)id)) is not null), Capacity / 2, Capacity * 3 / 2);
    }

    private static Snowflake NextId() => new(Interlocked.Increment(ref s_ids));

    private static MemberState Member(ulong id) => new(new Snowflake(id), null, MemberState.NoRoles, new Timestamp(1_700_000_000_123), null, 0);

    private static void AssertSame(IEnumerable<MemberState> expected, IEnumerable<MemberState> actual)
    {
        var (wanted, found) = (expected.ToList(), actual.ToList());
        Assert.Equal(wanted.Select(member => member with { Roles = MemberState.NoRoles }), found.Select(member => member with { Roles = MemberState.NoRoles }));
        Assert.Equal(wanted.Select(member => member.Roles), found.Select(member => member.Roles));
    }

    private Task SaveAsync(MemberState member, User user) => CommitAsync(unit => MemberStore.Save(unit, _guild, member, user));

    private Task CommitAsync(Func<WriteUnit, WriteUnit> fill) => _database.CommitAsync(fill(new WriteUnit()));
}

public sealed class SqliteMemberStoreTests(SqliteSite site) : MemberStoreTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresMemberStoreTests(PostgresSite site) : MemberStoreTests(site), IClassFixture<PostgresSite>;
