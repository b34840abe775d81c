using System.Globalization;
using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Threads;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What tests of threads share.</summary>
public abstract class ThreadedTests(Site site) : ChannelTests(site)
{
    protected const int Public = 11;
    protected const int Private = 12;

    protected string Threads => $"/channels/{Hall.ChannelId}/threads";

    protected async Task<Snowflake> NewThreadAsync(int type = Public, Account? caller = null, bool invitable = true, Snowflake? channel = null) =>
        TestHost.Id((await Host.SendAsync("POST", $"/channels/{channel ?? Hall.ChannelId}/threads", caller ?? Owner, new { name = "talk", type, invitable })).Is(201).Json["id"]);

    protected Task<Answer> PatchAsync(Snowflake channel, object body, Account? caller = null) => Host.SendAsync("PATCH", $"/channels/{channel}", caller ?? Owner, body);

    protected Task<Answer> GetAsync(Snowflake channel, Account? caller = null) => Host.SendAsync("GET", $"/channels/{channel}", caller ?? Owner);

    protected Task<Answer> SayAsync(Snowflake channel, Account caller, string content = "hello") => Host.SendAsync("POST", $"/channels/{channel}/messages", caller, new { content });

    protected Task<Answer> MemberAsync(string method, Snowflake thread, object user, Account caller) => Host.SendAsync(method, $"/channels/{thread}/thread-members/{user}", caller);

    protected async Task<IReadOnlyList<Snowflake>> MembersAsync(Snowflake thread) =>
        [.. (await Host.SendAsync("GET", $"/channels/{thread}/thread-members", Owner)).Is(200).Json.AsArray().Select(member => TestHost.Id(member!["user_id"]))];

    /// <summary>Gives everybody a set in the channel, or takes it.</summary>
    protected async Task OverwriteAsync(Permissions allow = Permissions.None, Permissions deny = Permissions.None, Snowflake? channel = null) =>
        (await Host.SendAsync("PUT", $"/channels/{channel ?? Hall.ChannelId}/permissions/{Hall.Id}", Owner, new { type = 0, allow = Bits(allow), deny = Bits(deny) })).Is(204);

    protected async Task<Account> NewModeratorAsync()
    {
        var member = await NewMemberAsync();
        var role = await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "moderator", permissions = Bits(Permissions.ManageThreads) });
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role.Json["id"]}", Owner)).Is(204);
        return member;
    }

    protected async Task<IReadOnlyList<Snowflake>> ActiveAsync(Account? caller = null) =>
        [.. Ids((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/threads/active", caller ?? Owner)).Is(200).Json["threads"]!)];

    private protected GuildHome Home => Host.Services.GetRequiredService<GuildHomes>().FindLoaded(Hall.Id)!;

    /// <summary>Puts threads into the guild's memory alone: for limits that are far away.</summary>
    protected void Crowd(int count, ChannelType type = ChannelType.PublicThread)
    {
        var now = new Timestamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var threads = Enumerable.Range(1, count).Select(i => new GuildThread(
            new ThreadChannel { Id = new Snowflake((ulong)i), GuildId = Hall.Id, ParentId = Hall.ChannelId, OwnerId = Owner.Id, Name = "crowd", Type = type, ThreadMetadata = new ThreadMetadata(false, now, 60, false) },
            ThreadMembers.None));
        Home.State = threads.Aggregate(Home.State!, (state, thread) => state.WithThread(thread));
    }

    private static string Bits(Permissions permissions) => ((ulong)permissions).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Starting threads, and who is in them.</summary>
public abstract class ThreadTests(Site site) : ThreadedTests(site)
{
    [Fact]
    public async Task A_thread_from_a_message_has_its_id_and_both_point_to_each_other()
    {
        var root = await Host.PostAsync(Owner, Hall.ChannelId, "root");

        var thread = (await Host.SendAsync("POST", $"{Messages}/{root}/threads", Owner, new { name = " talk ", auto_archive_duration = 60 })).Is(201).Json;

        Assert.Equal((root, Hall.ChannelId, Owner.Id, 11, "talk"), (TestHost.Id(thread["id"]), TestHost.Id(thread["parent_id"]), TestHost.Id(thread["owner_id"]), (int)thread["type"]!, (string?)thread["name"]));
        Assert.Equal((60, false, false), ((int)thread["thread_metadata"]!["auto_archive_duration"]!, (bool)thread["thread_metadata"]!["archived"]!, (bool)thread["thread_metadata"]!["locked"]!));
        Assert.Equal(Owner.Id, TestHost.Id(thread["member"]!["user_id"]));
        var message = (await Host.SendAsync("GET", $"{Messages}/{root}", Owner)).Is(200).Json;
        Assert.Equal((32, root), ((int)message["flags"]!, TestHost.Id(message["thread"]!["id"])));
        var first = Assert.Single(await Host.HistoryAsync(Owner, root));
        Assert.Equal((21, Hall.ChannelId, root), ((int)first["type"]!, TestHost.Id(first["message_reference"]!["channel_id"]), TestHost.Id(first["message_reference"]!["message_id"])));
        Assert.Equal("root", (string?)first["referenced_message"]!["content"]);

        (await Host.SendAsync("POST", $"{Messages}/{root}/threads", Owner, new { name = "again" })).Is(400, 160004);
        (await Host.SendAsync("DELETE", $"/channels/{root}/messages/{first["id"]}", Owner)).Is(403, 50021);
        (await Host.SendAsync("DELETE", $"{Messages}/{root}", Owner)).Is(204);
        (await GetAsync(root)).Is(200);
        Assert.Null((await Host.HistoryAsync(Owner, root))[0]["referenced_message"]);
    }

    [Fact]
    public async Task A_message_whose_thread_was_deleted_can_have_another()
    {
        var root = await Host.PostAsync(Owner, Hall.ChannelId, "root");
        (await Host.SendAsync("POST", $"{Messages}/{root}/threads", Owner, new { name = "talk" })).Is(201);

        (await Host.SendAsync("DELETE", $"/channels/{root}", Owner)).Is(200);

        var message = (await Host.SendAsync("GET", $"{Messages}/{root}", Owner)).Is(200).Json;
        Assert.Equal(0, (int)message["flags"]!);
        Assert.Null(message["thread"]);
        (await GetAsync(root)).Is(404, 10003);
        (await Host.SendAsync("POST", $"{Messages}/{root}/threads", Owner, new { name = "again" })).Is(201);
    }

    [Fact]
    public async Task A_public_thread_without_a_message_is_noticed_in_the_channel_and_a_private_one_is_not()
    {
        var shown = await NewThreadAsync(Public);
        var hidden = await NewThreadAsync(Private);

        var notice = Assert.Single(await Host.HistoryAsync(Owner, Hall.ChannelId));
        Assert.Equal((18, "talk", shown), ((int)notice["type"]!, (string?)notice["content"], TestHost.Id(notice["message_reference"]!["channel_id"])));
        Assert.True((bool)(await GetAsync(hidden)).Json["thread_metadata"]!["invitable"]!);
        // As it was before types could be given.
        Assert.Equal(Private, (int)(await Host.SendAsync("POST", Threads, Owner, new { name = "untyped" })).Is(201).Json["type"]!);
    }

    [Theory]
    [InlineData("{}", "name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":" "}""", "name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"x","auto_archive_duration":61}""", "auto_archive_duration: BASE_TYPE_CHOICES")]
    [InlineData("""{"name":"x","rate_limit_per_user":21601}""", "rate_limit_per_user: NUMBER_TYPE_MAX")]
    [InlineData("""{"name":"x","type":0}""", "type: BASE_TYPE_CHOICES")]
    [InlineData("""{"name":"x","applied_tags":["1","2","3","4","5","6"]}""", "applied_tags: BASE_TYPE_MAX_LENGTH")]
    public async Task A_bad_form_starts_nothing(string body, string error)
    {
        (await Host.SendAsync("POST", Threads, Owner, body)).IsInvalid(error);

        Assert.Empty(await ActiveAsync());
        Assert.Empty(await Host.HistoryAsync(Owner, Hall.ChannelId));
    }

    [Fact]
    public async Task A_name_has_1_to_100_characters()
    {
        (await Host.SendAsync("POST", Threads, Owner, new { name = new string('x', 100), rate_limit_per_user = 21600 })).Is(201);
        (await Host.SendAsync("POST", Threads, Owner, new { name = new string('x', 101) })).IsInvalid("name: BASE_TYPE_BAD_LENGTH");
    }

    [Fact]
    public async Task Threads_are_of_the_kinds_that_their_channel_takes()
    {
        var voice = await Host.CreateChannelAsync(Hall, new { name = "voice", type = 2 });
        var news = await Host.CreateChannelAsync(Hall, new { name = "news", type = 5, default_auto_archive_duration = 4320, default_thread_rate_limit_per_user = 7 });

        (await Host.SendAsync("POST", $"/channels/{voice}/threads", Owner, new { name = "x", type = Public })).Is(400, 50024);
        (await Host.SendAsync("POST", $"/channels/{news}/threads", Owner, new { name = "x", type = Private })).Is(400, 50024);
        (await Host.SendAsync("POST", Threads, Owner, new { name = "x", type = 10 })).Is(400, 50024);
        var thread = (await Host.SendAsync("POST", $"/channels/{news}/threads", Owner, new { name = "x" })).Is(201).Json;
        Assert.Equal((10, 4320, 7), ((int)thread["type"]!, (int)thread["thread_metadata"]!["auto_archive_duration"]!, (int)thread["rate_limit_per_user"]!));
        var inThread = TestHost.Id(thread["id"]);
        (await Host.SendAsync("POST", $"/channels/{inThread}/threads", Owner, new { name = "x", type = Public })).Is(400, 50024);
        (await Host.SendAsync("PUT", $"/channels/{inThread}/permissions/{Hall.Id}", Owner, new { type = 0, allow = "0", deny = "0" })).Is(400, 50024);
        (await Host.SendAsync("POST", $"/channels/{inThread}/invites", Owner, new { })).Is(400, 50024);
    }

    [Fact]
    public async Task Starting_needs_the_permission_of_its_kind_and_a_message_that_is_there()
    {
        var member = await NewMemberAsync();
        var root = await Host.PostAsync(Owner, Hall.ChannelId);
        var elsewhere = await Host.PostAsync(Owner, await NewChannelAsync());
        await OverwriteAsync(deny: Permissions.CreatePublicThreads);

        (await Host.SendAsync("POST", Threads, member, new { name = "x", type = Public })).Is(403, 50013);
        (await Host.SendAsync("POST", $"{Messages}/{root}/threads", member, new { name = "x" })).Is(403, 50013);
        await NewThreadAsync(Private, member);
        await OverwriteAsync(deny: Permissions.CreatePrivateThreads);
        (await Host.SendAsync("POST", Threads, member, new { name = "x", type = Private })).Is(403, 50013);
        await NewThreadAsync(Public, member);
        (await Host.SendAsync("POST", $"{Messages}/{elsewhere}/threads", member, new { name = "x" })).Is(404, 10008);
        (await Host.SendAsync("POST", $"{Messages}/{(await Host.HistoryAsync(Owner, Hall.ChannelId))[0]["id"]}/threads", member, new { name = "x" })).Is(403, 50021);
    }

    [Theory]
    [InlineData(Public, ChannelType.PublicThread, 160006)]
    [InlineData(10, ChannelType.AnnouncementThread, 160007)]
    public async Task A_guild_has_1000_active_threads_of_a_kind(int type, ChannelType crowd, int code)
    {
        var channel = type == Public ? Hall.ChannelId : await Host.CreateChannelAsync(Hall, new { name = "news", type = 5 });
        var archived = await NewThreadAsync(type, channel: channel);
        (await PatchAsync(archived, new { archived = true })).Is(200);
        Crowd(999, crowd);

        var last = await NewThreadAsync(type, channel: channel);
        (await Host.SendAsync("POST", $"/channels/{channel}/threads", Owner, new { name = "x", type })).Is(400, code);
        (await PatchAsync(archived, new { archived = false })).Is(400, code);
        (await SayAsync(archived, Owner)).Is(400, code);
        Assert.True((bool)(await GetAsync(archived)).Json["thread_metadata"]!["archived"]!);

        (await PatchAsync(last, new { archived = true })).Is(200);
        (await SayAsync(archived, Owner)).Is(200);
    }

    [Fact]
    public async Task Writing_and_being_mentioned_is_joining()
    {
        var (writer, mentioned, silent) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        var thread = await NewThreadAsync();
        Assert.Equal([Owner.Id], await MembersAsync(thread));

        (await SayAsync(thread, writer, $"<@{mentioned.Id}>")).Is(200);
        // Who cannot see the channel is not brought in.
        (await Host.SendAsync("PUT", $"/channels/{Hall.ChannelId}/permissions/{silent.Id}", Owner, new { type = 1, allow = "0", deny = "1024" })).Is(204);
        (await SayAsync(thread, writer, $"<@{silent.Id}>")).Is(200);

        Assert.Equal(new[] { Owner.Id, writer.Id, mentioned.Id }.Order(), await MembersAsync(thread));
        Assert.Equal(3, (int)(await GetAsync(thread)).Json["member_count"]!);
    }

    [Fact]
    public async Task People_join_leave_are_added_and_taken_out()
    {
        var (one, two) = (await NewMemberAsync(), await NewMemberAsync());
        var stranger = await Host.RegisterAsync();
        var thread = await NewThreadAsync();

        (await MemberAsync("PUT", thread, "@me", one)).Is(204);
        (await MemberAsync("PUT", thread, "@me", one)).Is(204);
        (await MemberAsync("PUT", thread, two.Id, one)).Is(204);
        (await MemberAsync("PUT", thread, stranger.Id, one)).Is(404, 10007);
        (await MemberAsync("PUT", thread, "@me", stranger)).Is(403, 50001);
        (await MemberAsync("PUT", Hall.ChannelId, "@me", one)).Is(400, 50024);
        var shown = (await MemberAsync("GET", thread, two.Id + "?with_member=true", one)).Is(200).Json;
        Assert.Equal((thread, two.Id, two.Id), (TestHost.Id(shown["id"]), TestHost.Id(shown["user_id"]), TestHost.Id(shown["member"]!["user"]!["id"])));
        Assert.Null((await MemberAsync("GET", thread, two.Id, one)).Is(200).Json["member"]);

        (await MemberAsync("DELETE", thread, two.Id, one)).Is(403, 50013);
        (await MemberAsync("DELETE", thread, two.Id, Owner)).Is(204);
        (await MemberAsync("DELETE", thread, two.Id, Owner)).Is(404, 10007);
        (await MemberAsync("GET", thread, two.Id, one)).Is(404, 10007);
        (await MemberAsync("DELETE", thread, "@me", one)).Is(204);
        (await MemberAsync("DELETE", thread, "@me", one)).Is(204);
        Assert.Equal([Owner.Id], await MembersAsync(thread));
    }

    [Fact]
    public async Task A_threads_history_tells_who_was_added_and_taken_out_and_its_new_names()
    {
        var member = await NewMemberAsync();
        var thread = await NewThreadAsync();
        (await MemberAsync("PUT", thread, "@me", member)).Is(204);
        (await MemberAsync("DELETE", thread, member.Id, Owner)).Is(204);
        (await MemberAsync("PUT", thread, member.Id, Owner)).Is(204);
        (await PatchAsync(thread, new { name = "renamed" })).Is(200);
        (await PatchAsync(thread, new { archived = true })).Is(200);

        IReadOnlyList<JsonNode> told = [];
        await UntilAsync(async () => (told = await Host.HistoryAsync(Owner, thread)).Count == 3);

        Assert.Equal([(4, "renamed"), (1, ""), (2, "")], told.Select(message => ((int)message["type"]!, (string)message["content"]!)));
        Assert.Equal(member.Id, TestHost.Id(told[1]["mentions"]![0]!["id"]));
        (await Host.SendAsync("DELETE", $"/channels/{thread}/messages/{told[0]["id"]}", Owner)).Is(403, 50021);
    }

    [Fact]
    public async Task Members_are_listed_by_id_and_in_pages_with_their_members()
    {
        var thread = await NewThreadAsync();
        var people = new List<Account> { Owner };
        for (var i = 0; i < 3; i++)
        {
            people.Add(await NewMemberAsync());
            (await MemberAsync("PUT", thread, "@me", people[^1])).Is(204);
        }

        var ids = people.Select(person => person.Id).Order().ToList();
        Assert.Equal(ids, await MembersAsync(thread));
        var page = (await Host.SendAsync("GET", $"/channels/{thread}/thread-members?with_member=true&limit=2&after={ids[0]}", Owner)).Is(200).Json.AsArray();
        Assert.Equal(ids[1..3], page.Select(member => TestHost.Id(member!["member"]!["user"]!["id"])));
        (await Host.SendAsync("GET", $"/channels/{thread}/thread-members?limit=0", Owner)).IsInvalid("limit: NUMBER_TYPE_MIN");
        (await Host.SendAsync("GET", $"/channels/{thread}/thread-members?limit=101", Owner)).IsInvalid("limit: NUMBER_TYPE_MAX");
    }

    [Fact]
    public async Task A_thread_has_1000_members_and_says_50()
    {
        var (last, more) = (await NewMemberAsync(), await NewMemberAsync());
        var thread = await NewThreadAsync();
        var crowded = Home.State!.Threads[thread];
        crowded = crowded with { Members = Enumerable.Range(1, 998).Aggregate(crowded.Members, (members, i) => members.With(new Snowflake((ulong)i), default)) };
        Home.State = Home.State.WithThread(crowded);

        (await MemberAsync("PUT", thread, "@me", last)).Is(204);
        (await MemberAsync("PUT", thread, "@me", more)).Is(400, 30033);
        // Writing needs no membership.
        (await SayAsync(thread, more)).Is(200);

        Assert.Equal(50, (int)(await GetAsync(thread)).Json["member_count"]!);
    }

    [Fact]
    public async Task A_private_thread_is_for_those_in_it_and_moderators()
    {
        var (one, two, three, moderator) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync(), await NewModeratorAsync());
        var thread = await NewThreadAsync(Private, one);

        (await GetAsync(thread, two)).Is(403, 50001);
        (await SayAsync(thread, two)).Is(403, 50001);
        (await MemberAsync("PUT", thread, "@me", two)).Is(403, 50001);
        (await Host.SendAsync("GET", $"/channels/{thread}/messages", two)).Is(403, 50001);
        Assert.Equal([], await ActiveAsync(two));
        Assert.Equal([thread], await ActiveAsync(moderator));
        (await GetAsync(thread, moderator)).Is(200);

        (await SayAsync(thread, one, $"<@{two.Id}>")).Is(200);
        (await SayAsync(thread, two)).Is(200);
        Assert.Equal([thread], await ActiveAsync(two));
        // Its starter takes people out of their own thread.
        (await MemberAsync("DELETE", thread, two.Id, one)).Is(204);
        (await GetAsync(thread, two)).Is(403, 50001);

        var closed = await NewThreadAsync(Private, one, invitable: false);
        (await MemberAsync("PUT", closed, two.Id, one)).Is(204);
        (await MemberAsync("PUT", closed, three.Id, two)).Is(403, 50013);
        (await SayAsync(closed, two, $"<@{three.Id}>")).Is(200);
        (await GetAsync(closed, three)).Is(403, 50001);
        (await MemberAsync("PUT", closed, three.Id, moderator)).Is(204);
        (await GetAsync(closed, three)).Is(200);
    }

    [Fact]
    public async Task Who_leaves_the_guild_leaves_its_threads()
    {
        var member = await NewMemberAsync();
        var (open, hidden) = (await NewThreadAsync(Public, member), await NewThreadAsync(Private, member));
        (await MemberAsync("PUT", hidden, Owner.Id, member)).Is(204);
        var archived = await NewThreadAsync(Private, member);
        (await PatchAsync(archived, new { archived = true }, member)).Is(200);

        (await Host.SendAsync("DELETE", $"/guilds/{Hall.Id}/members/{member.Id}", Owner)).Is(204);
        await Host.JoinAsync(Hall, member);

        Assert.Empty(await MembersAsync(open));
        Assert.Empty(await MembersAsync(archived));
        (await GetAsync(hidden, member)).Is(403, 50001);
        (await GetAsync(archived, member)).Is(403, 50001);
    }

    [Fact]
    public async Task Who_does_not_see_the_channel_does_not_see_its_threads()
    {
        var member = await NewMemberAsync();
        var (open, hidden) = (await NewThreadAsync(Public, member), await NewThreadAsync(Private, member));

        await OverwriteAsync(deny: Permissions.ViewChannel);

        (await GetAsync(open, member)).Is(403, 50001);
        (await GetAsync(hidden, member)).Is(403, 50001);
        Assert.Empty(await ActiveAsync(member));
    }

    [Fact]
    public async Task In_threads_their_own_permission_to_write_counts()
    {
        var member = await NewMemberAsync();
        var thread = await NewThreadAsync();

        await OverwriteAsync(deny: Permissions.SendMessages);
        (await SayAsync(Hall.ChannelId, member)).Is(403, 50013);
        (await SayAsync(thread, member)).Is(200);
        (await Host.SendAsync("POST", $"/channels/{thread}/typing", member)).Is(204);
        await OverwriteAsync(deny: Permissions.SendMessagesInThreads);
        (await SayAsync(Hall.ChannelId, member)).Is(200);
        (await SayAsync(thread, member)).Is(403, 50013);
        (await Host.SendAsync("POST", $"/channels/{thread}/typing", member)).Is(403, 50013);
        (await MemberAsync("PUT", thread, Owner.Id, member)).Is(403, 50013);
    }

    [Fact]
    public async Task A_message_in_a_thread_costs_one_statement_more_and_reads_nothing()
    {
        var member = await NewMemberAsync();
        var thread = await NewThreadAsync();
        await Host.PostAsync(member, thread);
        var written = new List<string>();
        Host.Database.Executed = text =>
        {
            lock (written)
                written.Add(text);
        };

        await Host.PostAsync(member, thread);

        Host.Database.Executed = null;
        string[] background = ["INSERT INTO outbox_cursors", "DELETE FROM outbox ", "SELECT min(position) FROM outbox"];
        Assert.Equal(["INSERT INTO messages", "INSERT INTO outbox", "UPDATE threads SET"],
            written.Where(text => !background.Any(own => text.StartsWith(own, StringComparison.Ordinal))).Select(text => string.Join(' ', text.Split(' ').Take(3))));
    }

    [Fact]
    public async Task Starting_threads_has_the_channels_slowmode_apart_from_messages()
    {
        var member = await NewMemberAsync();
        var channel = await NewChannelAsync(slowmode: 600);

        (await SayAsync(channel, member)).Is(200);
        var thread = await NewThreadAsync(Private, member, channel: channel);
        (await Host.SendAsync("POST", $"/channels/{channel}/threads", member, new { name = "x" })).Is(429, 20016);
        (await SayAsync(thread, member)).Is(200);
        (await PatchAsync(thread, new { rate_limit_per_user = 60 })).Is(200);
        (await SayAsync(thread, member)).Is(200);
        (await SayAsync(thread, member)).Is(429, 20016);
    }

    [Fact]
    public async Task What_is_done_to_threads_is_in_the_audit_log()
    {
        var thread = await NewThreadAsync();
        (await PatchAsync(thread, new { name = "renamed", locked = true })).Is(200);
        (await Host.SendAsync("DELETE", $"/channels/{thread}", Owner)).Is(200);

        var rows = await Host.Database.QueryAsync("SELECT action_type, data FROM audit_log WHERE guild_id = $1 AND target_id = $2 ORDER BY id", row => ((int)row.GetInt64(0), row.GetString(1)), Hall.Id, thread.ToString());

        Assert.Equal([110, 111, 112], rows.Select(row => row.Item1));
        Assert.Equal(["locked", "name"], JsonNode.Parse(rows[1].Item2)!["changes"]!.AsArray().Select(change => (string)change!["key"]!).Order(StringComparer.Ordinal));
    }
}

public sealed class SqliteThreadTests(SqliteSite site) : ThreadTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresThreadTests(PostgresSite site) : ThreadTests(site), IClassFixture<PostgresSite>;
