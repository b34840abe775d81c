using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Threads;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Forum and media channels: posts, their tags, pins.</summary>
public abstract class ForumTests(Site site) : ThreadedTests(site)
{
    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    public async Task A_post_is_a_thread_whose_first_message_shares_its_id(int type)
    {
        var mentioned = await NewMemberAsync();
        var forum = await NewForumAsync(new { name = "forum", type });

        var post = (await PostAsync(forum, new { name = "How?", message = new { content = $"like this <@{mentioned.Id}>" } })).Is(201).Json;

        var id = TestHost.Id(post["id"]);
        Assert.Equal((11, forum, "How?"), ((int)post["type"]!, TestHost.Id(post["parent_id"]), (string?)post["name"]));
        Assert.Equal((id, id), (TestHost.Id(post["message"]!["id"]), TestHost.Id(post["message"]!["channel_id"])));
        Assert.Equal(id, TestHost.Id(Assert.Single(await Host.HistoryAsync(Owner, id))["id"]));
        Assert.Equal(new[] { Owner.Id, mentioned.Id }.Order(), await MembersAsync(id));
        var shown = (await GetAsync(id)).Json;
        Assert.Equal((0, 0, id), ((int)shown["message_count"]!, (int)shown["total_message_sent"]!, TestHost.Id(shown["last_message_id"])));
        await Host.PostAsync(mentioned, id);
        Assert.Equal(1, (int)(await GetAsync(id)).Json["message_count"]!);
        (await Host.SendAsync("POST", $"/channels/{forum}/messages", Owner, new { content = "x" })).Is(400, 50008);
        // The post outlives its first message.
        (await Host.SendAsync("DELETE", $"/channels/{id}/messages/{id}", Owner)).Is(204);
        Assert.Equal(1, (int)(await GetAsync(id)).Is(200).Json["message_count"]!);
    }

    [Fact]
    public async Task A_post_that_is_refused_leaves_nothing()
    {
        var member = await NewMemberAsync();
        var forum = await NewForumAsync(new { name = "forum", type = 15 });

        (await PostAsync(forum, new { name = "x" })).IsInvalid("message: BASE_TYPE_REQUIRED");
        (await PostAsync(forum, new { name = "x", message = new { content = "" } })).Is(400, 50006);
        (await PostAsync(forum, new { name = "x", message = new { content = new string('x', 2001) } })).IsInvalid("message.content: BASE_TYPE_MAX_LENGTH");
        (await PostAsync(forum, new { name = "x", type = Private, message = new { content = "x" } })).Is(400, 50024);
        await OverwriteAsync(deny: Permissions.SendMessages, channel: forum);
        (await PostAsync(forum, new { name = "x", message = new { content = "x" } }, member)).Is(403, 50013);

        Assert.Empty(await ActiveAsync());
        await OverwriteAsync(deny: Permissions.SendMessagesInThreads, channel: forum);
        // The first word is that of the forum; the second is one in the thread.
        var post = (await PostAsync(forum, new { name = "x", message = new { content = "x" } }, member)).Is(201).Json;
        (await SayAsync(TestHost.Id(post["id"]), member)).Is(403, 50013);
    }

    [Fact]
    public async Task A_post_has_5_tags_of_its_forum()
    {
        var forum = await NewForumAsync(new { name = "forum", type = 15, available_tags = Enumerable.Range(1, 20).Select(i => new { name = $"tag {i}" }) });
        var tags = await TagsAsync(forum);

        var post = (await PostAsync(forum, new { name = "x", applied_tags = tags[..5], message = new { content = "x" } })).Is(201).Json;
        Assert.Equal(tags[..5], post["applied_tags"]!.AsArray().Select(tag => (string)tag!));
        (await PostAsync(forum, new { name = "x", applied_tags = tags[..6], message = new { content = "x" } })).IsInvalid("applied_tags: BASE_TYPE_MAX_LENGTH");
        (await PostAsync(forum, new { name = "x", applied_tags = new[] { "1" }, message = new { content = "x" } })).Is(404, 10087);
        var id = TestHost.Id(post["id"]);
        (await PatchAsync(id, new { applied_tags = tags[5..11] })).IsInvalid("applied_tags: BASE_TYPE_MAX_LENGTH");
        Assert.Equal(tags[5..7], (await PatchAsync(id, new { applied_tags = tags[5..7] })).Is(200).Json["applied_tags"]!.AsArray().Select(tag => (string)tag!));
        (await PatchAsync(await NewThreadAsync(), new { applied_tags = tags[..1] })).Is(400, 50024);
    }

    [Fact]
    public async Task A_forum_has_20_tags_of_different_names()
    {
        object Tags(int count) => new { name = "forum", type = 15, available_tags = Enumerable.Range(1, count).Select(i => new { name = $"tag {i}" }) };
        var forum = await NewForumAsync(Tags(20));

        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, Tags(21))).IsInvalid("available_tags: BASE_TYPE_MAX_LENGTH");
        (await PatchAsync(forum, new { available_tags = new[] { new { name = "same" }, new { name = "same" } } })).Is(400, 40061);
        var kept = (await TagsAsync(forum))[3];
        (await PatchAsync(forum, new { available_tags = new[] { new { id = kept, name = "a" }, new { id = kept, name = "b" } } })).IsInvalid("available_tags: BASE_TYPE_CHOICES");
        (await PatchAsync(forum, new { available_tags = new object[] { new { id = kept, name = "kept", moderated = true }, new { name = "new" } } })).Is(200);

        var tags = (await GetAsync(forum)).Json["available_tags"]!.AsArray();
        Assert.Equal([(kept, "kept", true), ((string)tags[1]!["id"]!, "new", false)], tags.Select(tag => ((string)tag!["id"]!, (string)tag["name"]!, (bool)tag["moderated"]!)));
    }

    [Fact]
    public async Task Moderated_tags_are_the_moderators_and_a_forum_can_ask_for_one()
    {
        var (member, moderator) = (await NewMemberAsync(), await NewModeratorAsync());
        var forum = await NewForumAsync(new { name = "forum", type = 15, flags = 16, available_tags = new[] { new { name = "official", moderated = true } } });
        var official = await TagsAsync(forum);
        object Post(params string[] applied) => new { name = "x", applied_tags = applied, message = new { content = "x" } };

        (await PostAsync(forum, Post(), member)).Is(400, 40066);
        (await PostAsync(forum, Post(official[0]), member)).Is(403, 50013);
        (await PostAsync(forum, Post(), moderator)).Is(400, 40067);
        var posted = TestHost.Id((await PostAsync(forum, Post(official[0]), moderator)).Is(201).Json["id"]);
        (await PatchAsync(posted, new { applied_tags = Array.Empty<string>() }, moderator)).Is(400, 40067);
        (await PatchAsync(forum, new { available_tags = new object[] { new { id = official[0], name = "official", moderated = true }, new { name = "free" } } })).Is(200);
        (await PostAsync(forum, Post(), member)).Is(400, 40067);
        var free = (await TagsAsync(forum))[1];
        var own = TestHost.Id((await PostAsync(forum, Post(free), member)).Is(201).Json["id"]);
        (await PatchAsync(own, new { applied_tags = new[] { free, official[0] } }, member)).Is(403, 50013);
        (await PatchAsync(own, new { applied_tags = new[] { free, official[0] } }, moderator)).Is(200);
        (await PatchAsync(own, new { applied_tags = new[] { free } }, member)).Is(403, 50013);
    }

    [Fact]
    public async Task One_post_of_a_forum_is_pinned_and_stays_until_it_is_archived()
    {
        var forum = await NewForumAsync(new { name = "forum", type = 15, default_auto_archive_duration = 60 });
        var (one, two) = (await NewPostAsync(forum), await NewPostAsync(forum));
        var other = await NewPostAsync(await NewForumAsync(new { name = "other", type = 15 }));

        (await PatchAsync(one, new { flags = 2 })).Is(200);
        (await PatchAsync(two, new { flags = 2 })).Is(400, 30047);
        (await PatchAsync(one, new { flags = 2 })).Is(200);
        (await PatchAsync(other, new { flags = 2 })).Is(200);
        (await PatchAsync(await NewThreadAsync(), new { flags = 2 })).Is(400, 50024);
        await Host.Services.GetRequiredService<AutoArchive>().SweepAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(8), CancellationToken.None);
        Assert.Equal(new[] { other, one }, await ActiveAsync());

        Assert.Equal(0, (int)(await PatchAsync(one, new { archived = true })).Is(200).Json["flags"]!);
        (await PatchAsync(two, new { archived = false, flags = 2 })).Is(200);
    }

    [Fact]
    public async Task Posts_have_their_forums_defaults_and_slowmode()
    {
        var member = await NewMemberAsync();
        var forum = await NewForumAsync(new
        {
            name = "forum", type = 15, rate_limit_per_user = 600, default_auto_archive_duration = 1440, default_thread_rate_limit_per_user = 9, default_sort_order = 1, default_forum_layout = 2,
            default_reaction_emoji = new { emoji_name = "👍" }, topic = new string('x', 4096),
        });

        var shown = (await GetAsync(forum)).Json;
        Assert.Equal((1440, 9, 1, 2, "👍"), ((int)shown["default_auto_archive_duration"]!, (int)shown["default_thread_rate_limit_per_user"]!, (int)shown["default_sort_order"]!, (int)shown["default_forum_layout"]!, (string?)shown["default_reaction_emoji"]!["emoji_name"]));
        var post = (await PostAsync(forum, new { name = "x", message = new { content = "x" } }, member)).Is(201).Json;
        Assert.Equal((1440, 9), ((int)post["thread_metadata"]!["auto_archive_duration"]!, (int)post["rate_limit_per_user"]!));
        (await PostAsync(forum, new { name = "x", message = new { content = "x" } }, member)).Is(429, 20016);
        (await PatchAsync(forum, new { default_auto_archive_duration = 5 })).IsInvalid("default_auto_archive_duration: BASE_TYPE_CHOICES");
        (await PatchAsync(forum, new { default_forum_layout = 3 })).IsInvalid("default_forum_layout: BASE_TYPE_CHOICES");
    }

    private async Task<Snowflake> NewForumAsync(object forum) => await Host.CreateChannelAsync(Hall, forum);

    private Task<Answer> PostAsync(Snowflake forum, object post, Account? caller = null) => Host.SendAsync("POST", $"/channels/{forum}/threads", caller ?? Owner, post);

    private async Task<Snowflake> NewPostAsync(Snowflake forum) => TestHost.Id((await PostAsync(forum, new { name = "post", message = new { content = "x" } })).Is(201).Json["id"]);

    private async Task<string[]> TagsAsync(Snowflake forum) => [.. (await GetAsync(forum)).Json["available_tags"]!.AsArray().Select(tag => (string)tag!["id"]!)];
}

public sealed class SqliteForumTests(SqliteSite site) : ForumTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresForumTests(PostgresSite site) : ForumTests(site), IClassFixture<PostgresSite>;
