using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Storage;

public abstract class GuildStoreTests(Site site) : IAsyncLifetime
{
    private static ulong s_ids = 10_000;

    // A guild of its own for each test: the class shares one database.
    private readonly Snowflake _guild = NextId();
    private Database _database = null!;
    private GuildStore _store = null!;
    private MemberStore _members = null!;
    private InviteStore _invites = null!;

    public async Task InitializeAsync()
    {
        _database = await site.SharedDatabaseAsync();
        _store = new GuildStore(_database);
        _members = new MemberStore(_database);
        _invites = new InviteStore(_database);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_guild_comes_back_and_a_change_replaces_it()
    {
        var guild = new Guild { Id = _guild, Name = "hall 日本", OwnerId = new Snowflake(1), Description = "\"d\"" };
        await CommitAsync(unit => GuildStore.Save(unit, guild));
        AssertSame(guild, await _store.FindGuildAsync(_guild));

        var changed = guild with { Name = "other", OwnerId = new Snowflake(2), Description = null };
        await CommitAsync(unit => GuildStore.Save(unit, changed));

        AssertSame(changed, await _store.FindGuildAsync(_guild));
        Assert.Equal(2L, await _database.FirstAsync("SELECT owner_id FROM guilds WHERE id = $1", Trial.Long, _guild));
        Assert.Null(await _store.FindGuildAsync(NextId()));
    }

    [Fact]
    public async Task Roles_are_saved_replaced_and_deleted_one_at_a_time()
    {
        Role[] roles = [new() { Id = _guild, Name = "@everyone", Permissions = Permissions.DefaultEveryone }, new() { Id = NextId(), Name = "officer", Position = 1, Permissions = Permissions.All, Color = 0xFF0000 }];
        foreach (var role in roles)
            await CommitAsync(unit => GuildStore.Save(unit, _guild, role));
        await CommitAsync(unit => GuildStore.Save(unit, NextId(), new Role { Id = NextId(), Name = "elsewhere", Permissions = Permissions.None }));
        await CommitAsync(unit => GuildStore.Save(unit, _guild, roles[1] with { Name = "general" }));

        AssertSame([roles[0], roles[1] with { Name = "general" }], (await _store.RolesAsync(_guild)).OrderBy(role => role.Id));

        await CommitAsync(unit => GuildStore.DeleteRole(unit, _guild, roles[1].Id));
        AssertSame([roles[0]], await _store.RolesAsync(_guild));
    }

    [Fact]
    public async Task Channels_are_saved_replaced_found_and_deleted_with_their_invites()
    {
        var channel = new Channel
        {
            Id = NextId(), GuildId = _guild, Type = ChannelType.GuildText, Name = "general", Position = 3, Topic = "topic", RateLimitPerUser = 5,
            PermissionOverwrites = [new(_guild, 0, Permissions.None, Permissions.ViewChannel), new(new Snowflake(5), 1, Permissions.ViewChannel, Permissions.None)],
        };
        var other = new Channel { Id = NextId(), GuildId = _guild, Type = ChannelType.GuildVoice, Name = "voice" };
        await CommitAsync(unit => GuildStore.Save(unit, channel));
        await CommitAsync(unit => GuildStore.Save(unit, other));
        var changed = channel with { Type = ChannelType.GuildAnnouncement, Name = "news", PermissionOverwrites = [] };
        AssertSame([channel, other], (await _store.ChannelsAsync(_guild)).OrderBy(found => found.Id));

        await CommitAsync(unit => GuildStore.Save(unit, changed));
        AssertSame([changed, other], (await _store.ChannelsAsync(_guild)).OrderBy(found => found.Id));
        Assert.Equal((_guild, ChannelType.GuildAnnouncement), await _store.FindChannelAsync(channel.Id));

        await CommitAsync(unit => InviteStore.Save(InviteStore.Save(unit, Invite("gone-" + channel.Id, channel.Id)), Invite("stays-" + channel.Id, other.Id)));
        await CommitAsync(unit => GuildStore.DeleteChannel(unit, channel.Id));
        Assert.Null(await _store.FindChannelAsync(channel.Id));
        Assert.Equal(["stays-" + channel.Id], (await _invites.OfGuildAsync(_guild)).Select(invite => invite.Code));
        AssertSame([other], await _store.ChannelsAsync(_guild));
    }

    [Fact]
    public async Task The_greatest_id_is_that_of_the_newest_channel()
    {
        var id = new Snowflake(ulong.MaxValue >> 2);
        await CommitAsync(unit => GuildStore.Save(unit, new Channel { Id = id, Type = ChannelType.GuildText, GuildId = _guild }));

        Assert.Equal(id, await _store.GreatestIdAsync());
    }

    [Fact]
    public async Task Deleting_a_guild_takes_everything_of_it_and_nothing_of_another()
    {
        var other = NextId();
        var (mine, theirs) = (NextId(), NextId());
        await FillAsync(_guild, mine);
        await FillAsync(other, theirs);

        await CommitAsync(unit => GuildStore.DeleteGuild(unit, _guild));

        Assert.Null(await _store.FindGuildAsync(_guild));
        Assert.Empty(await _store.RolesAsync(_guild));
        Assert.Empty(await _store.ChannelsAsync(_guild));
        Assert.Empty(await _members.PageAsync(_guild, default, 10));
        Assert.Empty(await _store.BansAsync(_guild, null, default, 10));
        Assert.Empty(await _invites.OfGuildAsync(_guild));
        Assert.Null(await _store.FindChannelAsync(mine));
        Assert.NotNull(await _store.FindGuildAsync(other));
        Assert.Single(await _store.RolesAsync(other));
        Assert.Single(await _store.ChannelsAsync(other));
        Assert.Single(await _members.PageAsync(other, default, 10));
        Assert.Single(await _store.BansAsync(other, null, default, 10));
        Assert.Single(await _invites.OfGuildAsync(other));
    }

    [Fact]
    public async Task Bans_are_found_replaced_and_lifted()
    {
        var user = NextId();
        await CommitAsync(unit => GuildStore.Save(unit, _guild, new Ban(user, "spam")));
        Assert.Equal(new Ban(user, "spam"), await _store.FindBanAsync(_guild, user));
        Assert.Null(await _store.FindBanAsync(NextId(), user));

        await CommitAsync(unit => GuildStore.Save(unit, _guild, new Ban(user, null)));
        Assert.Equal(new Ban(user, null), await _store.FindBanAsync(_guild, user));

        await CommitAsync(unit => GuildStore.DeleteBan(unit, _guild, user));
        Assert.Null(await _store.FindBanAsync(_guild, user));
    }

    [Fact]
    public async Task Bans_are_paged_both_ways_always_ascending()
    {
        for (var user = 9UL; user >= 1; user--)
            await CommitAsync(unit => GuildStore.Save(unit, _guild, new Ban(new Snowflake(user), null)));

        Assert.Equal([1, 2, 3], await PageAsync(null, 0, 3));
        Assert.Equal([4, 5, 6], await PageAsync(null, 3, 3));
        Assert.Equal([9], await PageAsync(null, 8, 3));
        Assert.Equal([5, 6, 7], await PageAsync(8, 0, 3));
        Assert.Equal([1, 2], await PageAsync(3, 0, 3));
        Assert.Empty(await PageAsync(1, 0, 3));

        async Task<IEnumerable<ulong>> PageAsync(ulong? before, ulong after, int limit) =>
            (await _store.BansAsync(_guild, before is { } id ? new Snowflake(id) : null, new Snowflake(after), limit)).Select(ban => ban.UserId.Value);
    }

    [Fact]
    public async Task Invites_come_back_count_their_uses_and_are_revoked()
    {
        var channel = NextId();
        var first = Invite($"b{_guild}", channel) with { CreatedAt = new Timestamp(1), MaxAge = 604_800, MaxUses = 100, Temporary = true, TargetType = 1, TargetUserId = NextId() };
        var second = Invite($"a{_guild}", channel) with { CreatedAt = new Timestamp(2) };
        await CommitAsync(unit => InviteStore.Save(InviteStore.Save(unit, second), first));
        Assert.Equal([first, second], await _invites.OfGuildAsync(_guild));

        await CommitAsync(unit => InviteStore.Save(unit, first with { Uses = 5, MaxUses = 1, Temporary = false }));
        Assert.Equal(first with { Uses = 5 }, await _invites.FindAsync(first.Code));
        Assert.Null(await _invites.FindAsync(first.Code.ToUpperInvariant()));

        await CommitAsync(unit => InviteStore.Delete(unit, first.Code));
        Assert.Null(await _invites.FindAsync(first.Code));
        Assert.Equal([second], await _invites.OfGuildAsync(_guild));
    }

    [Fact]
    public async Task Two_users_have_one_direct_message_channel()
    {
        var (low, high, channel) = (NextId(), NextId(), NextId());
        var pair = $"{low}:{high}";
        Assert.Null(await _store.FindPairAsync(pair));

        await CommitAsync(unit => GuildStore.InsertDirectMessage(unit, new Channel { Id = channel, Type = ChannelType.Dm }, pair, [low, high]));

        Assert.Equal(channel, await _store.FindPairAsync(pair));
        Assert.Equal([low, high], await _store.RecipientsAsync(channel));
        Assert.Equal((null, ChannelType.Dm), await _store.FindChannelAsync(channel));
        var again = NextId();
        await Assert.ThrowsAsync<UniqueViolationException>(() => CommitAsync(unit => GuildStore.InsertDirectMessage(unit, new Channel { Id = again, Type = ChannelType.Dm }, pair, [low, high])));
        Assert.Null(await _store.FindChannelAsync(again));
        Assert.Equal([channel], await _store.OpenDirectMessagesAsync(low));
    }

    [Fact]
    public async Task A_direct_message_is_closed_for_one_of_the_two_alone()
    {
        var (low, high, third) = (NextId(), NextId(), NextId());
        var (first, second) = (NextId(), NextId());
        await CommitAsync(unit => GuildStore.InsertDirectMessage(unit, new Channel { Id = first, Type = ChannelType.Dm }, $"{low}:{high}", [low, high]));
        await CommitAsync(unit => GuildStore.InsertDirectMessage(unit, new Channel { Id = second, Type = ChannelType.Dm }, $"{low}:{third}", [low, third]));
        Assert.Empty(await _store.ClosedByAsync(first));

        await CommitAsync(unit => GuildStore.SetClosed(unit, low, first, closed: true));
        Assert.Equal([low], await _store.ClosedByAsync(first));
        Assert.Empty(await _store.ClosedByAsync(second));
        Assert.Equal([second], await _store.OpenDirectMessagesAsync(low));
        Assert.Equal([first], await _store.OpenDirectMessagesAsync(high));

        await CommitAsync(unit => GuildStore.SetClosed(unit, low, first, closed: false));
        Assert.Empty(await _store.ClosedByAsync(first));
        Assert.Equal([first, second], await _store.OpenDirectMessagesAsync(low));
    }

    private static Snowflake NextId() => new(Interlocked.Increment(ref s_ids));

    private static void AssertSame<T>(T expected, T? actual) => Assert.Equal(Text(expected), Text(actual!));

    private static void AssertSame<T>(IEnumerable<T> expected, IEnumerable<T> actual) => Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static string Text<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value, ProtocolJson.Options);

    private StoredInvite Invite(string code, Snowflake channel) => new(code, _guild, channel, new Snowflake(1), new Timestamp(1), 0, 0, 0, false);

    private Task CommitAsync(Func<WriteUnit, WriteUnit> fill) => _database.CommitAsync(fill(new WriteUnit()));

    private async Task FillAsync(Snowflake guild, Snowflake channel)
    {
        var unit = GuildStore.Save(new WriteUnit(), new Guild { Id = guild, Name = "g", OwnerId = new Snowflake(1) });
        GuildStore.Save(unit, guild, new Role { Id = guild, Name = "@everyone", Permissions = Permissions.None });
        GuildStore.Save(unit, new Channel { Id = channel, GuildId = guild, Type = ChannelType.GuildText });
        MemberStore.Save(unit, guild, new MemberState(new Snowflake(1), null, MemberState.NoRoles, new Timestamp(1), null, 0));
        GuildStore.Save(unit, guild, new Ban(new Snowflake(2), null));
        InviteStore.Save(unit, Invite($"fill{guild}", channel) with { GuildId = guild });
        await _database.CommitAsync(unit);
    }
}

public sealed class SqliteGuildStoreTests(SqliteSite site) : GuildStoreTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresGuildStoreTests(PostgresSite site) : GuildStoreTests(site), IClassFixture<PostgresSite>;
