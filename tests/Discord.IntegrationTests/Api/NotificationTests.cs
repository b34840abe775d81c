using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

public abstract class NotificationTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task What_was_not_changed_is_as_the_guild_has_it()
    {
        var settings = (await Host.SendAsync("GET", Of(Hall.Id), Owner)).Is(200).Json;

        Assert.Equal((Hall.Id, 3, false, true), (TestHost.Id(settings["guild_id"]), (int)settings["message_notifications"]!, (bool)settings["muted"]!, (bool)settings["mobile_push"]!));
        Assert.Null(settings["mute_config"]);
        Assert.Empty((await Host.SendAsync("GET", "/users/@me/guilds/settings", Owner)).Is(200).Json.AsArray());
        Assert.Null((await Host.SendAsync("GET", "/users/@me/guilds/@me/settings", Owner)).Is(200).Json["guild_id"]);
    }

    [Fact]
    public async Task Fields_change_alone_and_channels_by_their_id()
    {
        await PatchAsync(new { message_notifications = 1, suppress_everyone = true, flags = 2 });
        await PatchAsync(new { channel_overrides = new Dictionary<string, object?> { [Hall.ChannelId.ToString()] = new { message_notifications = 2, collapsed = true } } });
        var settings = await PatchAsync(new { hide_muted_channels = true });

        Assert.Equal((1, true, true, 2, 3), ((int)settings["message_notifications"]!, (bool)settings["suppress_everyone"]!, (bool)settings["hide_muted_channels"]!, (int)settings["flags"]!, (int)settings["version"]!));
        var channel = Assert.Single(settings["channel_overrides"]!.AsArray())!;
        Assert.Equal((Hall.ChannelId, 2, true), (TestHost.Id(channel["channel_id"]), (int)channel["message_notifications"]!, (bool)channel["collapsed"]!));
        Assert.Equal(settings.ToJsonString(), (await Host.SendAsync("GET", Of(Hall.Id), Owner)).Json.ToJsonString());
        var without = await PatchAsync(new { channel_overrides = new Dictionary<string, object?> { [Hall.ChannelId.ToString()] = null } });
        Assert.Empty(without["channel_overrides"]!.AsArray());
    }

    [Fact]
    public async Task A_mute_lifts_by_itself_at_its_end()
    {
        var (past, future) = ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z");

        var muted = await PatchAsync(new { muted = true, mute_config = new { selected_time_window = 3600, end_time = future } });
        Assert.Equal((true, 3600), ((bool)muted["muted"]!, (int)muted["mute_config"]!["selected_time_window"]!));
        await PatchAsync(new { muted = true, mute_config = new { selected_time_window = 3600, end_time = past }, channel_overrides = new Dictionary<string, object> { [Hall.ChannelId.ToString()] = new { muted = true, mute_config = new { end_time = past } } } });

        var lifted = (await Host.SendAsync("GET", Of(Hall.Id), Owner)).Json;
        Assert.Equal((false, null, false), ((bool)lifted["muted"]!, lifted["mute_config"], (bool)lifted["channel_overrides"]![0]!["muted"]!));
    }

    [Theory]
    [InlineData("message_notifications", 4, "message_notifications: BASE_TYPE_CHOICES")]
    [InlineData("message_notifications", -1, "message_notifications: BASE_TYPE_CHOICES")]
    [InlineData("muted", "perhaps", "muted: BOOLEAN_TYPE_PARSE")]
    [InlineData("flags", -1, "flags: NUMBER_TYPE_MIN")]
    [InlineData("channel_overrides", 5, "channel_overrides: DICT_TYPE_CONVERT")]
    public async Task Wrong_fields_are_named_and_change_nothing(string field, object value, string error)
    {
        (await Host.SendAsync("PATCH", Of(Hall.Id), Owner, new Dictionary<string, object> { [field] = value, ["suppress_roles"] = true })).IsInvalid(error);

        Assert.False((bool)(await Host.SendAsync("GET", Of(Hall.Id), Owner)).Json["suppress_roles"]!);
    }

    [Fact]
    public async Task Guilds_and_channels_of_others_are_unknown()
    {
        var stranger = await Host.RegisterAsync();
        var other = await Host.CreateGuildAsync(stranger);

        (await Host.SendAsync("PATCH", Of(Hall.Id), stranger, new { muted = true })).Is(404, 10004);
        (await Host.SendAsync("GET", Of(Hall.Id), stranger)).Is(404, 10004);
        (await Host.SendAsync("GET", "/users/@me/guilds/nonsense/settings", stranger)).Is(404, 10004);
        (await Host.SendAsync("PATCH", Of(Hall.Id), Owner, Muted(other.ChannelId))).Is(404, 10003);
        (await Host.SendAsync("PATCH", "/users/@me/guilds/@me/settings", Owner, Muted(Hall.ChannelId))).Is(404, 10003);
        (await Host.SendAsync("PATCH", Of(Hall.Id), Owner, new { channel_overrides = new { general = new { muted = true } } })).IsInvalid("channel_overrides.general: NUMBER_TYPE_COERCE");
    }

    [Fact]
    public async Task Several_guilds_change_at_once_all_or_none()
    {
        var second = await Host.CreateGuildAsync(Owner);
        var foreign = await Host.CreateGuildAsync(await Host.RegisterAsync());

        (await BulkAsync(Hall.Id, foreign.Id)).Is(404, 10004);
        Assert.Empty((await Host.SendAsync("GET", "/users/@me/guilds/settings", Owner)).Json.AsArray());
        Assert.Equal(2, (await BulkAsync(Hall.Id, second.Id)).Is(200).Json.AsArray().Count);
        Assert.All((await Host.SendAsync("GET", "/users/@me/guilds/settings", Owner)).Json.AsArray(), settings => Assert.True((bool)settings!["muted"]!));
        (await Host.SendAsync("PATCH", "/users/@me/guilds/settings", Owner, new { })).IsInvalid("guilds: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("PATCH", "/users/@me/notification-settings", Owner, new { flags = 16 })).Is(200);
        (await Host.SendAsync("PATCH", "/users/@me/notification-settings", Owner, new { })).IsInvalid("flags: BASE_TYPE_REQUIRED");
    }

    private static string Of(Snowflake guild) => $"/users/@me/guilds/{guild}/settings";

    private static object Muted(Snowflake channel) => new { channel_overrides = new Dictionary<string, object> { [channel.ToString()] = new { muted = true } } };

    private async Task<JsonNode> PatchAsync(object body) => (await Host.SendAsync("PATCH", Of(Hall.Id), Owner, body)).Is(200).Json;

    private Task<Answer> BulkAsync(params Snowflake[] guilds) => Host.SendAsync("PATCH", "/users/@me/guilds/settings", Owner, new { guilds = guilds.ToDictionary(guild => guild.ToString(), _ => new { muted = true }) });
}

public sealed class SqliteNotificationTests(SqliteSite site) : NotificationTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresNotificationTests(PostgresSite site) : NotificationTests(site), IClassFixture<PostgresSite>;
