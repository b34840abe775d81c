using System.Globalization;
using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Guilds.Threads;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Archiving, locking, changing and finding threads.</summary>
public abstract class ThreadArchiveTests(Site site) : ThreadedTests(site)
{
    private AutoArchive Sweeper => Host.Services.GetRequiredService<AutoArchive>();

    [Fact]
    public async Task An_archived_thread_takes_messages_and_deletions_and_nothing_else()
    {
        var member = await NewMemberAsync();
        var thread = await NewThreadAsync();
        var (said, doomed) = (await Host.PostAsync(member, thread), await Host.PostAsync(member, thread));

        (await PatchAsync(thread, new { archived = true })).Is(200);

        Assert.Empty(await ActiveAsync());
        Assert.DoesNotContain(thread, Home.State!.Threads.Keys);
        (await Host.SendAsync("PATCH", $"/channels/{thread}/messages/{said}", member, new { content = "changed" })).Is(400, 50083);
        (await Host.SendAsync("PUT", $"/channels/{thread}/messages/{said}/reactions/%F0%9F%91%8D/@me", member)).Is(400, 50083);
        (await Host.SendAsync("PUT", $"/channels/{thread}/messages/pins/{said}", Owner)).Is(400, 50083);
        (await MemberAsync("PUT", thread, "@me", await NewMemberAsync())).Is(400, 50083);
        (await MemberAsync("DELETE", thread, "@me", member)).Is(400, 50083);
        (await MemberAsync("DELETE", thread, member.Id, Owner)).Is(400, 50083);
        (await PatchAsync(thread, new { name = "renamed" })).Is(400, 50083);
        Assert.Equal(2, (await Host.HistoryAsync(member, thread)).Count);
        (await Host.SendAsync("DELETE", $"/channels/{thread}/messages/{doomed}", member)).Is(204);
        Assert.Equal(1, (int)(await GetAsync(thread)).Json["message_count"]!);

        (await SayAsync(thread, member)).Is(200);

        Assert.Equal([thread], await ActiveAsync());
        var opened = (await GetAsync(thread, member)).Json;
        Assert.Equal((false, 2, 3, 2), ((bool)opened["thread_metadata"]!["archived"]!, (int)opened["message_count"]!, (int)opened["total_message_sent"]!, (int)opened["member_count"]!));
        Assert.NotNull(opened["member"]);
    }

    [Fact]
    public async Task A_refused_message_opens_nothing_and_joins_nobody()
    {
        var member = await NewMemberAsync();
        var thread = await NewThreadAsync();
        (await PatchAsync(thread, new { archived = true })).Is(200);

        (await SayAsync(thread, member, " ")).Is(400, 50006);

        Assert.Empty(await ActiveAsync());
        Assert.Equal([Owner.Id], await MembersAsync(thread));
    }

    [Fact]
    public async Task A_locked_thread_is_for_moderators()
    {
        var (member, moderator) = (await NewMemberAsync(), await NewModeratorAsync());
        var thread = await NewThreadAsync(Public, member);
        (await PatchAsync(thread, new { locked = true }, member)).Is(403, 50013);
        (await PatchAsync(thread, new { locked = true }, moderator)).Is(200);

        (await SayAsync(thread, member)).Is(400, 160005);
        (await PatchAsync(thread, new { archived = true }, member)).Is(200);
        (await PatchAsync(thread, new { archived = false }, member)).Is(400, 160005);
        (await SayAsync(thread, member)).Is(400, 160005);
        (await SayAsync(thread, moderator)).Is(200);
        (await PatchAsync(thread, new { locked = false }, moderator)).Is(200);
        (await SayAsync(thread, member)).Is(200);
    }

    [Fact]
    public async Task The_starter_changes_what_is_theirs_and_moderators_everything()
    {
        var (starter, other, moderator) = (await NewMemberAsync(), await NewMemberAsync(), await NewModeratorAsync());
        var thread = await NewThreadAsync(Public, starter);

        (await PatchAsync(thread, new { name = "mine", auto_archive_duration = 10080 }, starter)).Is(200);
        (await PatchAsync(thread, new { rate_limit_per_user = 5 }, starter)).Is(403, 50013);
        (await PatchAsync(thread, new { name = "yours" }, other)).Is(403, 50013);
        (await PatchAsync(thread, new { archived = true }, other)).Is(403, 50013);
        (await PatchAsync(thread, new { rate_limit_per_user = 5 }, moderator)).Is(200);
        (await PatchAsync(thread, new { archived = true }, starter)).Is(200);
        // Who could open it by writing may open it so.
        (await PatchAsync(thread, new { archived = false, name = "yours" }, other)).Is(403, 50013);
        var opened = (await PatchAsync(thread, new { archived = false }, other)).Is(200).Json;
        Assert.Equal(("mine", 5, 10080), ((string?)opened["name"], (int)opened["rate_limit_per_user"]!, (int)opened["thread_metadata"]!["auto_archive_duration"]!));
        (await Host.SendAsync("DELETE", $"/channels/{thread}", starter)).Is(403, 50013);
        (await Host.SendAsync("DELETE", $"/channels/{thread}", moderator)).Is(200);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"auto_archive_duration":1}""", "auto_archive_duration: BASE_TYPE_CHOICES")]
    [InlineData("""{"rate_limit_per_user":-1}""", "rate_limit_per_user: NUMBER_TYPE_MIN")]
    [InlineData("""{"rate_limit_per_user":21601}""", "rate_limit_per_user: NUMBER_TYPE_MAX")]
    [InlineData("""{"flags":1}""", "flags: BASE_TYPE_CHOICES")]
    [InlineData("""{"archived":"maybe"}""", "archived: BOOLEAN_TYPE_PARSE")]
    public async Task A_bad_form_changes_nothing(string body, string error)
    {
        var thread = await NewThreadAsync();
        var before = (await GetAsync(thread)).Body;

        (await PatchAsync(thread, body)).IsInvalid(error);

        Assert.Equal(before, (await GetAsync(thread)).Body);
    }

    [Fact]
    public async Task Threads_without_messages_are_archived_when_their_time_is_over()
    {
        var hour = TimeSpan.FromMinutes(60);
        var (quiet, used) = (await NewThreadAsync(), await NewThreadAsync());
        foreach (var thread in new[] { quiet, used })
            (await PatchAsync(thread, new { auto_archive_duration = 60 })).Is(200);
        var started = (await GetAsync(quiet)).Json["thread_metadata"]!["archive_timestamp"]!.GetValue<DateTimeOffset>();
        var last = DateTimeOffset.FromUnixTimeMilliseconds((await Host.PostAsync(Owner, used)).CreatedAt);

        await Sweeper.SweepAsync(started + hour - TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal(new[] { used, quiet }.OrderDescending(), await ActiveAsync());
        await Sweeper.SweepAsync(started + hour, CancellationToken.None);
        Assert.Equal([used], await ActiveAsync());
        await Sweeper.SweepAsync(last + hour, CancellationToken.None);

        Assert.Empty(await ActiveAsync());
        Assert.True((bool)(await GetAsync(used)).Json["thread_metadata"]!["archived"]!);
    }

    [Fact]
    public async Task Threads_and_their_members_and_counters_survive_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Hall hall;
        Account member;
        Snowflake open, closed;
        await using (var first = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            hall = await first.CreateGuildAsync(await first.RegisterAsync());
            member = await first.RegisterAsync();
            await first.JoinAsync(hall, member);
            open = TestHost.Id((await first.SendAsync("POST", $"/channels/{hall.ChannelId}/threads", hall.Owner, new { name = "open", type = Private })).Json["id"]);
            closed = TestHost.Id((await first.SendAsync("POST", $"/channels/{hall.ChannelId}/threads", hall.Owner, new { name = "closed", type = Public })).Json["id"]);
            await first.PostAsync(hall.Owner, open, $"<@{member.Id}>");
            var pinned = await first.PostAsync(member, open);
            (await first.SendAsync("PUT", $"/channels/{open}/messages/pins/{pinned}", hall.Owner)).Is(204);
            await first.PostAsync(member, closed);
            (await first.SendAsync("PATCH", $"/channels/{closed}", hall.Owner, new { archived = true })).Is(200);
        }

        await using var second = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false"));
        var shown = (await second.SendAsync("GET", $"/channels/{open}", member)).Is(200).Json;
        // Two of people and the notice of the pin.
        Assert.Equal((3, 3, 2), ((int)shown["message_count"]!, (int)shown["total_message_sent"]!, (int)shown["member_count"]!));
        Assert.NotNull(shown["last_pin_timestamp"]);
        Assert.Equal(TestHost.Id((await second.HistoryAsync(member, open))[0]["id"]), TestHost.Id(shown["last_message_id"]));
        Assert.NotNull(shown["member"]);
        var active = (await second.SendAsync("GET", $"/guilds/{hall.Id}/threads/active", member)).Json;
        Assert.Equal([open], Ids(active["threads"]!));
        Assert.Equal(open, TestHost.Id(active["members"]![0]!["id"]));
        await second.PostAsync(member, closed);
        Assert.Equal((2, 2), ((int)(await second.SendAsync("GET", $"/channels/{closed}", member)).Json["message_count"]!, (int)(await second.SendAsync("GET", $"/channels/{closed}", member)).Json["member_count"]!));
    }

    [Fact]
    public async Task Archived_threads_are_listed_in_pages_the_last_archived_first()
    {
        var member = await NewMemberAsync();
        var (open, hidden) = (new List<Snowflake>(), new List<Snowflake>());
        for (var i = 0; i < 5; i++)
        {
            open.Add(await NewThreadAsync());
            hidden.Add(await NewThreadAsync(Private, member));
        }

        foreach (var thread in open.Concat(hidden))
            (await PatchAsync(thread, new { archived = true })).Is(200);
        open.Reverse();
        hidden.Reverse();

        Assert.Equal(open, await PagesAsync("threads/archived/public", Owner, thread => thread["thread_metadata"]!["archive_timestamp"]));
        Assert.Equal(hidden, await PagesAsync("threads/archived/private", Owner, thread => thread["thread_metadata"]!["archive_timestamp"]));
        Assert.Equal(hidden, await PagesAsync("users/@me/threads/archived/private", member, thread => thread["id"]));
        Assert.Empty(await PagesAsync("users/@me/threads/archived/private", Owner, thread => thread["id"]));
        var page = (await Host.SendAsync("GET", $"{Threads}/archived/public", Owner)).Is(200).Json;
        Assert.Equal(open.Order(), page["members"]!.AsArray().Select(own => TestHost.Id(own!["id"])).Order());
        (await Host.SendAsync("GET", $"{Threads}/archived/private", member)).Is(403, 50013);
        (await Host.SendAsync("GET", $"{Threads}/archived/public?limit=1", Owner)).IsInvalid("limit: NUMBER_TYPE_MIN");
        (await Host.SendAsync("GET", $"{Threads}/archived/public?limit=101", Owner)).IsInvalid("limit: NUMBER_TYPE_MAX");
        (await Host.SendAsync("GET", $"{Threads}/archived/public?before=x", Owner)).IsInvalid("before: DATE_TIME_TYPE_PARSE");
        await OverwriteAsync(deny: Permissions.ReadMessageHistory);
        (await Host.SendAsync("GET", $"{Threads}/archived/public", member)).Is(403, 50013);
        (await Host.SendAsync("GET", $"/channels/{await Host.CreateChannelAsync(Hall, new { name = "voice", type = 2 })}/threads/archived/public", Owner)).Is(400, 50024);
    }

    [Fact]
    public async Task A_deleted_channel_takes_its_threads_and_their_messages_with_it()
    {
        var channel = await NewChannelAsync();
        var (open, closed) = (await NewThreadAsync(channel: channel), await NewThreadAsync(channel: channel));
        foreach (var thread in new[] { open, closed })
            await Host.PostAsync(Owner, thread);
        (await PatchAsync(closed, new { archived = true })).Is(200);

        (await Host.SendAsync("DELETE", $"/channels/{channel}", Owner)).Is(200);

        (await GetAsync(open)).Is(404, 10003);
        (await GetAsync(closed)).Is(404, 10003);
        Assert.Empty(await ActiveAsync());
        await UntilAsync(async () => await CountAsync("threads WHERE parent_id", channel) + await CountAsync("thread_members WHERE thread_id", open)
            + await CountAsync("messages WHERE channel_id", open) + await CountAsync("messages WHERE channel_id", closed) == 0);
    }

    [Fact]
    public async Task A_ban_that_deletes_messages_reaches_into_threads()
    {
        var member = await NewMemberAsync();
        var (open, closed) = (await NewThreadAsync(), await NewThreadAsync());
        foreach (var thread in new[] { open, closed })
            await Host.PostAsync(member, thread);
        (await PatchAsync(closed, new { archived = true })).Is(200);

        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/bans/{member.Id}", Owner, new { delete_message_seconds = 3600 })).Is(204);

        await UntilAsync(async () => await CountAsync("messages WHERE author_id", member.Id) == 0);
        foreach (var thread in new[] { open, closed })
            Assert.Equal((0, 1), ((int)(await GetAsync(thread)).Json["message_count"]!, (int)(await GetAsync(thread)).Json["total_message_sent"]!));
    }

    [Fact]
    public async Task Threads_are_found_by_name_tags_state_and_age()
    {
        var forum = TestHost.Id((await Host.SendAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, new { name = "forum", type = 15, available_tags = new[] { new { name = "bug" }, new { name = "idea" } } })).Is(201).Json["id"]);
        var tags = (await GetAsync(forum)).Json["available_tags"]!.AsArray().Select(tag => (string)tag!["id"]!).ToList();
        var one = await PostAsync("How to 100% crash", tags[0]);
        var two = await PostAsync("How to fly", tags[0], tags[1]);
        var three = await PostAsync("Crash again");
        (await PatchAsync(three, new { archived = true })).Is(200);

        Assert.Equal([three, two, one], await FindAsync("sort_by=creation_time"));
        Assert.Equal([one, two, three], await FindAsync("sort_by=creation_time&sort_order=asc"));
        Assert.Equal([three, one], await FindAsync("name=CRASH&sort_by=creation_time"));
        Assert.Equal([one], await FindAsync("name=crash%20how"));
        Assert.Equal([one], await FindAsync("name=0%25"));
        Assert.Empty(await FindAsync("name=%25%25"));
        Assert.Equal([two, one], await FindAsync($"tag={tags[0]},{tags[1]}&sort_by=creation_time"));
        Assert.Equal([two], await FindAsync($"tag={tags[0]}&tag={tags[1]}&tag_setting=match_all"));
        Assert.Equal([three], await FindAsync("archived=true"));
        Assert.Equal([two], await FindAsync($"archived=false&min_id={one}"));
        Assert.Equal([one], await FindAsync($"max_id={two}"));
        await Host.PostAsync(Owner, one);
        Assert.Equal(one, (await FindAsync("sort_by=last_message_time"))[0]);
        var page = (await Host.SendAsync("GET", $"/channels/{forum}/threads/search?limit=1&offset=1&sort_by=creation_time", Owner)).Is(200).Json;
        Assert.Equal((3, true, two), ((int)page["total_results"]!, (bool)page["has_more"]!, TestHost.Id(page["threads"]![0]!["id"])));
        foreach (var (query, error) in new[] { ("limit=0", "limit: NUMBER_TYPE_MIN"), ("limit=26", "limit: NUMBER_TYPE_MAX"), ("offset=9976", "offset: NUMBER_TYPE_MAX"), ("tag=x", "tag: NUMBER_TYPE_COERCE"), ("sort_by=x", "sort_by: BASE_TYPE_CHOICES"), ("tag_setting=x", "tag_setting: BASE_TYPE_CHOICES") })
            (await Host.SendAsync("GET", $"/channels/{forum}/threads/search?{query}", Owner)).IsInvalid(error);

        async Task<Snowflake> PostAsync(string name, params string[] applied) =>
            TestHost.Id((await Host.SendAsync("POST", $"/channels/{forum}/threads", Owner, new { name, applied_tags = applied, message = new { content = name } })).Is(201).Json["id"]);

        async Task<IReadOnlyList<Snowflake>> FindAsync(string query) => [.. Ids((await Host.SendAsync("GET", $"/channels/{forum}/threads/search?{query}", Owner)).Is(200).Json["threads"]!)];
    }

    [Fact]
    public async Task Private_threads_are_found_by_those_who_see_them()
    {
        var (member, other) = (await NewMemberAsync(), await NewMemberAsync());
        var thread = await NewThreadAsync(Private, member);

        Assert.Equal([thread], Ids((await Host.SendAsync("GET", $"{Threads}/search?name=talk", member)).Is(200).Json["threads"]!));
        Assert.Equal(0, (int)(await Host.SendAsync("GET", $"{Threads}/search?name=talk", other)).Is(200).Json["total_results"]!);
    }

    [Fact]
    public async Task Archived_threads_stay_in_the_store()
    {
        var place = await Site.NewPlaceAsync();
        Hall hall;
        await using (var first = await TestHost.StartAsync(place))
        {
            hall = await first.CreateGuildAsync(await first.RegisterAsync());
            var unit = new WriteUnit();
            foreach (var i in Enumerable.Range(1, 2000))
            {
                var archived = new ThreadMetadata(true, new Timestamp(1_700_000_000_000 + i), 60, false);
                var thread = new ThreadChannel { Id = new Snowflake((ulong)i), GuildId = hall.Id, ParentId = hall.ChannelId, OwnerId = hall.Owner.Id, Name = "old", Type = ChannelType.PublicThread, ThreadMetadata = archived };
                ThreadStore.Update(ThreadStore.Insert(unit, thread), thread);
            }

            await first.Database.CommitAsync(unit);
        }

        await using var second = await TestHost.StartAsync(place);
        Assert.Equal(100, (await second.SendAsync("GET", $"/channels/{hall.ChannelId}/threads/archived/public?limit=100", hall.Owner)).Is(200).Json["threads"]!.AsArray().Count);
        Assert.Empty(second.Services.GetRequiredService<Modules.Guilds.Home.GuildHomes>().FindLoaded(hall.Id)!.State!.Threads);
        (await second.SendAsync("GET", "/channels/1500", hall.Owner)).Is(200);
    }

    private async Task<IReadOnlyList<Snowflake>> PagesAsync(string list, Account caller, Func<JsonNode, JsonNode?> cursor)
    {
        var found = new List<Snowflake>();
        for (var before = ""; ;)
        {
            var page = (await Host.SendAsync("GET", $"/channels/{Hall.ChannelId}/{list}?limit=2{before}", caller)).Is(200).Json;
            var threads = page["threads"]!.AsArray();
            found.AddRange(Ids(threads));
            if (!(bool)page["has_more"]!)
                return found;
            before = $"&before={Uri.EscapeDataString((string)cursor(threads[^1]!)!)}";
        }
    }

    private ValueTask<long> CountAsync(string rows, Snowflake id) => Host.Database.FirstAsync($"SELECT count(*) FROM {rows} = $1", row => row.GetInt64(0), id);
}

public sealed class SqliteThreadArchiveTests(SqliteSite site) : ThreadArchiveTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresThreadArchiveTests(PostgresSite site) : ThreadArchiveTests(site), IClassFixture<PostgresSite>;
