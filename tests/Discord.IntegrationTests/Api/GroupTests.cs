using System.Text.Json.Nodes;
using Discord.BuildingBlocks;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Groups: who is in one, who may do what there, what its history tells.</summary>
public abstract class GroupTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task A_group_has_its_maker_for_owner_and_everybody_sees_the_others()
    {
        var (owner, group, members) = await GroupAsync(2);

        var seen = (await Host.SendAsync("GET", $"/channels/{group}", members[0])).Is(200).Json.AsObject();

        Assert.Equal((3, owner.Id), ((int)seen["type"]!, TestHost.Id(seen["owner_id"])));
        Assert.True(seen.ContainsKey("name") && seen["name"] is null && seen.ContainsKey("icon") && seen["icon"] is null);
        Assert.Equal([owner.Id, members[1].Id], Recipients(seen));
        foreach (var person in members.Append(owner))
        {
            Assert.Contains(group, await ChannelsAsync(person));
            await Host.PostAsync(person, group);
        }

        Assert.Equal(3, (await Host.HistoryAsync(members[1], group)).Count);
    }

    [Fact]
    public async Task A_group_may_be_made_of_one_alone_and_every_group_is_a_new_one()
    {
        var (owner, friend) = await FriendsAsync();

        var alone = (await CreateAsync(owner)).Is(200).Json;
        Assert.Equal((3, 0), ((int)alone["type"]!, alone["recipients"]!.AsArray().Count));
        Assert.Equal(1, (int)(await CreateAsync(owner, friend.Id)).Is(200).Json["type"]!);
        var other = await Host.BefriendAsync(owner);
        Assert.NotEqual(TestHost.Id((await CreateAsync(owner, friend.Id, other.Id)).Is(200).Json["id"]), TestHost.Id((await CreateAsync(owner, friend.Id, other.Id)).Is(200).Json["id"]));
        // Whoever makes it is in it anyway.
        Assert.Equal([friend.Id, other.Id], Recipients((await CreateAsync(owner, owner.Id, friend.Id, other.Id, friend.Id)).Is(200).Json));
    }

    [Fact]
    public async Task Only_friends_are_brought_into_a_group()
    {
        var (owner, friend) = await FriendsAsync();
        var stranger = await Host.RegisterAsync();
        var group = TestHost.Id((await CreateAsync(owner)).Is(200).Json["id"]);
        var before = await ChannelsAsync(owner);

        (await CreateAsync(owner, friend.Id, stranger.Id)).Is(403, 50007);
        (await CreateAsync(owner, friend.Id, NewId())).Is(400, 50033);
        (await CreateAsync(owner, owner.Id)).Is(400, 50033);
        (await AddAsync(owner, group, stranger.Id)).Is(403, 50007);
        (await AddAsync(owner, group, NewId())).Is(404, 10013);
        (await AddAsync(owner, group, (await Host.AddBotAsync(Hall, Permissions.None)).Id)).Is(403, 50007);
        (await AddAsync(stranger, group, owner.Id)).Is(404, 10003);

        Assert.Equal(before, await ChannelsAsync(owner));
        Assert.Empty(await ChannelsAsync(stranger));
    }

    [Fact]
    public async Task Ten_people_are_a_full_group()
    {
        var owner = await Host.RegisterAsync();
        var friends = new List<Account>();
        for (var i = 0; i < 10; i++)
            friends.Add(await Host.BefriendAsync(owner));

        (await CreateAsync(owner, [.. friends.Select(friend => friend.Id)])).Is(400, 30004);
        var group = TestHost.Id((await CreateAsync(owner, [.. friends.Take(8).Select(friend => friend.Id)])).Is(200).Json["id"]);
        (await AddAsync(owner, group, friends[8].Id)).Is(204);
        (await AddAsync(owner, group, friends[9].Id)).Is(400, 30004);
        // Who is there already is no eleventh.
        (await AddAsync(owner, group, friends[8].Id)).Is(204);
        Assert.Equal(9, Recipients((await Host.SendAsync("GET", $"/channels/{group}", owner)).Json).Count);
    }

    [Fact]
    public async Task A_member_lets_a_friend_in_and_the_history_tells()
    {
        var (_, group, members) = await GroupAsync(2);
        var friend = await Host.BefriendAsync(members[0]);
        (await Host.SendAsync("GET", $"/channels/{group}", friend)).Is(404, 10003);

        (await AddAsync(members[0], group, friend.Id)).Is(204);

        Assert.Contains(group, await ChannelsAsync(friend));
        var notice = await NoticeAsync(friend, group, 1);
        Assert.Equal((members[0].Id, friend.Id), (TestHost.Id(notice["author"]!["id"]), TestHost.Id(notice["mentions"]![0]!["id"])));
        (await Host.SendAsync("DELETE", $"/channels/{group}/messages/{notice["id"]}", members[0])).Is(403, 50021);
        await Host.PostAsync(friend, group);
    }

    [Fact]
    public async Task A_friend_beside_a_direct_message_makes_a_group_of_three()
    {
        var (person, friend) = await FriendsAsync();
        var third = await Host.BefriendAsync(person);
        var direct = TestHost.Id((await CreateAsync(person, friend.Id)).Json["id"]);

        var made = (await AddAsync(person, direct, third.Id)).Is(201).Json;

        Assert.Equal((3, person.Id), ((int)made["type"]!, TestHost.Id(made["owner_id"])));
        Assert.Equal([friend.Id, third.Id], Recipients(made));
        Assert.Equal(1, (int)(await Host.SendAsync("GET", $"/channels/{direct}", person)).Json["type"]!);
        (await Host.SendAsync("DELETE", $"/channels/{direct}/recipients/{friend.Id}", person)).Is(403, 50003);
    }

    [Fact]
    public async Task The_owner_takes_others_out_and_nobody_else_does()
    {
        var (owner, group, members) = await GroupAsync(2);

        (await RemoveAsync(members[0], group, members[1].Id)).Is(403, 50013);
        (await RemoveAsync(members[0], group, owner.Id)).Is(403, 50013);
        (await RemoveAsync(owner, group, Hall.Owner.Id)).Is(404, 10013);
        (await RemoveAsync(Hall.Owner, group, owner.Id)).Is(404, 10003);
        (await RemoveAsync(owner, group, members[0].Id)).Is(204);

        Assert.DoesNotContain(group, await ChannelsAsync(members[0]));
        (await Host.SendAsync("POST", $"/channels/{group}/messages", members[0], new { content = "still here" })).Is(404, 10003);
        var notice = await NoticeAsync(owner, group, 2);
        Assert.Equal((owner.Id, members[0].Id), (TestHost.Id(notice["author"]!["id"]), TestHost.Id(notice["mentions"]![0]!["id"])));
    }

    [Fact]
    public async Task Who_leaves_hands_the_group_on_and_the_last_takes_it_along()
    {
        var (owner, group, members) = await GroupAsync(2);

        (await Host.SendAsync("DELETE", $"/channels/{group}?silent=true", owner)).Is(200);
        Assert.Equal(members[0].Id, TestHost.Id((await Host.SendAsync("GET", $"/channels/{group}", members[1])).Is(200).Json["owner_id"]));
        (await RemoveAsync(members[1], group, members[1].Id)).Is(204);
        Assert.Equal([2], (await TypesAsync(members[0], group, 1)));
        (await Host.SendAsync("DELETE", $"/channels/{group}", members[0])).Is(200);

        foreach (var person in members.Append(owner))
        {
            (await Host.SendAsync("GET", $"/channels/{group}", person)).Is(404, 10003);
            Assert.Empty(await ChannelsAsync(person));
        }
    }

    [Fact]
    public async Task Everybody_names_a_group_and_its_owner_hands_it_on()
    {
        var (owner, group, members) = await GroupAsync(2);

        (await PatchAsync(members[0], new { name = new string('x', 101) })).IsInvalid("name: BASE_TYPE_MAX_LENGTH");
        Assert.Equal(new string('x', 100), (string?)(await PatchAsync(members[0], new { name = new string('x', 100) })).Is(200).Json["name"]);
        Assert.Equal(new string('x', 100), (string?)(await NoticeAsync(owner, group, 4))["content"]);
        Assert.Null((await PatchAsync(members[1], """{"name":null}""")).Is(200).Json["name"]);
        (await PatchAsync(members[0], new { owner = members[0].Id.ToString() })).Is(403, 50013);
        (await PatchAsync(owner, new { owner = Hall.Owner.Id.ToString() })).Is(404, 10013);
        (await PatchAsync(owner, new { owner = members[1].Id.ToString() })).Is(200);
        (await RemoveAsync(members[1], group, owner.Id)).Is(204);
        (await PatchAsync(owner, new { name = "mine" })).Is(404, 10003);

        Task<Answer> PatchAsync(Account person, object body) => Host.SendAsync("PATCH", $"/channels/{group}", person, body);
    }

    [Fact]
    public async Task A_block_does_not_keep_two_from_being_in_one_group()
    {
        var (owner, group, members) = await GroupAsync(2);

        (await Host.SendAsync("PUT", $"/users/@me/relationships/{members[0].Id}", owner, new { type = 2 })).Is(204);

        await Host.PostAsync(members[0], group);
        await Host.PostAsync(owner, group);
        (await RemoveAsync(owner, group, members[0].Id)).Is(204);
        (await AddAsync(owner, group, members[0].Id)).Is(403, 50007);
    }

    [Fact]
    public async Task Groups_outlive_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Account owner, friend;
        Snowflake group;
        await using (var first = await TestHost.StartAsync(place))
        {
            owner = await first.RegisterAsync();
            friend = await first.BefriendAsync(owner);
            group = TestHost.Id((await first.SendAsync("POST", "/users/@me/channels", owner, new { recipients = Array.Empty<string>() })).Json["id"]);
            (await first.SendAsync("PUT", $"/channels/{group}/recipients/{friend.Id}", owner)).Is(204);
            (await first.SendAsync("PATCH", $"/channels/{group}", owner, new { name = "us" })).Is(200);
        }

        await using var second = await TestHost.StartAsync(place);
        var seen = (await second.SendAsync("GET", $"/channels/{group}", friend)).Is(200).Json;
        Assert.Equal(("us", owner.Id), ((string?)seen["name"], TestHost.Id(seen["owner_id"])));
        Assert.Equal([owner.Id], Recipients(seen));
        // What was said while it closed is said once, before or after.
        Assert.Equal([1, 4], (await second.HistoryAsync(friend, group)).Select(message => (int)message["type"]!).Order());
    }

    [Fact]
    public async Task A_direct_message_is_found_by_the_other()
    {
        var (person, friend) = await FriendsAsync();
        (await Host.SendAsync("GET", $"/users/@me/dms/{friend.Id}", person)).Is(404, 10003);
        var direct = TestHost.Id((await CreateAsync(person, friend.Id)).Json["id"]);

        foreach (var (one, other) in new[] { (person, friend), (friend, person) })
            Assert.Equal(direct, TestHost.Id((await Host.SendAsync("GET", $"/users/@me/dms/{other.Id}", one)).Is(200).Json["id"]));
    }

    [Fact]
    public async Task Recipients_and_calls_are_not_of_guild_channels()
    {
        var member = await NewMemberAsync();

        (await AddAsync(Owner, Hall.ChannelId, member.Id)).Is(400, 50024);
        (await RemoveAsync(Owner, Hall.ChannelId, member.Id)).Is(400, 50024);
        (await Host.SendAsync("GET", $"/channels/{Hall.ChannelId}/call", Owner)).Is(400, 50024);
        (await Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/call/ring", Owner, new { })).Is(400, 50024);
    }

    private Snowflake NewId() => Host.Services.GetRequiredService<SnowflakeGenerator>().Next();

    private async Task<(Account, Account)> FriendsAsync()
    {
        var person = await Host.RegisterAsync();
        return (person, await Host.BefriendAsync(person));
    }

    private async Task<(Account Owner, Snowflake Group, IReadOnlyList<Account> Members)> GroupAsync(int count)
    {
        var owner = await Host.RegisterAsync();
        var members = new List<Account>();
        for (var i = 0; i < count; i++)
            members.Add(await Host.BefriendAsync(owner));
        return (owner, TestHost.Id((await CreateAsync(owner, [.. members.Select(member => member.Id)])).Is(200).Json["id"]), members);
    }

    private Task<Answer> CreateAsync(Account owner, params Snowflake[] recipients) => Host.SendAsync("POST", "/users/@me/channels", owner, new { recipients = recipients.Select(id => id.ToString()) });

    private Task<Answer> AddAsync(Account person, Snowflake channel, Snowflake friend) => Host.SendAsync("PUT", $"/channels/{channel}/recipients/{friend}", person, new { });

    private Task<Answer> RemoveAsync(Account person, Snowflake channel, Snowflake other) => Host.SendAsync("DELETE", $"/channels/{channel}/recipients/{other}", person);

    private static IReadOnlyList<Snowflake> Recipients(JsonNode channel) => [.. channel["recipients"]!.AsArray().Select(user => TestHost.Id(user!["id"])).Order()];

    private async Task<IReadOnlyList<Snowflake>> ChannelsAsync(Account person) =>
        [.. (await Host.SendAsync("GET", "/users/@me/channels", person)).Is(200).Json.AsArray().Select(channel => TestHost.Id(channel!["id"]))];

    // Notices are posted in the background: they are asked for until they are there.
    private async Task<JsonNode> NoticeAsync(Account person, Snowflake group, int type)
    {
        var late = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(20);
        while (TimeProvider.System.GetUtcNow() < late)
        {
            if ((await Host.HistoryAsync(person, group)).FirstOrDefault(message => (int)message["type"]! == type) is { } notice)
                return notice;
        }

        throw new InvalidOperationException($"No notice of type {type} came.");
    }

    private async Task<IEnumerable<int>> TypesAsync(Account person, Snowflake group, int count)
    {
        await NoticeAsync(person, group, 2);
        var types = (await Host.HistoryAsync(person, group)).Select(message => (int)message["type"]!).ToList();
        Assert.Equal(count, types.Count);
        return types;
    }
}

public sealed class SqliteGroupTests(SqliteSite site) : GroupTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresGroupTests(PostgresSite site) : GroupTests(site), IClassFixture<PostgresSite>;
