using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Stages;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Stages with people on them: audience and speakers, invitations, what outsiders are told, and how a stage ends when nobody speaks any more.</summary>
public abstract class StageLiveTests(Site site) : ChannelTests(site)
{
    private Snowflake _stage;
    private EmptyRooms _rooms = null!;

    private string Self => $"/guilds/{Hall.Id}/voice-states/@me";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _stage = await Host.CreateChannelAsync(Hall, new { name = "stage", type = 13 });
        // One of its own: the server's looks at its own times.
        _rooms = ActivatorUtilities.CreateInstance<EmptyRooms>(Host.Services);
    }

    [Fact]
    public async Task Everybody_comes_into_the_audience_and_moderators_begin_to_speak_by_themselves()
    {
        var member = await NewMemberAsync();
        await OpenStageAsync();
        await using var owner = await JoinAsync(Owner);
        await using var listener = await JoinAsync(member);

        (await PatchSelfAsync(member, new { suppress = false })).Is(403, 50013);
        (await PatchSelfAsync(Owner, new { suppress = false })).Is(204);

        var state = (await listener.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == Owner.Id && !(bool)state["suppress"]!)).Data;
        Assert.Null(state["request_to_speak_timestamp"]);
        Assert.Equal((29, Owner.Id), await NoteAsync());
        (await PatchSelfAsync(Owner, new { suppress = true })).Is(204);
        await listener.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == Owner.Id && (bool)state["suppress"]!);
        // Who comes back sits in the audience again.
        (await PatchSelfAsync(Owner, new { suppress = false })).Is(204);
        await owner.SpeakAsync(Hall.Id, null);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => state["channel_id"] is null);
        await owner.SpeakAsync(Hall.Id, _stage);
        Assert.True((bool)(await owner.NextAsync("VOICE_STATE_UPDATE")).Data["suppress"]!);
    }

    [Fact]
    public async Task Who_asks_to_speak_is_invited_accepts_and_is_moved_back()
    {
        var member = await NewMemberAsync();
        await OpenStageAsync();
        await using var owner = await JoinAsync(Owner);
        await using var listener = await JoinAsync(member);

        (await PatchSelfAsync(member, new { request_to_speak_timestamp = TimeProvider.System.GetUtcNow() })).Is(204);
        Assert.NotNull((await owner.NextAsync("VOICE_STATE_UPDATE", state => state["request_to_speak_timestamp"] is not null)).Data);
        (await PatchSelfAsync(member, """{"request_to_speak_timestamp":null}""")).Is(204);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == member.Id && state["request_to_speak_timestamp"] is null);

        (await PatchAsync(Owner, member, suppress: false)).Is(204);
        Assert.NotNull((await listener.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == member.Id && !(bool)state["suppress"]!)).Data["request_to_speak_timestamp"]);
        Assert.DoesNotContain(await Host.HistoryAsync(Owner, _stage), message => (int)message["type"]! == 29);
        (await PatchSelfAsync(member, """{"suppress":false,"request_to_speak_timestamp":null}""")).Is(204);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == member.Id && !(bool)state["suppress"]! && state["request_to_speak_timestamp"] is null);
        Assert.Equal((29, member.Id), await NoteAsync());

        (await PatchAsync(Owner, member, suppress: true)).Is(204);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == member.Id && (bool)state["suppress"]!);
        (await PatchSelfAsync(member, new { suppress = false })).Is(403, 50013);
    }

    [Fact]
    public async Task Only_moderators_invite_and_only_on_the_stage_where_somebody_is()
    {
        var (member, other) = (await NewMemberAsync(), await NewMemberAsync());
        var voice = await Host.CreateChannelAsync(Hall, new { name = "voice", type = 2 });
        await using var first = await JoinAsync(member);

        (await PatchAsync(member, member, suppress: false)).Is(403, 50013);
        (await PatchAsync(Owner, other, suppress: false)).Is(404, 10065);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/voice-states/{member.Id}", Owner, new { channel_id = voice.ToString(), suppress = false })).Is(404, 10065);
        (await PatchAsync(await Host.RegisterAsync(), member, suppress: false)).Is(404, 10004);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/voice-states/{member.Id}", Owner, new { suppress = "loud" })).IsInvalid("suppress: BOOLEAN_TYPE_PARSE");
        (await Host.SendAsync("PUT", $"/channels/{_stage}/permissions/{member.Id}", Owner, new { type = 1, allow = "0", deny = ((ulong)Permissions.RequestToSpeak).ToString(System.Globalization.CultureInfo.InvariantCulture) })).Is(204);
        (await PatchSelfAsync(member, new { request_to_speak_timestamp = TimeProvider.System.GetUtcNow() })).Is(403, 50013);
        await first.SpeakAsync(Hall.Id, voice);
        await first.NextAsync("VOICE_SERVER_UPDATE");
        (await PatchSelfAsync(member, new { suppress = true })).Is(400, 50024);
    }

    [Fact]
    public async Task A_bot_that_is_invited_speaks_at_once()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        await using var owner = await JoinAsync(Owner);
        await using var robot = await JoinAsync(bot);
        (await PatchAsync(Owner, bot, suppress: false)).Is(204);
        Assert.Null((await owner.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == bot.Id && !(bool)state["suppress"]!)).Data["request_to_speak_timestamp"]);
    }

    [Fact]
    public async Task A_stage_without_a_speaker_ends_and_its_event_with_it()
    {
        var start = TimeProvider.System.GetUtcNow().AddHours(1);
        var planned = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/scheduled-events", Owner, new { name = "Play", entity_type = 1, privacy_level = 2, scheduled_start_time = start, channel_id = _stage.ToString() })).Is(200).Json;
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/scheduled-events/{planned["id"]}", Owner, new { status = 2 })).Is(200);
        await using var owner = await JoinAsync(Owner);
        (await PatchSelfAsync(Owner, new { suppress = false })).Is(204);
        var now = TimeProvider.System.GetUtcNow();

        await LookAsync(now);
        await LookAsync(now + EmptyRooms.Patience + EmptyRooms.Patience);
        (await Host.SendAsync("GET", $"/stage-instances/{_stage}", Owner)).Is(200);
        (await PatchSelfAsync(Owner, new { suppress = true })).Is(204);
        now += EmptyRooms.Patience + EmptyRooms.Patience;
        await LookAsync(now);
        await LookAsync(now + EmptyRooms.Patience - TimeSpan.FromSeconds(1));
        (await Host.SendAsync("GET", $"/stage-instances/{_stage}", Owner)).Is(200);
        await LookAsync(now + EmptyRooms.Patience);

        (await Host.SendAsync("GET", $"/stage-instances/{_stage}", Owner)).Is(404, 10067);
        Assert.Equal(_stage, TestHost.Id((await owner.NextAsync("STAGE_INSTANCE_DELETE")).Data["channel_id"]));
        Assert.Equal(3, (int)(await Host.SendAsync("GET", $"/guilds/{Hall.Id}/scheduled-events/{planned["id"]}", Owner)).Is(200).Json["status"]!);
    }

    [Fact]
    public async Task An_event_in_a_voice_channel_ends_when_all_have_left()
    {
        var voice = await Host.CreateChannelAsync(Hall, new { name = "voice", type = 2 });
        var start = TimeProvider.System.GetUtcNow().AddHours(1);
        var planned = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/scheduled-events", Owner, new { name = "Chat", entity_type = 2, privacy_level = 2, scheduled_start_time = start, channel_id = voice.ToString() })).Is(200).Json;
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/scheduled-events/{planned["id"]}", Owner, new { status = 2 })).Is(200);
        await using var owner = await JoinAsync(Owner, voice);
        var now = TimeProvider.System.GetUtcNow();

        await LookAsync(now);
        await LookAsync(now + EmptyRooms.Patience);
        Assert.Equal(2, await StatusAsync());
        await owner.SpeakAsync(Hall.Id, null);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => state["channel_id"] is null);
        await LookAsync(now + EmptyRooms.Patience);
        // Somebody looks in: the wait begins anew.
        await owner.SpeakAsync(Hall.Id, voice);
        await owner.NextAsync("VOICE_SERVER_UPDATE");
        await LookAsync(now + (EmptyRooms.Patience * 2));
        await owner.SpeakAsync(Hall.Id, null);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => state["channel_id"] is null);
        await LookAsync(now + (EmptyRooms.Patience * 2));
        Assert.Equal(2, await StatusAsync());
        await LookAsync(now + (EmptyRooms.Patience * 3));

        Assert.Equal(3, await StatusAsync());

        async Task<int> StatusAsync() => (int)(await Host.SendAsync("GET", $"/guilds/{Hall.Id}/scheduled-events/{planned["id"]}", Owner)).Is(200).Json["status"]!;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_invite_to_a_public_stage_tells_who_speaks_there(int privacy)
    {
        (await Host.SendAsync("POST", "/stage-instances", Owner, new { channel_id = _stage.ToString(), topic = "a play", privacy_level = privacy })).Is(200);
        await using var owner = await JoinAsync(Owner);
        await using var listener = await JoinAsync(await NewMemberAsync());
        (await PatchSelfAsync(Owner, new { suppress = false })).Is(204);
        var code = (string)(await Host.SendAsync("POST", $"/channels/{_stage}/invites", Owner, new { })).Is(200).Json["code"]!;

        var told = (await Host.SendAsync("GET", $"/invites/{code}")).Is(200).Json["stage_instance"];

        if (privacy == 2)
        {
            Assert.Null(told);
            return;
        }

        Assert.Equal(("a play", 2, 1), ((string)told!["topic"]!, (int)told["participant_count"]!, (int)told["speaker_count"]!));
        Assert.Equal(Owner.Id, TestHost.Id(Assert.Single(told["members"]!.AsArray())!["user"]!["id"]));
    }

    private Task LookAsync(DateTimeOffset now) => _rooms.RunAsync(now, CancellationToken.None);

    private async Task OpenStageAsync() => (await Host.SendAsync("POST", "/stage-instances", Owner, new { channel_id = _stage.ToString(), topic = "a play" })).Is(200);

    private async Task<GatewaySocket> JoinAsync(Account account, Snowflake? channel = null)
    {
        var session = await GatewaySocket.OpenAsync(Host, account);
        await session.SpeakAsync(Hall.Id, channel ?? _stage);
        Assert.Equal(channel is null, (bool)(await session.NextAsync("VOICE_STATE_UPDATE", state => TestHost.Id(state["user_id"]) == account.Id)).Data["suppress"]!);
        await session.NextAsync("VOICE_SERVER_UPDATE");
        return session;
    }

    private Task<Answer> PatchSelfAsync(Account account, object body) => Host.SendAsync("PATCH", Self, account, body);

    private Task<Answer> PatchAsync(Account by, Account who, bool suppress) =>
        Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/voice-states/{who.Id}", by, new { channel_id = _stage.ToString(), suppress });

    // The newest note that somebody speaks.
    private async Task<(int Type, Snowflake Author)> NoteAsync()
    {
        var note = await TestHost.UntilAsync(async () => (await Host.HistoryAsync(Owner, _stage)).FirstOrDefault(message => (int)message["type"]! == 29));
        return ((int)note["type"]!, TestHost.Id(note["author"]!["id"]));
    }
}

public sealed class SqliteStageLiveTests(SqliteSite site) : StageLiveTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresStageLiveTests(PostgresSite site) : StageLiveTests(site), IClassFixture<PostgresSite>;
