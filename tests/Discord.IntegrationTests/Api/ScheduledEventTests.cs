using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Protocol;
using Discord.UnitTests.Media;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Scheduled events: their fields, who sees and changes them, what time and people do to them, series and their exceptions, who comes.</summary>
public abstract class ScheduledEventTests(Site site) : ChannelTests(site)
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeSeconds());
    private static readonly DateTimeOffset s_end = s_start.AddHours(1);

    private string Events => $"/guilds/{Hall.Id}/scheduled-events";

    [Fact]
    public async Task An_event_elsewhere_is_planned_changed_and_deleted()
    {
        var made = await PlanAsync(new { name = " Party ", description = "Bring cake" });
        Assert.Equal(("Party", 1, 3, 2), ((string)made["name"]!, (int)made["status"]!, (int)made["entity_type"]!, (int)made["privacy_level"]!));
        Assert.Equal(Owner.Id, TestHost.Id(made["creator"]!["id"]));
        Assert.Null(made["channel_id"]);
        var path = $"{Events}/{made["id"]}";

        var changed = (await Host.SendAsync("PATCH", path, Owner, new { description = (string?)null, entity_metadata = new { location = "There" } })).Is(200).Json;
        Assert.Equal((null, "There"), ((string?)changed["description"], (string)changed["entity_metadata"]!["location"]!));
        // Who plans it comes.
        Assert.Equal(1, (int)(await Host.SendAsync("GET", $"{path}?with_user_count=true", Owner)).Is(200).Json["user_count"]!);
        Assert.Single((await Host.SendAsync("GET", $"{Events}?with_user_count=true", Owner)).Is(200).Json.AsArray());

        (await Host.SendAsync("DELETE", path, Owner)).Is(204);
        (await Host.SendAsync("GET", path, Owner)).Is(404, 10070);
        Assert.Empty((await Host.SendAsync("GET", Events, Owner)).Json.AsArray());
    }

    [Theory]
    [InlineData("""{"name":""}""", "name: BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"NAME101"}""", "name: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"description":"TEXT1001"}""", "description: BASE_TYPE_MAX_LENGTH")]
    [InlineData("""{"entity_metadata":{"location":"NAME101"}}""", "entity_metadata.location: BASE_TYPE_MAX_LENGTH")]
    [InlineData("""{"entity_metadata":null}""", "entity_metadata.location: BASE_TYPE_REQUIRED")]
    [InlineData("""{"scheduled_end_time":null}""", "scheduled_end_time: BASE_TYPE_REQUIRED")]
    [InlineData("""{"scheduled_start_time":"2020-01-01T00:00:00Z"}""", "scheduled_start_time: GUILD_SCHEDULED_EVENT_SCHEDULE_PAST")]
    [InlineData("""{"scheduled_start_time":"2999-01-01T00:00:00Z","scheduled_end_time":"2999-01-02T00:00:00Z"}""", "scheduled_start_time: GUILD_SCHEDULED_EVENT_TOO_FAR")]
    [InlineData("""{"scheduled_end_time":"2020-01-01T00:00:00Z"}""", "scheduled_end_time: GUILD_SCHEDULED_EVENT_END_BEFORE_START")]
    [InlineData("""{"privacy_level":1}""", "privacy_level: BASE_TYPE_CHOICES")]
    [InlineData("""{"entity_type":4}""", "entity_type: BASE_TYPE_CHOICES")]
    [InlineData("""{"channel_id":"CHANNEL"}""", "channel_id: GUILD_SCHEDULED_EVENT_CHANNEL")]
    [InlineData("""{"entity_type":2}""", "channel_id: BASE_TYPE_REQUIRED")]
    [InlineData("""{"entity_type":2,"channel_id":"CHANNEL"}""", "channel_id: GUILD_SCHEDULED_EVENT_CHANNEL")]
    [InlineData("""{"recurrence_rule":{"start":"2026-01-01T00:00:00Z","frequency":9}}""", "recurrence_rule.frequency: BASE_TYPE_CHOICES")]
    public async Task What_is_wrong_is_named(string more, string error)
    {
        var body = Body();
        foreach (var (name, value) in JsonNode.Parse(Filled(more))!.AsObject())
            body[name] = value?.DeepClone();

        (await Host.SendAsync("POST", Events, Owner, body.ToJsonString())).IsInvalid(error);
        Assert.Empty((await Host.SendAsync("GET", Events, Owner)).Json.AsArray());
    }

    [Fact]
    public async Task An_event_has_a_cover_until_it_is_deleted()
    {
        var made = await PlanAsync(new { image = Samples.DataUri(Samples.Png()) });
        var path = $"{Events}/{made["id"]}";
        var cover = $"/guild-events/{made["id"]}/{made["image"]}.png";
        (await Host.SendRawAsync("GET", cover)).Is(200);

        Assert.Null((await Host.SendAsync("PATCH", path, Owner, new { image = (string?)null })).Is(200).Json["image"]);
        (await Host.SendRawAsync("GET", cover)).Is(404);
        var again = (await Host.SendAsync("PATCH", path, Owner, new { image = Samples.DataUri(Samples.Png()) })).Is(200).Json["image"];
        Assert.Equal((string?)again, (string?)(await Host.SendAsync("PATCH", path, Owner, new { name = "kept" })).Is(200).Json["image"]);
        (await Host.SendAsync("PATCH", path, Owner, new { image = "data:image/png;base64,AAAA" })).Is(400, 50035);
        (await Host.SendRawAsync("GET", cover)).Is(200);
        (await Host.SendAsync("DELETE", path, Owner)).Is(204);
        (await Host.SendRawAsync("GET", cover)).Is(404);
    }

    [Fact]
    public async Task The_longest_texts_are_taken() =>
        await PlanAsync(new { name = new string('n', 100), description = new string('d', 1000), entity_metadata = new { location = new string('l', 100) } });

    [Theory]
    [InlineData("name")]
    [InlineData("scheduled_start_time")]
    [InlineData("privacy_level")]
    [InlineData("entity_type")]
    public async Task Some_fields_must_be_there(string field)
    {
        var body = Body();
        body.Remove(field);

        (await Host.SendAsync("POST", Events, Owner, body.ToJsonString())).Is(400, 50035);
        Assert.NotNull((await Host.SendAsync("POST", Events, Owner, body.ToJsonString())).Json["errors"]![field]);
    }

    [Fact]
    public async Task A_guild_has_100_events_ahead_and_those_that_are_over_do_not_count()
    {
        var first = await PlanAsync();
        for (var i = 1; i < 100; i++)
            await PlanAsync();
        (await Host.SendAsync("POST", Events, Owner, Body().ToJsonString())).Is(400, 30038);

        (await Host.SendAsync("PATCH", $"{Events}/{first["id"]}", Owner, new { status = 4 })).Is(200);

        await PlanAsync();
    }

    [Fact]
    public async Task Status_goes_only_forward()
    {
        var path = $"{Events}/{(await PlanAsync())["id"]}";
        (await Host.SendAsync("PATCH", path, Owner, new { status = 3 })).IsInvalid("status: GUILD_SCHEDULED_EVENT_STATUS");
        Assert.Equal(2, (int)(await Host.SendAsync("PATCH", path, Owner, new { status = 2, name = "Now" })).Is(200).Json["status"]!);
        (await Host.SendAsync("PATCH", path, Owner, new { status = 4 })).IsInvalid("status: GUILD_SCHEDULED_EVENT_STATUS");
        (await Host.SendAsync("PATCH", path, Owner, new { status = 1 })).IsInvalid("status: GUILD_SCHEDULED_EVENT_STATUS");
        (await Host.SendAsync("PATCH", path, Owner, new { scheduled_start_time = s_end.AddMinutes(-1) })).IsInvalid("scheduled_start_time: GUILD_SCHEDULED_EVENT_ACTIVE");
        var over = (await Host.SendAsync("PATCH", path, Owner, new { status = 3 })).Is(200).Json;
        Assert.Equal((3, "Now"), ((int)over["status"]!, (string)over["name"]!));

        (await Host.SendAsync("PATCH", path, Owner, new { name = "again" })).Is(400, 180000);
        Assert.Equal(3, (int)(await Host.SendAsync("GET", path, Owner)).Is(200).Json["status"]!);
        Assert.Empty((await Host.SendAsync("GET", Events, Owner)).Json.AsArray());
    }

    [Fact]
    public async Task Members_plan_with_one_permission_and_change_others_events_with_another()
    {
        var (planner, manager, nobody) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        await GiveAsync(planner, Permissions.CreateEvents);
        await GiveAsync(manager, Permissions.ManageEvents);
        (await Host.SendAsync("POST", Events, nobody, Body().ToJsonString())).Is(403, 50013);
        (await Host.SendAsync("POST", Events, manager, Body().ToJsonString())).Is(403, 50013);
        var own = $"{Events}/{(await Host.SendAsync("POST", Events, planner, Body().ToJsonString())).Is(200).Json["id"]}";
        var others = $"{Events}/{(await PlanAsync())["id"]}";

        (await Host.SendAsync("PATCH", own, planner, new { name = "mine" })).Is(200);
        (await Host.SendAsync("PATCH", others, planner, new { name = "mine" })).Is(403, 50013);
        (await Host.SendAsync("DELETE", others, planner)).Is(403, 50013);
        (await Host.SendAsync("PATCH", own, nobody, new { name = "mine" })).Is(403, 50013);
        (await Host.SendAsync("PATCH", others, manager, new { name = "managed" })).Is(200);
        (await Host.SendAsync("DELETE", own, manager)).Is(204);
        (await Host.SendAsync("GET", others, nobody)).Is(200);
    }

    [Fact]
    public async Task An_event_in_a_hidden_channel_is_unknown_to_those_who_do_not_see_it()
    {
        var member = await NewMemberAsync();
        await GiveAsync(member, Permissions.ManageEvents | Permissions.CreateEvents);
        var hidden = await Host.CreateChannelAsync(Hall, new { name = "hidden", type = 2, permission_overwrites = new[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "1024" } } });
        var made = await PlanAsync(new { entity_type = 2, channel_id = hidden.ToString(), entity_metadata = (object?)null });
        var path = $"{Events}/{made["id"]}";

        foreach (var (method, tail, body) in new (string, string, object?)[] { ("GET", "", null), ("PATCH", "", new { name = "x" }), ("DELETE", "", null), ("GET", "/users", null), ("GET", "/users/counts", null), ("PUT", "/users/@me", null), ("DELETE", "/users/@me", null) })
            (await Host.SendAsync(method, path + tail, member, body)).Is(404, 10070);
        Assert.Empty((await Host.SendAsync("GET", Events, member)).Is(200).Json.AsArray());
        (await Host.SendAsync("POST", Events, member, With(Body(), new { entity_type = 2, channel_id = hidden.ToString(), entity_metadata = (object?)null }))).Is(404, 10003);
        Assert.Single((await Host.SendAsync("GET", Events, Owner)).Json.AsArray());
    }

    [Fact]
    public async Task Events_of_another_guild_are_unknown()
    {
        var id = (await PlanAsync())["id"];
        var other = await Host.CreateGuildAsync(Owner);

        foreach (var (method, tail) in new[] { ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/users"), ("GET", "/users/counts"), ("POST", "/exceptions"), ("PUT", "/users/@me") })
            (await Host.SendAsync(method, $"/guilds/{other.Id}/scheduled-events/{id}{tail}", Owner, method == "POST" ? new { original_scheduled_start_time = s_start } : method == "PATCH" ? new { } : null)).Is(404, 10070);
        (await Host.SendAsync("POST", Events, Owner, With(Body(), new { entity_type = 2, channel_id = other.ChannelId.ToString(), entity_metadata = (object?)null }))).Is(404, 10003);
    }

    [Fact]
    public async Task A_stage_event_opens_its_stage_and_closes_it()
    {
        var stage = await Host.CreateChannelAsync(Hall, new { name = "stage", type = 13 });
        var made = await PlanAsync(new { name = "Play", entity_type = 1, channel_id = stage.ToString(), entity_metadata = (object?)null });
        var path = $"{Events}/{made["id"]}";

        var started = (await Host.SendAsync("PATCH", path, Owner, new { status = 2 })).Is(200).Json;
        var open = (await Host.SendAsync("GET", $"/stage-instances/{stage}", Owner)).Is(200).Json;
        Assert.Equal(("Play", (string)made["id"]!, (string)open["id"]!), ((string)open["topic"]!, (string)open["guild_scheduled_event_id"]!, (string)started["entity_id"]!));
        (await Host.SendAsync("PATCH", path, Owner, new { entity_type = 3, channel_id = (string?)null, entity_metadata = new { location = "x" }, scheduled_end_time = s_end })).IsInvalid("entity_type: GUILD_SCHEDULED_EVENT_ACTIVE");
        // A second event has no stage to go to.
        var second = await PlanAsync(new { entity_type = 1, channel_id = stage.ToString(), entity_metadata = (object?)null });
        (await Host.SendAsync("PATCH", $"{Events}/{second["id"]}", Owner, new { status = 2 })).Is(400, 180002);

        (await Host.SendAsync("PATCH", path, Owner, new { status = 3 })).Is(200);
        (await Host.SendAsync("GET", $"/stage-instances/{stage}", Owner)).Is(404, 10067);
    }

    [Fact]
    public async Task With_its_channel_an_event_is_cancelled()
    {
        var channel = await Host.CreateChannelAsync(Hall, new { name = "talk", type = 2 });
        await PlanAsync(new { entity_type = 2, channel_id = channel.ToString(), entity_metadata = (object?)null });

        (await Host.SendAsync("DELETE", $"/channels/{channel}", Owner)).Is(200);

        Assert.Empty((await Host.SendAsync("GET", Events, Owner)).Json.AsArray());
    }

    [Fact]
    public async Task Time_starts_and_ends_what_takes_place_elsewhere_and_cancels_what_nobody_started()
    {
        var clock = Host.Services.GetRequiredService<EventClock>();
        var channel = await Host.CreateChannelAsync(Hall, new { name = "talk", type = 2 });
        var elsewhere = $"{Events}/{(await PlanAsync())["id"]}";
        var inChannel = $"{Events}/{(await PlanAsync(new { entity_type = 2, channel_id = channel.ToString(), entity_metadata = (object?)null }))["id"]}";
        async Task<int> StatusAsync(string path) => (int)(await Host.SendAsync("GET", path, Owner)).Is(200).Json["status"]!;

        await clock.RunAsync(s_start.AddSeconds(-1), default);
        Assert.Equal((1, 1), (await StatusAsync(elsewhere), await StatusAsync(inChannel)));
        await clock.RunAsync(s_start.AddSeconds(1), default);
        Assert.Equal((2, 1), (await StatusAsync(elsewhere), await StatusAsync(inChannel)));
        await clock.RunAsync(s_end.AddSeconds(1), default);
        Assert.Equal((3, 1), (await StatusAsync(elsewhere), await StatusAsync(inChannel)));
        await clock.RunAsync(s_start + ScheduledEvent.Patience + TimeSpan.FromSeconds(1), default);
        Assert.Equal((3, 4), (await StatusAsync(elsewhere), await StatusAsync(inChannel)));
    }

    [Fact]
    public async Task A_series_goes_on_to_its_next_occurrence_and_passes_cancelled_ones_over()
    {
        var series = await PlanAsync(new { recurrence_rule = new { start = s_start, frequency = 3, interval = 1 } });
        var path = $"{Events}/{series["id"]}";
        var second = (await Host.SendAsync("POST", $"{path}/exceptions", Owner, new { original_scheduled_start_time = s_start.AddDays(1), is_canceled = true })).Is(200).Json;
        Assert.True((bool)second["is_canceled"]!);
        (await Host.SendAsync("POST", $"{path}/exceptions", Owner, new { original_scheduled_start_time = s_start.AddDays(1) })).IsInvalid("original_scheduled_start_time: GUILD_SCHEDULED_EVENT_EXCEPTION");
        (await Host.SendAsync("POST", $"{path}/exceptions", Owner, new { original_scheduled_start_time = s_start.AddMinutes(5) })).IsInvalid("original_scheduled_start_time: GUILD_SCHEDULED_EVENT_EXCEPTION");
        (await Host.SendAsync("POST", $"{path}/exceptions", Owner, new { })).IsInvalid("original_scheduled_start_time: BASE_TYPE_REQUIRED");

        (await Host.SendAsync("PATCH", path, Owner, new { status = 2 })).Is(200);
        var next = (await Host.SendAsync("PATCH", path, Owner, new { status = 3 })).Is(200).Json;
        Assert.Equal((1, Wire(s_start.AddDays(2)), Wire(s_end.AddDays(2))), ((int)next["status"]!, (string)next["scheduled_start_time"]!, (string)next["scheduled_end_time"]!));

        (await Host.SendAsync("PATCH", path, Owner, new { status = 4 })).Is(200);
        Assert.Equal(4, (int)(await Host.SendAsync("GET", path, Owner)).Json["status"]!);
    }

    [Fact]
    public async Task Cancelling_the_next_occurrence_moves_a_series_and_taking_it_back_moves_it_again()
    {
        var series = await PlanAsync(new { recurrence_rule = new { start = s_start, frequency = 3, interval = 1 } });
        var path = $"{Events}/{series["id"]}";
        var made = (await Host.SendAsync("POST", $"{path}/exceptions", Owner, new { original_scheduled_start_time = s_start, is_canceled = true })).Is(200).Json;
        var exception = $"{path}/exceptions/{made["event_exception_id"]}";
        async Task<string> StartAsync() => (string)(await Host.SendAsync("GET", path, Owner)).Json["scheduled_start_time"]!;
        Assert.Equal(Wire(s_start.AddDays(1)), await StartAsync());

        Assert.False((bool)(await Host.SendAsync("PATCH", exception, Owner, new { is_canceled = false })).Is(200).Json["is_canceled"]!);
        Assert.Equal(Wire(s_start), await StartAsync());
        (await Host.SendAsync("PATCH", exception, Owner, new { scheduled_start_time = s_end, scheduled_end_time = s_start })).IsInvalid("scheduled_end_time: GUILD_SCHEDULED_EVENT_END_BEFORE_START");
        (await Host.SendAsync("PATCH", exception, Owner, new { scheduled_start_time = "2020-01-01T00:00:00Z", scheduled_end_time = s_end })).IsInvalid("scheduled_start_time: GUILD_SCHEDULED_EVENT_SCHEDULE_PAST");
        (await Host.SendAsync("PATCH", exception, Owner, new { scheduled_start_time = s_end, scheduled_end_time = s_end.AddHours(1) })).Is(200);

        (await Host.SendAsync("DELETE", exception, Owner)).Is(204);
        (await Host.SendAsync("DELETE", exception, Owner)).Is(404, 10070);
        Assert.Empty((await Host.SendAsync("GET", path, Owner)).Json["guild_scheduled_event_exceptions"]!.AsArray());
        // What takes place once has no exceptions.
        (await Host.SendAsync("POST", $"{Events}/{(await PlanAsync())["id"]}/exceptions", Owner, new { original_scheduled_start_time = s_start })).IsInvalid("original_scheduled_start_time: GUILD_SCHEDULED_EVENT_EXCEPTION");
    }

    [Fact]
    public async Task People_say_that_they_come_and_take_it_back()
    {
        var (one, two) = (await NewMemberAsync(), await NewMemberAsync());
        var bot = await Host.AddBotAsync(Hall, Permissions.Administrator);
        var series = await PlanAsync(new { recurrence_rule = new { start = s_start, frequency = 3, interval = 1 } });
        var path = $"{Events}/{series["id"]}";
        var exception = (string)(await Host.SendAsync("POST", $"{path}/exceptions", Owner, new { original_scheduled_start_time = s_start.AddDays(1), is_canceled = false })).Is(200).Json["event_exception_id"]!;

        Assert.Equal(1, (int)(await Host.SendAsync("PUT", $"{path}/users/@me", one)).Is(200).Json["response"]!);
        (await Host.SendAsync("PUT", $"{path}/users/@me", two)).Is(200);
        (await Host.SendAsync("PUT", $"{path}/{exception}/users/@me", one, new { response = 0 })).Is(200);
        (await Host.SendAsync("PUT", $"{path}/{exception}/users/@me", two, new { response = 1 })).Is(200);
        (await Host.SendAsync("PUT", $"{path}/users/@me", bot)).Is(403, 20001);
        (await Host.SendAsync("PUT", $"{path}/users/@me", two, new { response = 2 })).IsInvalid("response: BASE_TYPE_CHOICES");
        (await Host.SendAsync("PUT", $"{path}/{Hall.Id}/users/@me", two)).Is(404, 10070);

        Assert.Equal([Owner.Id, one.Id, two.Id], Users(await Host.SendAsync("GET", $"{path}/users", Owner)));
        Assert.Equal([one.Id], Users(await Host.SendAsync("GET", $"{path}/users?after={Owner.Id}&limit=1", Owner)));
        Assert.Equal([one.Id], Users(await Host.SendAsync("GET", $"{path}/users?before={two.Id}&limit=1", Owner)));
        var withMember = (await Host.SendAsync("GET", $"{path}/{exception}/users?with_member=true", Owner)).Is(200).Json.AsArray();
        Assert.Equal([(one.Id, 0), (two.Id, 1)], withMember.Select(user => (TestHost.Id(user!["member"]!["user"]!["id"]), (int)user["response"]!)));
        (await Host.SendAsync("GET", $"{path}/users?limit=0", Owner)).IsInvalid("limit: NUMBER_TYPE_MIN");
        (await Host.SendAsync("GET", $"{path}/users?limit=101", Owner)).IsInvalid("limit: NUMBER_TYPE_MAX");
        var counts = (await Host.SendAsync("GET", $"{path}/users/counts?guild_scheduled_event_exception_ids={exception}", Owner)).Is(200).Json;
        Assert.Equal((3, 1), ((int)counts["guild_scheduled_event_count"]!, (int)counts["guild_scheduled_event_exception_counts"]![exception]!));
        (await Host.SendAsync("GET", $"{path}/users/counts?guild_scheduled_event_exception_ids=x", Owner)).IsInvalid("guild_scheduled_event_exception_ids: NUMBER_TYPE_COERCE");
        (await Host.SendAsync("GET", $"{path}/users/counts?guild_scheduled_event_exception_ids={string.Join(',', Enumerable.Range(1, 11))}", Owner)).IsInvalid("guild_scheduled_event_exception_ids: BASE_TYPE_MAX_LENGTH");

        (await Host.SendAsync("DELETE", $"{path}/users/@me", one)).Is(204);
        (await Host.SendAsync("DELETE", $"{path}/users/@me", one)).Is(404, 10071);
        (await Host.SendAsync("DELETE", $"{path}/{exception}/users/@me", two)).Is(204);
        // Who leaves does not come.
        (await Host.SendAsync("DELETE", $"/users/@me/guilds/{Hall.Id}", two)).Is(204);
        Assert.Equal([Owner.Id], Users(await Host.SendAsync("GET", $"{path}/users", Owner)));
    }

    [Fact]
    public async Task After_a_restart_everything_is_as_it_was()
    {
        var place = await Site.NewPlaceAsync();
        string path;
        Account owner;
        JsonNode before;
        await using (var first = await TestHost.StartAsync(place))
        {
            owner = await first.RegisterAsync();
            var hall = await first.CreateGuildAsync(owner);
            path = $"/guilds/{hall.Id}/scheduled-events";
            before = (await first.SendAsync("POST", path, owner, With(Body(), new { recurrence_rule = new { start = s_start, frequency = 1, by_n_weekday = new[] { new { n = 1, day = 2 } } } }))).Is(200).Json;
            path += $"/{before["id"]}";
        }

        await using var second = await TestHost.StartAsync(place);
        Assert.Equal(before.ToJsonString(), (await second.SendAsync("GET", path, owner)).Is(200).Json.ToJsonString());
        await second.Services.GetRequiredService<EventClock>().RunAsync(s_start.AddSeconds(1), default);
        Assert.Equal(2, (int)(await second.SendAsync("GET", path, owner)).Json["status"]!);
    }

    private static IEnumerable<Snowflake> Users(Answer answer) => answer.Is(200).Json.AsArray().Select(user => TestHost.Id(user!["user"]!["id"]));

    private async Task<JsonNode> PlanAsync(object? more = null) => (await Host.SendAsync("POST", Events, Owner, With(Body(), more ?? new { }))).Is(200).Json;

    private string Filled(string json) => json.Replace("NAME101", new string('n', 101), StringComparison.Ordinal).Replace("TEXT1001", new string('t', 1001), StringComparison.Ordinal).Replace("CHANNEL", Hall.ChannelId.ToString(), StringComparison.Ordinal);

    private static JsonObject Body() => JsonSerializer.SerializeToNode(new
    {
        name = "Party", entity_type = 3, privacy_level = 2, scheduled_start_time = s_start, scheduled_end_time = s_end, entity_metadata = new { location = "Here" },
    })!.AsObject();

    private static string With(JsonObject body, object more)
    {
        foreach (var (name, value) in JsonSerializer.SerializeToNode(more)!.AsObject())
            body[name] = value?.DeepClone();
        return body.ToJsonString();
    }

    private static string Wire(DateTimeOffset time) => Timestamp.From(time).ToString();
}

public sealed class SqliteScheduledEventTests(SqliteSite site) : ScheduledEventTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresScheduledEventTests(PostgresSite site) : ScheduledEventTests(site), IClassFixture<PostgresSite>;
