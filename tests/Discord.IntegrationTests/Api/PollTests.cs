using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Polls;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

public abstract class PollTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task A_poll_is_asked_voted_and_ended_by_its_author()
    {
        var (one, two) = (await NewMemberAsync(), await NewMemberAsync());
        var asked = (await AskAsync(new { question = new { text = "Tea?" }, answers = new object[] { Answer("yes"), new { poll_media = new { text = "no", emoji = new { name = "🚫" } } } } })).Is(200).Json;
        var id = TestHost.Id(asked["id"]);

        Assert.Equal("Tea?", (string?)asked["poll"]!["question"]!["text"]);
        Assert.Equal("🚫", (string?)asked["poll"]!["answers"]![1]!["poll_media"]!["emoji"]!["name"]);
        Assert.InRange(DateTimeOffset.Parse((string)asked["poll"]!["expiry"]!) - DateTimeOffset.Parse((string)asked["timestamp"]!), TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        (await VoteAsync(one, id, 1)).Is(204);
        (await VoteAsync(two, id, 1)).Is(204);
        (await VoteAsync(two, id, 2)).Is(204);

        Assert.Equal([(1, 1, false), (2, 1, true)], Counts(await MessageAsync(id, two)));
        Assert.Equal([two.Id], Voters(await Host.SendAsync("GET", $"{Polls}/{id}/answers/2", Owner)));
        (await VoteAsync(two, id)).Is(204);
        Assert.Empty(Voters(await Host.SendAsync("GET", $"{Polls}/{id}/answers/2?limit=100&after=1", Owner)));

        (await Host.SendAsync("POST", $"{Polls}/{id}/expire", one)).Is(403, 50005);
        var ended = (await Host.SendAsync("POST", $"{Polls}/{id}/expire", Owner)).Is(200).Json;
        Assert.True((bool)ended["poll"]!["results"]!["is_finalized"]!);
        Assert.Equal([(1, 1, false), (2, 0, false)], Counts(ended));
        (await Host.SendAsync("POST", $"{Polls}/{id}/expire", Owner)).Is(400, 520001);
        (await VoteAsync(one, id, 2)).Is(400, 520001);

        var result = (await Host.HistoryAsync(Owner, Hall.ChannelId))[0];
        Assert.Equal((46, id), ((int)result["type"]!, TestHost.Id(result["message_reference"]!["message_id"])));
        Assert.Equal("poll_result", (string?)result["embeds"]![0]!["type"]);
        Assert.Equal(
            ["poll_question_text=Tea?", "victor_answer_votes=1", "total_votes=1", "victor_answer_id=1", "victor_answer_text=yes"],
            result["embeds"]![0]!["fields"]!.AsArray().Select(field => $"{field!["name"]}={field["value"]}"));
    }

    [Fact]
    public async Task One_answer_or_several_as_it_was_asked_and_only_those_there_are()
    {
        var member = await NewMemberAsync();
        var single = await AskedAsync();
        var multiple = TestHost.Id((await AskAsync(new { question = new { text = "Which?" }, answers = new[] { Answer("a"), Answer("b") }, allow_multiselect = true })).Is(200).Json["id"]);

        (await VoteAsync(member, single, 1, 2)).IsInvalid("answer_ids: BASE_TYPE_MAX_LENGTH");
        (await VoteAsync(member, single, 3)).IsInvalid("answer_ids: BASE_TYPE_CHOICES");
        (await VoteAsync(member, multiple, 1, 2)).Is(204);
        Assert.Equal([(1, 1, true), (2, 1, true)], Counts(await MessageAsync(multiple, member)));
        (await VoteAsync(member, await Host.PostAsync(Owner, Hall.ChannelId), 1)).Is(404, 10008);
        (await Host.SendAsync("GET", $"{Polls}/{single}/answers/3", member)).IsInvalid("answer_id: BASE_TYPE_CHOICES");
        (await Host.SendAsync("GET", $"{Polls}/{single}/answers/1?limit=101", member)).IsInvalid("limit: NUMBER_TYPE_MAX");
        (await Host.SendAsync("POST", $"{Polls}/{await Host.PostAsync(Owner, Hall.ChannelId)}/expire", Owner)).Is(400, 520006);
    }

    [Theory]
    [InlineData(300, 10, 55, 1, null)]
    [InlineData(300, 1, 1, 768, null)]
    [InlineData(301, 1, 1, 24, "poll.question.text: BASE_TYPE_BAD_LENGTH")]
    [InlineData(1, 11, 1, 24, "poll.answers: BASE_TYPE_MAX_LENGTH")]
    [InlineData(1, 0, 1, 24, "poll.answers: BASE_TYPE_BAD_LENGTH")]
    [InlineData(1, 1, 56, 24, "poll.answers.0.poll_media.text: BASE_TYPE_BAD_LENGTH")]
    [InlineData(1, 1, 1, 0, "poll.duration: NUMBER_TYPE_MIN")]
    [InlineData(1, 1, 1, 769, "poll.duration: NUMBER_TYPE_MAX")]
    public async Task A_poll_has_limits(int question, int answers, int answer, int hours, string? error)
    {
        var asked = await AskAsync(new { question = new { text = new string('q', question) }, answers = Enumerable.Range(0, answers).Select(_ => Answer(new string('a', answer))), duration = hours });

        if (error is null)
            asked.Is(200);
        else
            asked.IsInvalid(error);
    }

    [Fact]
    public async Task A_poll_needs_the_permission_and_is_not_edited()
    {
        var member = await NewMemberAsync();
        (await AskAsync(new { question = new { text = "?" }, answers = new[] { new { poll_media = new { text = "!", emoji = new { id = "41771983429993937", name = "ours" } } } } })).Is(400, 520004);
        (await AskAsync(new { question = new { text = "?" }, answers = new[] { new { poll_media = new { text = "!", emoji = new { name = "abc" } } } } })).IsInvalid("poll.answers.0.poll_media.emoji.name: BUTTON_COMPONENT_INVALID_EMOJI");
        (await AskAsync(new { })).IsInvalid("poll.answers: BASE_TYPE_REQUIRED", "poll.question: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone & ~Permissions.SendPolls)).ToString() })).Is(200);

        (await AskAsync(Tea, member)).Is(403, 50013);
        var id = await AskedAsync();

        (await Host.SendAsync("PATCH", $"{Messages}/{id}", Owner, new { content = "other" })).Is(400, 520003);
    }

    [Fact]
    public async Task A_deleted_poll_takes_its_votes_along()
    {
        var member = await NewMemberAsync();
        var id = await AskedAsync();
        (await VoteAsync(member, id, 1)).Is(204);

        (await Host.SendAsync("DELETE", $"{Messages}/{id}", Owner)).Is(204);

        var polls = Host.Services.GetRequiredService<PollStore>();
        Assert.Empty(await polls.CountAsync([id], default));
        Assert.DoesNotContain(await polls.OpenAsync(), poll => poll.MessageId == id);
    }

    [Fact]
    public async Task A_poll_ends_by_itself_when_its_time_has_come_be_it_while_the_server_was_down()
    {
        var place = await Site.NewPlaceAsync();
        Account owner;
        Hall hall;
        Snowflake id;
        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            owner = await host.RegisterAsync();
            hall = await host.CreateGuildAsync(owner);
            id = TestHost.Id((await host.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", owner, new { poll = Tea })).Is(200).Json["id"]);
            await host.Database.CommitAsync(new WriteUnit().Add("UPDATE open_polls SET expires_at = $1", 1L));
        }

        await using var again = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false"));
        var result = await TestHost.UntilAsync(async () => (await again.HistoryAsync(owner, hall.ChannelId)).FirstOrDefault(message => (int)message["type"]! == 46));

        Assert.Equal(id, TestHost.Id(result["message_reference"]!["message_id"]));
        Assert.True((bool)(await again.SendAsync("GET", $"/channels/{hall.ChannelId}/messages/{id}", owner)).Json["poll"]!["results"]!["is_finalized"]!);
        Assert.Empty(await again.Services.GetRequiredService<PollStore>().OpenAsync());
        // One that is added later and ends earlier is not waited past.
        var early = TestHost.Id((await again.SendAsync("POST", $"/channels/{hall.ChannelId}/messages", owner, new { poll = Tea })).Is(200).Json["id"]);
        again.Services.GetRequiredService<OpenPolls>().Add(new OpenPoll(early, hall.ChannelId, new Timestamp(1)));
        await TestHost.UntilAsync(async () => (await again.HistoryAsync(owner, hall.ChannelId)).FirstOrDefault(message => (int)message["type"]! == 46 && TestHost.Id(message["message_reference"]!["message_id"]) == early));
    }

    private static object Tea => new { question = new { text = "Tea?" }, answers = new[] { Answer("yes"), Answer("no") } };

    private string Polls => $"/channels/{Hall.ChannelId}/polls";

    private static object Answer(string text) => new { poll_media = new { text } };

    private Task<Answer> AskAsync(object poll, Account? caller = null) => PostAsync(new { poll }, caller);

    private async Task<Snowflake> AskedAsync() => TestHost.Id((await AskAsync(Tea)).Is(200).Json["id"]);

    private Task<Answer> VoteAsync(Account who, Snowflake poll, params int[] answers) => Host.SendAsync("PUT", $"{Polls}/{poll}/answers/@me", who, new { answer_ids = answers.Select(answer => $"{answer}") });

    private async Task<JsonNode> MessageAsync(Snowflake id, Account who) => (await Host.SendAsync("GET", $"{Messages}/{id}", who)).Is(200).Json;

    private static IEnumerable<(int, int, bool)> Counts(JsonNode message) =>
        message["poll"]!["results"]!["answer_counts"]!.AsArray().Select(count => ((int)count!["id"]!, (int)count["count"]!, (bool)count["me_voted"]!));

    private static IEnumerable<Snowflake> Voters(Answer answer) => answer.Is(200).Json["users"]!.AsArray().Select(user => TestHost.Id(user!["id"]));
}

public sealed class SqlitePollTests(SqliteSite site) : PollTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresPollTests(PostgresSite site) : PollTests(site), IClassFixture<PostgresSite>;
