using System.Text;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Ids of things that are not the caller's, in paths and bodies: nothing is told of them and nothing happens to them.</summary>
public abstract class ForeignTests(Site site) : ChannelTests(site)
{
    private const string Thumb = "%F0%9F%91%8D";

    private static readonly (string Method, string Path, string? Body)[] s_ofAChannel =
    [
        ("GET", "", null),
        ("PATCH", "", """{"name":"mine"}"""),
        ("DELETE", "", null),
        ("GET", "/messages", null),
        ("POST", "/messages", """{"content":"x"}"""),
        ("POST", "/messages", """{"content":"x","message_reference":{"message_id":"MESSAGE"}}"""),
        ("POST", "/messages/bulk-delete", """{"messages":["MESSAGE","OTHER"]}"""),
        ("GET", "/messages/MESSAGE", null),
        ("PATCH", "/messages/MESSAGE", """{"content":"x"}"""),
        ("DELETE", "/messages/MESSAGE", null),
        ("PUT", $"/messages/MESSAGE/reactions/{Thumb}/@me", null),
        ("GET", $"/messages/MESSAGE/reactions/{Thumb}", null),
        ("DELETE", $"/messages/MESSAGE/reactions/{Thumb}/@me", null),
        ("DELETE", $"/messages/MESSAGE/reactions/{Thumb}/OWNER", null),
        ("DELETE", $"/messages/MESSAGE/reactions/{Thumb}", null),
        ("DELETE", "/messages/MESSAGE/reactions", null),
        ("GET", "/messages/pins", null),
        ("PUT", "/messages/pins/MESSAGE", null),
        ("DELETE", "/messages/pins/MESSAGE", null),
        ("GET", "/pins", null),
        ("PUT", "/pins/MESSAGE", null),
        ("DELETE", "/pins/MESSAGE", null),
        ("POST", "/typing", null),
        ("GET", "/invites", null),
        ("POST", "/invites", "{}"),
        ("PUT", "/permissions/GUILD", """{"type":0,"allow":"8","deny":"0"}"""),
        ("DELETE", "/permissions/GUILD", null),
        ("PUT", "/voice-status", """{"status":"x"}"""),
    ];

    private static readonly (string Method, string Path, string? Body)[] s_ofAGuild =
    [
        ("GET", "", null),
        ("PATCH", "", """{"name":"mine"}"""),
        ("DELETE", "", null),
        ("GET", "/channels", null),
        ("POST", "/channels", """{"name":"mine"}"""),
        ("PATCH", "/channels", """[{"id":"CHANNEL","position":5}]"""),
        ("GET", "/roles", null),
        ("POST", "/roles", """{"name":"mine","permissions":"8"}"""),
        ("PATCH", "/roles/GUILD", """{"permissions":"8"}"""),
        ("GET", "/members", null),
        ("GET", "/members/OWNER", null),
        ("GET", "/members/search?query=p", null),
        ("PATCH", "/members/OWNER", """{"nick":"x"}"""),
        ("PATCH", "/members/OWNER", """{"mute":true,"channel_id":"CHANNEL"}"""),
        ("GET", "/voice-states/@me", null),
        ("GET", "/voice-states/OWNER", null),
        ("PATCH", "/voice-states/@me", """{"suppress":false}"""),
        ("PATCH", "/voice-states/OWNER", """{"suppress":true}"""),
        ("PATCH", "/members/@me", """{"nick":"x"}"""),
        ("DELETE", "/members/OWNER", null),
        ("PUT", "/members/OWNER/roles/GUILD", null),
        ("GET", "/bans", null),
        ("PUT", "/bans/OWNER", "{}"),
        ("DELETE", "/bans/OWNER", null),
        ("GET", "/invites", null),
        ("GET", "/audit-logs", null),
        ("GET", "/auto-moderation/rules", null),
        ("POST", "/auto-moderation/rules", """{"name":"mine","event_type":1,"trigger_type":3,"actions":[{"type":1}]}"""),
        ("GET", "/auto-moderation/rules/OTHER", null),
        ("PATCH", "/auto-moderation/rules/OTHER", "{}"),
        ("DELETE", "/auto-moderation/rules/OTHER", null),
        ("GET", "/prune", null),
        ("POST", "/prune", "{}"),
        ("GET", "/vanity-url", null),
        ("PATCH", "/vanity-url", """{"code":"mine"}"""),
        ("POST", "/mfa", """{"level":0}"""),
    ];

    private static readonly (string Method, string Path, string? Body)[] s_ofAMessage =
    [
        ("GET", "/messages/MESSAGE", null),
        ("PATCH", "/messages/MESSAGE", """{"content":"x"}"""),
        ("DELETE", "/messages/MESSAGE", null),
        ("PUT", $"/messages/MESSAGE/reactions/{Thumb}/@me", null),
        ("GET", $"/messages/MESSAGE/reactions/{Thumb}", null),
        ("DELETE", $"/messages/MESSAGE/reactions/{Thumb}/@me", null),
        ("DELETE", $"/messages/MESSAGE/reactions/{Thumb}", null),
        ("DELETE", "/messages/MESSAGE/reactions", null),
        ("PUT", "/messages/pins/MESSAGE", null),
        ("PUT", "/pins/MESSAGE", null),
        ("DELETE", "/messages/pins/MESSAGE", null),
        ("DELETE", "/pins/MESSAGE", null),
    ];

    [Fact]
    public async Task A_channel_of_a_guild_one_is_not_in_is_not_ones_own()
    {
        var stranger = await Host.RegisterAsync();
        await Host.CreateGuildAsync(stranger);
        var scene = await SceneAsync(Hall.ChannelId);

        await RefusedAsync(s_ofAChannel, $"/channels/{Hall.ChannelId}", scene, stranger, ShownAsync, (403, 50001), (404, 10003));
    }

    [Fact]
    public async Task A_hidden_channel_is_not_there_for_a_member()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("PUT", $"/channels/{Hall.ChannelId}/permissions/{Hall.Id}", Owner, new { type = 0, deny = ((ulong)Permissions.ViewChannel).ToString() })).Is(204);
        var scene = await SceneAsync(Hall.ChannelId);

        await RefusedAsync(s_ofAChannel, $"/channels/{Hall.ChannelId}", scene, member, ShownAsync, (403, 50001));
    }

    [Fact]
    public async Task A_direct_message_channel_of_others_is_unknown()
    {
        var (one, stranger) = (await Host.RegisterAsync(), await Host.RegisterAsync());
        var two = await Host.BefriendAsync(one);
        var channel = TestHost.Id((await Host.SendAsync("POST", "/users/@me/channels", one, new { recipient_id = two.Id.ToString() })).Is(200).Json["id"]);
        var scene = await SceneAsync(channel, one);

        await RefusedAsync(s_ofAChannel, $"/channels/{channel}", scene, stranger, DirectAsync, (404, 10003));

        async Task<string> DirectAsync() => (await Host.SendAsync("GET", $"/channels/{channel}/messages", one)).Is(200).Body + (await Host.SendAsync("GET", $"/channels/{channel}", two)).Is(200).Body;
    }

    [Fact]
    public async Task A_guild_one_is_not_in_is_unknown()
    {
        var stranger = await Host.RegisterAsync();
        await Host.CreateGuildAsync(stranger);
        var scene = await SceneAsync(Hall.ChannelId);

        await RefusedAsync(s_ofAGuild, $"/guilds/{Hall.Id}", scene, stranger, ShownAsync, (404, 10004), (403, 50001));
    }

    [Fact]
    public async Task A_message_is_reached_through_its_own_channel_only()
    {
        // The caller may do everything in both channels of this guild, and nothing in the other guild.
        var other = await NewChannelAsync();
        var elsewhere = await Host.CreateGuildAsync(await Host.RegisterAsync());

        await RefusedAsync(s_ofAMessage, $"/channels/{other}", await SceneAsync(Hall.ChannelId), Owner, ShownAsync, (404, 10008));
        await RefusedAsync(s_ofAMessage, $"/channels/{other}", await SceneAsync(elsewhere.ChannelId, elsewhere.Owner), Owner, ElsewhereAsync, (404, 10008));

        async Task<string> ElsewhereAsync() => (await Host.SendAsync("GET", $"/channels/{elsewhere.ChannelId}/messages", elsewhere.Owner)).Is(200).Body;
    }

    [Fact]
    public async Task Somebody_elses_application_is_not_ones_own()
    {
        var stranger = await Host.RegisterAsync();
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        var id = TestHost.Id((await Host.SendAsync("GET", "/applications", Owner)).Is(200).Json.AsArray().Single()!["id"]);

        foreach (var (method, path, body) in new[] { ("GET", "", null), ("PATCH", "", """{"flags":565248}"""), ("POST", "/bot/reset", (string?)null) })
        {
            var answer = await Host.SendAsync(method, $"/applications/{id}{path}", stranger, body);
            Assert.True((answer.Status, answer.Code) is (404, 10002) or (403, 20012), $"{answer.Status}: {answer.Body}");
        }

        (await Host.SendAsync("GET", "/users/@me", bot)).Is(200);
        Assert.Empty((await Host.SendAsync("GET", "/applications", stranger)).Json.AsArray());
    }

    [Fact]
    public async Task A_bot_is_not_added_to_a_guild_of_others()
    {
        var stranger = await Host.RegisterAsync();
        var mine = await Host.CreateGuildAsync(stranger);
        await Host.AddBotAsync(mine, Permissions.None);
        var id = TestHost.Id((await Host.SendAsync("GET", "/applications", stranger)).Json.AsArray().Single()!["id"]);

        var answer = await Host.SendAsync("POST", $"/oauth2/authorize?client_id={id}&scope=bot&permissions=8", stranger, new { authorize = true, guild_id = Hall.Id.ToString(), permissions = "8" });

        Assert.True((answer.Status, answer.Code) is (404, 10004) or (403, 50001) or (403, 50013), $"{answer.Status}: {answer.Body}");
        Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members?limit=100", Owner)).Is(200).Json.AsArray());
    }

    // Each of the requests gets one of the refusals, and nothing changes.
    private async Task RefusedAsync((string Method, string Path, string? Body)[] requests, string root, Scene scene, Account caller, Func<Task<string>> shownAsync, params (int Status, int Code)[] refusals)
    {
        foreach (var (method, path, body) in requests)
        {
            var before = await shownAsync();

            var answer = await Host.SendAsync(method, root + scene.Fill(path), caller, scene.Fill(body));

            Assert.True(refusals.Contains((answer.Status, answer.Status == 204 ? 0 : answer.Code)), $"{method} {path}: {answer.Status} {answer.Body}");
            Assert.True(before == await shownAsync(), $"{method} {path} changed something.");
        }
    }

    // Two messages, one of them with a reaction and pinned.
    private async Task<Scene> SceneAsync(Snowflake channel, Account? author = null)
    {
        author ??= Owner;
        var (message, other) = (await Host.PostAsync(author, channel), await Host.PostAsync(author, channel));
        (await Host.SendAsync("PUT", $"/channels/{channel}/messages/{message}/reactions/{Thumb}/@me", author)).Is(204);
        (await Host.SendAsync("PUT", $"/channels/{channel}/messages/pins/{message}", author)).Is(204);
        return new Scene(Hall, message, other);
    }

    // Everything of the guild, as its owner sees it.
    private async Task<string> ShownAsync()
    {
        var shown = new StringBuilder();
        foreach (var path in new[]
        {
            $"/guilds/{Hall.Id}", $"/guilds/{Hall.Id}/channels", $"/guilds/{Hall.Id}/roles", $"/guilds/{Hall.Id}/members?limit=100", $"/guilds/{Hall.Id}/bans", $"/guilds/{Hall.Id}/invites",
            $"/channels/{Hall.ChannelId}/messages", $"/channels/{Hall.ChannelId}/messages/pins",
        })
            shown.AppendLine((await Host.SendAsync("GET", path, Owner)).Is(200).Body);
        return shown.ToString();
    }

    private sealed record Scene(Hall Hall, Snowflake Message, Snowflake Other)
    {
        [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
        public string? Fill(string? text) => text?
            .Replace("MESSAGE", Message.ToString(), StringComparison.Ordinal)
            .Replace("OTHER", Other.ToString(), StringComparison.Ordinal)
            .Replace("OWNER", Hall.Owner.Id.ToString(), StringComparison.Ordinal)
            .Replace("GUILD", Hall.Id.ToString(), StringComparison.Ordinal)
            .Replace("CHANNEL", Hall.ChannelId.ToString(), StringComparison.Ordinal);
    }
}

public sealed class SqliteForeignTests(SqliteSite site) : ForeignTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresForeignTests(PostgresSite site) : ForeignTests(site), IClassFixture<PostgresSite>;
