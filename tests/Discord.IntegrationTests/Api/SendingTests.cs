using System.Globalization;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What a message may mention and answer, and what keeps it from being posted twice or too fast.</summary>
public abstract class SendingTests(Site site) : ChannelTests(site)
{
    [Theory]
    [InlineData("""{"parse":["users"],"users":["1"]}""", "allowed_mentions.users: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")]
    [InlineData("""{"parse":["roles"],"roles":["1"]}""", "allowed_mentions.roles: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")]
    [InlineData("""{"parse":["users","people"]}""", "allowed_mentions.parse.1: BASE_TYPE_CHOICES")]
    [InlineData("""{"parse":"users"}""", "allowed_mentions.parse: LIST_TYPE_CONVERT")]
    [InlineData("""{"users":["x"]}""", "allowed_mentions.users.0: NUMBER_TYPE_COERCE")]
    [InlineData("""{"replied_user":"perhaps"}""", "allowed_mentions.replied_user: BOOLEAN_TYPE_PARSE")]
    [InlineData("""[]""", "allowed_mentions: DICT_TYPE_CONVERT")]
    public async Task Allowed_mentions_have_a_form(string allowed, string error)
    {
        (await PostAsync($$"""{"content":"x","allowed_mentions":{{allowed}}}""")).IsInvalid(error);
        Assert.Empty(await Host.HistoryAsync(Owner, Hall.ChannelId));
    }

    [Theory]
    [InlineData("users")]
    [InlineData("roles")]
    public async Task Allowed_mentions_name_a_hundred_at_most(string field)
    {
        (await PostAsync(Body(100))).Is(200);
        (await PostAsync(Body(101))).IsInvalid($"allowed_mentions.{field}: BASE_TYPE_MAX_LENGTH");

        object Body(int count) => new { content = "x", allowed_mentions = new Dictionary<string, object> { [field] = Enumerable.Range(1, count).Select(id => id.ToString(CultureInfo.InvariantCulture)) } };
    }

    [Theory]
    [InlineData("null", true, true)]
    [InlineData("""{"parse":[]}""", false, false)]
    [InlineData("""{}""", false, false)]
    [InlineData("""{"parse":["users"]}""", true, false)]
    [InlineData("""{"parse":["everyone"]}""", false, true)]
    [InlineData("""{"parse":["users","roles","everyone"]}""", true, true)]
    [InlineData("""{"parse":["users"],"users":[]}""", true, false)]
    [InlineData("""{"users":["OWNER"]}""", true, false)]
    [InlineData("""{"users":["1"]}""", false, false)]
    public async Task Only_what_is_allowed_is_mentioned(string allowed, bool user, bool everyone)
    {
        var message = (await PostAsync($$"""{"content":"<@{{Owner.Id}}> and @everyone","allowed_mentions":{{allowed.Replace("OWNER", Owner.Id.ToString(), StringComparison.Ordinal)}}}""")).Is(200).Json;

        Assert.Equal(user ? [Owner.Id] : [], Ids(message["mentions"]!));
        Assert.Equal(everyone, (bool)message["mention_everyone"]!);
        var shown = (await Host.HistoryAsync(Owner, Hall.ChannelId))[0];
        Assert.Equal(user ? [Owner.Id] : [], Ids(shown["mentions"]!));
    }

    [Fact]
    public async Task A_reply_shows_what_it_answers_and_pings_its_author_unless_told_not_to()
    {
        var member = await NewMemberAsync();
        var answered = await Host.PostAsync(member, Hall.ChannelId, "question");

        var reply = (await PostAsync(new { content = "yes", message_reference = new { message_id = answered.ToString() } })).Is(200).Json;
        var quiet = (await PostAsync(new { content = "yes", message_reference = new { message_id = answered.ToString() }, allowed_mentions = new { replied_user = false } })).Is(200).Json;

        foreach (var message in new[] { reply, quiet })
        {
            Assert.Equal(19, (int)message["type"]!);
            Assert.Equal((answered, Hall.ChannelId, Hall.Id), (TestHost.Id(message["message_reference"]!["message_id"]), TestHost.Id(message["message_reference"]!["channel_id"]), TestHost.Id(message["message_reference"]!["guild_id"])));
            Assert.Equal("question", (string?)message["referenced_message"]!["content"]);
        }

        Assert.Equal([member.Id], Ids(reply["mentions"]!));
        Assert.Empty(quiet["mentions"]!.AsArray());

        (await Host.SendAsync("DELETE", $"{Messages}/{answered}", member)).Is(204);
        var shown = (await Host.SendAsync("GET", $"{Messages}/{reply["id"]}", Owner)).Is(200).Json.AsObject();
        Assert.True(shown.ContainsKey("referenced_message") && shown["referenced_message"] is null);
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_or_posted_plain()
    {
        var elsewhere = await Host.PostAsync(Owner, await NewChannelAsync());
        var pinned = await Host.PostAsync(Owner, Hall.ChannelId);
        (await Host.SendAsync("PUT", $"{Messages}/pins/{pinned}", Owner)).Is(204);
        var notice = TestHost.Id((await Host.HistoryAsync(Owner, Hall.ChannelId))[0]["id"]);

        (await ReplyAsync("1")).IsInvalid("message_reference: REPLIES_UNKNOWN_MESSAGE");
        (await ReplyAsync(elsewhere.ToString())).IsInvalid("message_reference: REPLIES_UNKNOWN_MESSAGE");
        (await ReplyAsync(notice.ToString())).IsInvalid("message_reference: REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE");
        (await ReplyAsync("x")).IsInvalid("message_reference.message_id: NUMBER_TYPE_COERCE");
        (await PostAsync(new { content = "x", message_reference = new { } })).IsInvalid("message_reference.message_id: BASE_TYPE_REQUIRED");
        Assert.Equal(2, (await Host.HistoryAsync(Owner, Hall.ChannelId)).Count);

        var plain = (await PostAsync(new { content = "x", message_reference = new { message_id = "1", fail_if_not_exists = false } })).Is(200).Json;
        Assert.Equal(0, (int)plain["type"]!);
        Assert.Null(plain["message_reference"]);
        Assert.False(plain.AsObject().ContainsKey("referenced_message"));

        Task<Answer> ReplyAsync(string id) => PostAsync(new { content = "x", message_reference = new { message_id = id } });
    }

    [Fact]
    public async Task An_enforced_nonce_sent_many_times_at_once_makes_one_message()
    {
        var channel = await NewChannelAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(channel, Owner, """{"content":"once","nonce":"n1","enforce_nonce":true}""")));

        Assert.Single(answers.Select(answer => (string?)answer.Is(200).Json["id"]).Distinct());
        Assert.All(answers, answer => Assert.Equal("n1", (string?)answer.Json["nonce"]));
        Assert.Single(await Host.HistoryAsync(Owner, channel));
    }

    [Fact]
    public async Task A_nonce_is_its_authors_its_channels_and_only_enforced_when_asked()
    {
        var member = await NewMemberAsync();
        var (one, two) = (await NewChannelAsync(), await NewChannelAsync());
        const string Body = """{"content":"x","nonce":"n","enforce_nonce":true}""";

        await SendAsync(one, Owner, Body);
        await SendAsync(one, member, Body);
        await SendAsync(two, Owner, Body);
        await SendAsync(two, Owner, """{"content":"x","nonce":"n"}""");
        await SendAsync(two, Owner, """{"content":"x","nonce":"other","enforce_nonce":true}""");
        await SendAsync(two, Owner, """{"content":"x","enforce_nonce":true}""");

        Assert.Equal(2, (await Host.HistoryAsync(Owner, one)).Count);
        Assert.Equal(4, (await Host.HistoryAsync(Owner, two)).Count);
    }

    [Fact]
    public async Task An_enforced_nonce_is_remembered_over_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        const string Body = """{"content":"x","nonce":"n","enforce_nonce":true}""";
        Hall hall;
        Snowflake first;
        await using (var before = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            hall = await before.CreateGuildAsync(await before.RegisterAsync());
            first = TestHost.Id((await before.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", hall.Owner, Body)).Is(200).Json["id"]);
        }

        await using var after = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false"));
        var again = (await after.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", hall.Owner, Body)).Is(200).Json;

        Assert.Equal((first, "n"), (TestHost.Id(again["id"]), (string?)again["nonce"]));
        Assert.Single(await after.HistoryAsync(hall.Owner, hall.ChannelId));
    }

    [Fact]
    public async Task Ids_go_on_from_the_greatest_that_is_stored_whatever_the_clock_says_after_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Hall hall;
        // As if the clock had been an hour ahead before the restart.
        var ahead = Snowflake.FirstAt(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
        await using (var before = await TestHost.StartAsync(place))
        {
            hall = await before.CreateGuildAsync(await before.RegisterAsync());
            await before.Database.CommitAsync(MessageStore.Insert(new WriteUnit(), new StoredMessage { ChannelId = hall.ChannelId, Id = ahead, AuthorId = hall.Owner.Id, Content = "from the future" }));
        }

        await using var after = await TestHost.StartAsync(place);
        var next = after.Services.GetRequiredService<SnowflakeGenerator>().Next();

        Assert.True(next > ahead, $"{next} was given out after {ahead} had been stored.");
    }

    [Fact]
    public async Task Slowmode_holds_a_member_in_one_channel_and_nobody_else()
    {
        var (member, other) = (await NewMemberAsync(), await NewMemberAsync());
        var (slow, quick) = (await NewChannelAsync(slowmode: 21_600), await NewChannelAsync());

        (await SendAsync(slow, member, """{"content":""}""")).Is(400, 50006);
        (await SendAsync(slow, member, """{"content":"first"}""")).Is(200);
        var refused = await SendAsync(slow, member, """{"content":"second"}""");

        refused.Is(429, 20016);
        var wait = (double)refused.Json["retry_after"]!;
        Assert.InRange(wait, 21_000, 21_600);
        Assert.False((bool)refused.Json["global"]!);
        Assert.Equal(Math.Ceiling(wait).ToString(CultureInfo.InvariantCulture), refused.Header("Retry-After"));
        Assert.Equal("shared", refused.Header("X-RateLimit-Scope"));
        Assert.Null(refused.Header("X-RateLimit-Global"));
        (await SendAsync(slow, other, """{"content":"other"}""")).Is(200);
        (await SendAsync(quick, member, """{"content":"quick"}""")).Is(200);
        (await SendAsync(slow, Owner, """{"content":"owner"}""")).Is(200);
        (await SendAsync(slow, Owner, """{"content":"owner again"}""")).Is(200);
        Assert.Equal(["owner again", "owner", "other", "first"], (await Host.HistoryAsync(Owner, slow)).Select(message => (string?)message["content"]));

        (await Host.SendAsync("PATCH", $"/channels/{slow}", Owner, new { rate_limit_per_user = 0 })).Is(200);
        (await SendAsync(slow, member, """{"content":"free again"}""")).Is(200);
    }

    [Fact]
    public async Task Of_two_messages_at_once_slowmode_lets_one_through()
    {
        var member = await NewMemberAsync();
        var slow = await NewChannelAsync(slowmode: 60);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(slow, member, """{"content":"x"}""")));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Single(await Host.HistoryAsync(Owner, slow));
    }

    private Task<Answer> SendAsync(Snowflake channel, Account caller, string body) => Host.SendAsync("POST", $"/channels/{channel}/messages", caller, body);
}

public sealed class SqliteSendingTests(SqliteSite site) : SendingTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresSendingTests(PostgresSite site) : SendingTests(site), IClassFixture<PostgresSite>;
