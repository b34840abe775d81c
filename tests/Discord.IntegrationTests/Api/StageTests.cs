using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Stages: who opens, changes and closes them, what is noted in their text chat, and what becomes of their event.</summary>
public abstract class StageTests(Site site) : ChannelTests(site)
{
    private const Permissions Moderator = Permissions.ManageChannels | Permissions.MuteMembers | Permissions.MoveMembers;

    private Snowflake _stage;

    private string Path => $"/stage-instances/{_stage}";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _stage = await Host.CreateChannelAsync(Hall, new { name = "stage", type = 13 });
    }

    [Fact]
    public async Task A_stage_is_opened_changed_and_closed_and_its_chat_tells_of_it()
    {
        var opened = (await OpenAsync(new { topic = "a play" })).Is(200).Json;
        Assert.Equal(("a play", 2, _stage), ((string)opened["topic"]!, (int)opened["privacy_level"]!, TestHost.Id(opened["channel_id"])));
        (await OpenAsync(new { topic = "another" })).Is(400, 150006);
        Assert.Equal(opened.ToJsonString(), (await Host.SendAsync("GET", Path, Owner)).Is(200).Json.ToJsonString());
        Assert.Equal("a farce", (string)(await Host.SendAsync("PATCH", Path, Owner, new { topic = "a farce" })).Is(200).Json["topic"]!);
        (await Host.SendAsync("DELETE", Path, Owner)).Is(204);
        (await Host.SendAsync("GET", Path, Owner)).Is(404, 10067);
        (await Host.SendAsync("PATCH", Path, Owner, new { topic = "x" })).Is(404, 10067);
        (await Host.SendAsync("DELETE", Path, Owner)).Is(404, 10067);

        // The notes are written behind the commit: the last one says that all are there.
        await UntilAsync(async () => (await Host.HistoryAsync(Owner, _stage)).Count == 3);
        Assert.Equal([(28, "a farce"), (31, "a farce"), (27, "a play")], (await Host.HistoryAsync(Owner, _stage)).Select(message => ((int)message["type"]!, (string)message["content"]!)));
    }

    [Theory]
    [InlineData("""{"topic":""}""", "topic: BASE_TYPE_REQUIRED")]
    [InlineData("""{"topic":"TOPIC121"}""", "topic: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"topic":"x","privacy_level":3}""", "privacy_level: BASE_TYPE_CHOICES")]
    [InlineData("""{"topic":"x","send_start_notification":"yes"}""", "send_start_notification: BOOLEAN_TYPE_PARSE")]
    public async Task What_is_wrong_is_named(string body, string error)
    {
        var json = body.Replace("TOPIC121", new string('t', 121), StringComparison.Ordinal);
        (await Host.SendAsync("POST", "/stage-instances", Owner, $$"""{"channel_id":"{{_stage}}",{{json[1..]}}""")).IsInvalid(error);
        (await Host.SendAsync("GET", Path, Owner)).Is(404, 10067);
    }

    [Fact]
    public async Task The_longest_topic_is_taken_and_only_stages_open()
    {
        (await OpenAsync(new { topic = new string('t', 120) })).Is(200);
        (await Host.SendAsync("PATCH", Path, Owner, new { topic = new string('t', 121) })).IsInvalid("topic: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("POST", "/stage-instances", Owner, new { channel_id = Hall.ChannelId.ToString(), topic = "x" })).Is(400, 50024);
        (await Host.SendAsync("POST", "/stage-instances", Owner, new { channel_id = "1", topic = "x" })).Is(404, 10003);
        (await Host.SendAsync("POST", "/stage-instances", Owner, new { topic = "x" })).IsInvalid("channel_id: BASE_TYPE_REQUIRED");
    }

    [Fact]
    public async Task Only_its_moderators_open_and_close_a_stage()
    {
        var (member, moderator, stranger) = (await NewMemberAsync(), await NewMemberAsync(), await Host.RegisterAsync());
        await GiveAsync(member, Moderator & ~Permissions.MoveMembers);
        await GiveAsync(moderator, Moderator);
        // Everybody may mention everybody unless they are kept from it.
        (await Host.SendAsync("PUT", $"/channels/{_stage}/permissions/{Hall.Id}", Owner, new { type = 0, allow = "0", deny = ((ulong)Permissions.MentionEveryone).ToString(System.Globalization.CultureInfo.InvariantCulture) })).Is(204);

        (await OpenAsync(new { topic = "x" }, member)).Is(403, 50013);
        (await OpenAsync(new { topic = "x" }, stranger)).Is(403, 50001);
        (await OpenAsync(new { topic = "x", send_start_notification = true }, moderator)).Is(403, 50013);
        (await OpenAsync(new { topic = "x" }, moderator)).Is(200);
        (await Host.SendAsync("GET", Path, stranger)).Is(403, 50001);
        (await Host.SendAsync("GET", Path, member)).Is(200);
        (await Host.SendAsync("PATCH", Path, member, new { topic = "y" })).Is(403, 50013);
        (await Host.SendAsync("DELETE", Path, member)).Is(403, 50013);
        (await Host.SendAsync("DELETE", Path, moderator)).Is(204);
    }

    [Fact]
    public async Task Everybody_is_notified_of_the_start_when_that_was_asked_for()
    {
        (await OpenAsync(new { topic = "loud", send_start_notification = true })).Is(200);

        await UntilAsync(async () => (await Host.HistoryAsync(Owner, _stage)).Count == 1);
        Assert.True((bool)(await Host.HistoryAsync(Owner, _stage))[0]["mention_everyone"]!);
    }

    [Fact]
    public async Task An_event_starts_with_its_stage_and_ends_with_it()
    {
        var start = TimeProvider.System.GetUtcNow().AddHours(1);
        var planned = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/scheduled-events", Owner, new { name = "Play", entity_type = 1, privacy_level = 2, scheduled_start_time = start, channel_id = _stage.ToString() })).Is(200).Json;
        var path = $"/guilds/{Hall.Id}/scheduled-events/{planned["id"]}";
        (await OpenAsync(new { topic = "x", guild_scheduled_event_id = Hall.Id.ToString() })).Is(404, 10070);

        var opened = (await OpenAsync(new { topic = "the play", guild_scheduled_event_id = (string)planned["id"]! })).Is(200).Json;
        var running = (await Host.SendAsync("GET", path, Owner)).Is(200).Json;
        Assert.Equal((2, (string)opened["id"]!), ((int)running["status"]!, (string)running["entity_id"]!));

        (await Host.SendAsync("DELETE", Path, Owner)).Is(204);
        var over = (await Host.SendAsync("GET", path, Owner)).Is(200).Json;
        Assert.Equal((3, null), ((int)over["status"]!, over["entity_id"]));
        (await OpenAsync(new { topic = "x", guild_scheduled_event_id = (string)planned["id"]! })).Is(400, 180000);
    }

    [Fact]
    public async Task With_its_channel_a_stage_is_gone()
    {
        (await OpenAsync(new { topic = "x" })).Is(200);
        (await Host.SendAsync("DELETE", $"/channels/{_stage}", Owner)).Is(200);
        (await Host.SendAsync("GET", Path, Owner)).Is(404, 10003);
    }

    private Task<Answer> OpenAsync(object body, Account? caller = null)
    {
        var all = System.Text.Json.JsonSerializer.SerializeToNode(body)!.AsObject();
        all["channel_id"] = _stage.ToString();
        return Host.SendAsync("POST", "/stage-instances", caller ?? Owner, all.ToJsonString());
    }
}

public sealed class SqliteStageTests(SqliteSite site) : StageTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresStageTests(PostgresSite site) : StageTests(site), IClassFixture<PostgresSite>;
