using System.Text.Json.Nodes;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Friends, requests, blocks, and who may write to whom.</summary>
public abstract class RelationshipTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task A_request_waits_at_both_until_it_is_accepted()
    {
        var (one, two) = (await Host.RegisterAsync(), await Host.RegisterAsync());

        (await Host.SendAsync("POST", "/users/@me/relationships", one, new { username = two.Name.ToUpperInvariant(), discriminator = (string?)null })).Is(204);
        Assert.Equal([(two.Id, 4)], await RelationsAsync(one));
        Assert.Equal([(one.Id, 3)], await RelationsAsync(two));
        // Again changes nothing.
        (await PutAsync(one, two)).Is(204);
        Assert.Equal([(one.Id, 3)], await RelationsAsync(two));

        (await PutAsync(two, one)).Is(204);
        Assert.Equal([(two.Id, 1)], await RelationsAsync(one));
        var entry = (await Host.SendAsync("GET", "/users/@me/relationships", two)).Is(200).Json[0]!.AsObject();
        Assert.Equal(["id", "nickname", "since", "type", "user"], entry.Select(field => field.Key).Order());
        Assert.Equal(one.Name, (string?)entry["user"]!["username"]);
        Assert.True(entry.ContainsKey("nickname") && entry["nickname"] is null);
        (await PutAsync(one, two)).Is(400, 80007);
        (await Host.SendAsync("POST", "/users/@me/relationships", one, new { username = two.Name })).Is(400, 80007);
    }

    [Fact]
    public async Task Two_who_ask_each_other_are_friends_whoever_was_first()
    {
        var (one, two) = (await Host.RegisterAsync(), await Host.RegisterAsync());

        var answers = await Task.WhenAll(PutAsync(one, two), PutAsync(two, one));

        Assert.All(answers, answer => answer.Is(204));
        Assert.Equal([(two.Id, 1)], await RelationsAsync(one));
        Assert.Equal([(one.Id, 1)], await RelationsAsync(two));
    }

    [Fact]
    public async Task Who_cannot_be_asked()
    {
        var person = await NewMemberAsync();
        var bot = await Host.AddBotAsync(Hall, Permissions.None);

        (await PutAsync(person, person)).Is(400, 80003);
        (await PutAsync(person, person, 2)).Is(400, 80003);
        (await PutAsync(person, bot)).Is(400, 80002);
        (await PutAsync(bot, person)).Is(403, 20001);
        (await Host.SendAsync("PUT", $"/users/@me/relationships/{NewId()}", person, new { })).Is(404, 10013);
        (await Host.SendAsync("PUT", $"/users/@me/relationships/{NewId()}", person, new { type = 2 })).Is(404, 10013);
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{NewId()}", person)).Is(404, 10013);
        (await Host.SendAsync("PATCH", $"/users/@me/relationships/{NewId()}", person, new { nickname = "x" })).Is(404, 10013);
        (await Host.SendAsync("POST", "/users/@me/relationships", person, new { username = "nobody at all" })).Is(400, 80004);
        (await Host.SendAsync("POST", "/users/@me/relationships", person, new { username = Owner.Name, discriminator = "1234" })).Is(400, 80004);
        (await Host.SendAsync("POST", "/users/@me/relationships", person, new { })).IsInvalid("username: BASE_TYPE_REQUIRED");
        (await PutAsync(person, Owner, 3)).IsInvalid("type: BASE_TYPE_CHOICES");
        Assert.Empty(await RelationsAsync(person));
    }

    [Fact]
    public async Task Requests_are_declined_one_by_one_or_all_at_once_and_taken_back()
    {
        var (one, two, three, target) = (await Host.RegisterAsync(), await Host.RegisterAsync(), await Host.RegisterAsync(), await Host.RegisterAsync());
        foreach (var person in new[] { one, two, three })
            (await PutAsync(person, target)).Is(204);

        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{target.Id}", one)).Is(204);
        Assert.Equal([(two.Id, 3), (three.Id, 3)], await RelationsAsync(target));
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{two.Id}", target)).Is(204);
        Assert.Empty(await RelationsAsync(two));
        await Host.BefriendAsync(target, one);
        (await Host.SendAsync("DELETE", "/users/@me/relationships?relationship_type=1", target)).IsInvalid("relationship_type: BASE_TYPE_CHOICES");
        (await Host.SendAsync("DELETE", "/users/@me/relationships?relationship_type=3", target)).Is(204);

        Assert.Equal([(one.Id, 1)], await RelationsAsync(target));
        Assert.Empty(await RelationsAsync(three));
        // What is not there is no error.
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{three.Id}", target)).Is(204);
    }

    [Fact]
    public async Task A_friendship_ends_for_both()
    {
        var person = await Host.RegisterAsync();
        var friend = await Host.BefriendAsync(person);

        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{person.Id}", friend)).Is(204);

        Assert.Empty(await RelationsAsync(person));
        Assert.Empty(await RelationsAsync(friend));
    }

    [Fact]
    public async Task A_block_ends_what_was_there_and_only_the_blocker_sees_it()
    {
        var (person, asking) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        var friend = await Host.BefriendAsync(person);
        (await PutAsync(asking, person)).Is(204);

        (await PutAsync(person, friend, 2)).Is(204);
        (await PutAsync(person, asking, 2)).Is(204);

        Assert.Equal([(asking.Id, 2), (friend.Id, 2)], await RelationsAsync(person));
        Assert.Empty(await RelationsAsync(friend));
        Assert.Empty(await RelationsAsync(asking));
        (await PutAsync(friend, person)).Is(400, 80001);
        (await PutAsync(person, friend)).Is(400, 80001);
        // Both may block; one takes back their own.
        (await PutAsync(friend, person, 2)).Is(204);
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{friend.Id}", person)).Is(204);
        Assert.Equal([(person.Id, 2)], await RelationsAsync(friend));
        (await PutAsync(person, friend)).Is(400, 80001);
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{person.Id}", friend)).Is(204);
        await Host.BefriendAsync(person, friend);
    }

    [Fact]
    public async Task Friends_have_nicknames_of_up_to_32_characters()
    {
        var person = await Host.RegisterAsync();
        var friend = await Host.BefriendAsync(person);

        (await RenameAsync(new string('x', 33))).IsInvalid("nickname: BASE_TYPE_MAX_LENGTH");
        (await RenameAsync(new string('x', 32))).Is(204);
        Assert.Equal(new string('x', 32), (string?)(await Host.SendAsync("GET", "/users/@me/relationships", person)).Json[0]!["nickname"]);
        Assert.Null((await Host.SendAsync("GET", "/users/@me/relationships", friend)).Json[0]!["nickname"]);
        (await RenameAsync(null)).Is(204);
        Assert.Null((await Host.SendAsync("GET", "/users/@me/relationships", person)).Json[0]!["nickname"]);
        (await Host.SendAsync("PATCH", $"/users/@me/relationships/{Owner.Id}", person, new { nickname = "boss" })).Is(400, 80006);

        Task<Answer> RenameAsync(string? nickname) => Host.SendAsync("PATCH", $"/users/@me/relationships/{friend.Id}", person, new { nickname });
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, false)]
    public async Task There_are_1000_friends_and_a_request_counts_as_one(int friends, bool taken)
    {
        var (person, asking) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        await FillAsync(person, friends, RelationshipType.Friend);
        await FillAsync(asking, friends, RelationshipType.Outgoing);
        var (other, third) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        (await PutAsync(other, person)).Is(204);

        var (accepted, sent) = (await PutAsync(person, other), await PutAsync(asking, third));

        Assert.Equal(taken ? (204, 204) : (400, 400), (accepted.Status, sent.Status));
        if (taken)
            return;
        accepted.Is(400, 30002);
        sent.Is(400, 30002);
        Assert.Equal([(person.Id, 4)], await RelationsAsync(other));
        Assert.Empty(await RelationsAsync(third));
    }

    [Fact]
    public async Task Everybody_decides_who_may_ask_them()
    {
        var (person, stranger) = (await NewMemberAsync(), await Host.RegisterAsync());
        var (member, friend) = (await NewMemberAsync(), await Host.BefriendAsync(person));
        var friendOfFriend = await Host.BefriendAsync(friend);

        await AllowAsync(new { });
        (await PutAsync(stranger, person)).Is(400, 80000);
        (await PutAsync(member, person)).Is(400, 80000);
        (await PutAsync(friendOfFriend, person)).Is(400, 80000);
        await AllowAsync(new { mutual_guilds = true });
        (await PutAsync(stranger, person)).Is(400, 80000);
        (await PutAsync(friendOfFriend, person)).Is(400, 80000);
        (await PutAsync(member, person)).Is(204);
        await AllowAsync(new { mutual_friends = true });
        (await PutAsync(stranger, person)).Is(400, 80000);
        (await PutAsync(friendOfFriend, person)).Is(204);
        await AllowAsync(new { all = true });
        (await PutAsync(stranger, person)).Is(204);

        async Task AllowAsync(object from) => (await Host.SendAsync("PATCH", "/users/@me/settings", person, new { friend_source_flags = from })).Is(200);
    }

    [Fact]
    public async Task Relationships_outlive_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Account person, friend;
        await using (var first = await TestHost.StartAsync(place))
        {
            person = await first.RegisterAsync();
            friend = await first.BefriendAsync(person);
            (await first.SendAsync("PATCH", $"/users/@me/relationships/{friend.Id}", person, new { nickname = "pal" })).Is(204);
        }

        await using var second = await TestHost.StartAsync(place);
        var entry = (await second.SendAsync("GET", "/users/@me/relationships", person)).Is(200).Json[0]!;
        Assert.Equal((friend.Id.ToString(), 1, "pal"), ((string?)entry["id"], (int)entry["type"]!, (string?)entry["nickname"]));
    }

    [Fact]
    public async Task Strangers_may_open_a_direct_message_and_not_write_there()
    {
        var (one, two) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        var channel = await OpenAsync(one, two);

        (await SendAsync(one, channel)).Is(403, 50278);
        (await Host.SendAsync("POST", $"/channels/{channel}/typing", one)).Is(403, 50278);
        Assert.False((bool)(await Host.SendAsync("GET", $"/channels/{channel}/call", one)).Is(200).Json["ringable"]!);
        await Host.BefriendAsync(one, two);
        Assert.True((bool)(await Host.SendAsync("GET", $"/channels/{channel}/call", one)).Is(200).Json["ringable"]!);
        (await SendAsync(one, channel)).Is(200);
        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{two.Id}", one)).Is(204);
        // They talked before.
        (await SendAsync(two, channel)).Is(200);
    }

    [Fact]
    public async Task Members_of_one_guild_may_write_unless_the_receiver_does_not_want_that()
    {
        var (one, two, careful) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        (await Host.SendAsync("PATCH", "/users/@me/settings", careful, new { restricted_guilds = new[] { Hall.Id.ToString() } })).Is(200);

        (await SendAsync(one, await OpenAsync(one, two))).Is(200);
        (await SendAsync(one, await OpenAsync(one, careful))).Is(403, 50007);
        await Host.BefriendAsync(one, careful);
        (await SendAsync(one, await OpenAsync(one, careful))).Is(200);
    }

    [Fact]
    public async Task A_bot_writes_to_members_of_its_guilds_alone()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        var (member, stranger) = (await NewMemberAsync(), await Host.RegisterAsync());

        (await SendAsync(bot, await OpenAsync(bot, member))).Is(200);
        (await SendAsync(bot, await OpenAsync(bot, stranger))).Is(403, 50278);
        (await PutAsync(member, bot, 2)).Is(204);
        (await SendAsync(bot, await OpenAsync(bot, member))).Is(403, 50007);
    }

    [Fact]
    public async Task A_block_stops_direct_messages_both_ways_and_reactions_of_the_blocked()
    {
        var (one, two) = (await NewMemberAsync(), await NewMemberAsync());
        var channel = await OpenAsync(one, two);
        var direct = TestHost.Id((await SendAsync(two, channel)).Is(200).Json["id"]);
        var (inGuild, own) = (await Host.PostAsync(one, Hall.ChannelId), await Host.PostAsync(two, Hall.ChannelId));

        (await PutAsync(one, two, 2)).Is(204);

        foreach (var person in new[] { one, two })
        {
            (await SendAsync(person, channel)).Is(403, 50007);
            (await Host.SendAsync("POST", $"/channels/{channel}/typing", person)).Is(403, 50007);
            (await Host.SendAsync("PUT", $"/channels/{channel}/messages/pins/{direct}", person)).Is(403, 50007);
        }

        (await Host.SendAsync("PATCH", $"/channels/{channel}/messages/{direct}", two, new { content = "listen" })).Is(403, 50007);
        (await ReactAsync(two, inGuild)).Is(403, 90001);
        (await ReactAsync(one, own)).Is(204);
        Assert.Single(await Host.HistoryAsync(one, channel));
        // What is there may be read and taken away, and in the guild life goes on.
        (await Host.SendAsync("DELETE", $"/channels/{channel}/messages/{direct}", two)).Is(204);
        await Host.PostAsync(two, Hall.ChannelId);

        (await Host.SendAsync("DELETE", $"/users/@me/relationships/{two.Id}", one)).Is(204);
        (await SendAsync(two, channel)).Is(200);

        Task<Answer> ReactAsync(Account person, Snowflake message) => Host.SendAsync("PUT", $"{Messages}/{message}/reactions/%F0%9F%91%8D/@me", person);
    }

    [Fact]
    public async Task Other_modules_are_told_who_is_blocked()
    {
        var (one, two) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        var mediator = Host.Services.GetRequiredService<IMediator>();
        Assert.Empty(await mediator.Send(new GetBlocked(one.Id)));

        (await PutAsync(one, two, 2)).Is(204);

        Assert.Equal([two.Id], await mediator.Send(new GetBlocked(one.Id)));
        Assert.Empty(await mediator.Send(new GetBlocked(two.Id)));
        Assert.Equal(new Relation(RelationshipType.None, RelationshipType.Blocked), await mediator.Send(new GetRelation(two.Id, one.Id)));
    }

    [Fact]
    public async Task Notes_are_ones_own_and_have_256_characters()
    {
        var (person, other) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        var path = $"/users/@me/notes/{other.Id}";

        (await Host.SendAsync("GET", path, person)).Is(404, 10013);
        (await Host.SendAsync("PUT", path, person, new { note = new string('x', 257) })).Is(400, 50015);
        (await Host.SendAsync("PUT", path, person, new { note = new string('x', 256) })).Is(204);
        (await Host.SendAsync("PUT", path, person, new { note = "owes me a coffee" })).Is(204);
        var note = (await Host.SendAsync("GET", path, person)).Is(200).Json;
        Assert.Equal((person.Id.ToString(), other.Id.ToString(), "owes me a coffee"), ((string?)note["user_id"], (string?)note["note_user_id"], (string?)note["note"]));
        Assert.Equal($$"""{"{{other.Id}}":"owes me a coffee"}""", (await Host.SendAsync("GET", "/users/@me/notes", person)).Is(200).Body);
        Assert.Equal("{}", (await Host.SendAsync("GET", "/users/@me/notes", other)).Is(200).Body);
        (await Host.SendAsync("PUT", path, person, """{"note":null}""")).Is(204);
        Assert.Equal("{}", (await Host.SendAsync("GET", "/users/@me/notes", person)).Is(200).Body);
        (await Host.SendAsync("PUT", $"/users/@me/notes/{NewId()}", person, new { note = "who?" })).Is(404, 10013);
    }

    private Snowflake NewId() => Host.Services.GetRequiredService<SnowflakeGenerator>().Next();

    private Task<Answer> PutAsync(Account person, Account other, int? type = null) =>
        Host.SendAsync("PUT", $"/users/@me/relationships/{other.Id}", person, type is null ? new JsonObject() : new JsonObject { ["type"] = type });

    private async Task<IReadOnlyList<(Snowflake Id, int Type)>> RelationsAsync(Account person) =>
        [.. (await Host.SendAsync("GET", "/users/@me/relationships", person)).Is(200).Json.AsArray().Select(entry => (TestHost.Id(entry!["id"]), (int)entry["type"]!)).OrderBy(entry => entry.Item2 == 1).ThenBy(entry => entry.Item1)];

    private async Task<Snowflake> OpenAsync(Account person, Account other) =>
        TestHost.Id((await Host.SendAsync("POST", "/users/@me/channels", person, new { recipient_id = other.Id.ToString() })).Is(200).Json["id"]);

    private Task<Answer> SendAsync(Account person, Snowflake channel) => Host.SendAsync("POST", $"/channels/{channel}/messages", person, new { content = "hello" });

    // Straight into the store, before the server has looked at the person: the limit is far away.
    private Task FillAsync(Account person, int count, RelationshipType type)
    {
        var unit = new WriteUnit();
        for (var i = 0; i < count; i++)
            RelationshipStore.Save(unit, person.Id, new StoredRelation(new Snowflake((ulong)i + 1), type, null, new Timestamp(1)));
        return Host.Database.CommitAsync(unit);
    }
}

public sealed class SqliteRelationshipTests(SqliteSite site) : RelationshipTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresRelationshipTests(PostgresSite site) : RelationshipTests(site), IClassFixture<PostgresSite>;
