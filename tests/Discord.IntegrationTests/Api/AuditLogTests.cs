using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.AuditLog;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What was done to a guild, by whom and why.</summary>
public abstract class AuditLogTests(Site site) : ChannelTests(site)
{
    private string Log => $"/guilds/{Hall.Id}/audit-logs";

    [Fact]
    public async Task Every_administrative_operation_writes_its_entry_with_its_reason()
    {
        var member = await NewMemberAsync();
        var guild = $"/guilds/{Hall.Id}";
        var channel = TestHost.Id((await ActAsync("POST", $"{guild}/channels", new { name = "room" })).Json["id"]);
        var role = TestHost.Id((await ActAsync("POST", $"{guild}/roles", new { name = "helper" })).Json["id"]);
        await ActAsync("PATCH", guild, new { name = "renamed" });
        await ActAsync("PATCH", $"/channels/{channel}", new { topic = "things" });
        await ActAsync("PUT", $"/channels/{channel}/permissions/{role}", new { type = 0, allow = "1024" });
        await ActAsync("PUT", $"/channels/{channel}/permissions/{role}", new { type = 0, allow = "2048" });
        await ActAsync("DELETE", $"/channels/{channel}/permissions/{role}");
        await ActAsync("PATCH", $"{guild}/roles/{role}", new { hoist = true });
        await ActAsync("PUT", $"{guild}/members/{member.Id}/roles/{role}");
        await ActAsync("PATCH", $"{guild}/members/{member.Id}", new { nick = "Nick", roles = Array.Empty<string>() });
        await ActAsync("DELETE", $"{guild}/roles/{role}");
        var code = (string)(await ActAsync("POST", $"/channels/{channel}/invites", new { })).Json["code"]!;
        await ActAsync("DELETE", $"/invites/{code}");
        await ActAsync("DELETE", $"/channels/{channel}");
        await ActAsync("DELETE", $"{guild}/members/{member.Id}");
        await ActAsync("PUT", $"{guild}/bans/{member.Id}", new { });
        await ActAsync("DELETE", $"{guild}/bans/{member.Id}");

        var log = await ReadAsync();

        Assert.Equal([23, 22, 20, 12, 42, 40, 32, 25, 24, 25, 31, 15, 14, 13, 11, 1, 30, 10], log.Select(Action));
        Assert.All(log, entry => Assert.Equal(("because of ö", Owner.Id), ((string?)entry["reason"], TestHost.Id(entry["user_id"]))));
        JsonNode Of(int action) => log.Last(entry => Action(entry) == action);
        Assert.Equal((channel, "room"), (TestHost.Id(Of(10)["target_id"]), New(Of(10), "name")));
        Assert.Equal(("hall", "renamed", Hall.Id), (Old(Of(1), "name"), New(Of(1), "name"), TestHost.Id(Of(1)["target_id"])));
        Assert.Equal(("things", channel), (New(Of(11), "topic"), TestHost.Id(Of(11)["target_id"])));
        Assert.Equal((role.ToString(), "0", "helper"), ((string)Of(13)["options"]!["id"]!, (string)Of(13)["options"]!["type"]!, (string)Of(13)["options"]!["role_name"]!));
        Assert.Equal(("1024", "2048"), (Old(Of(14), "allow"), New(Of(14), "allow")));
        Assert.Equal("2048", Old(Of(15), "allow"));
        var given = Of(25)["changes"]!.AsArray().Single()!;
        Assert.Equal(("$add", role.ToString(), "helper"), ((string)given["key"]!, (string)given["new_value"]![0]!["id"]!, (string)given["new_value"]![0]!["name"]!));
        Assert.Equal("$remove", (string)log.First(entry => Action(entry) == 25)["changes"]![0]!["key"]!);
        Assert.Equal(("Nick", member.Id), (New(Of(24), "nick"), TestHost.Id(Of(24)["target_id"])));
        Assert.Equal((code, null), (New(Of(40), "code"), (string?)Of(40)["target_id"]));
        Assert.Equal(code, Old(Of(42), "code"));
        Assert.All(new[] { 20, 22, 23 }, action => Assert.Equal(member.Id, TestHost.Id(Of(action)["target_id"])));
    }

    [Fact]
    public async Task What_moderators_do_to_messages_is_written_and_what_authors_do_is_not()
    {
        var member = await NewMemberAsync();
        var ids = new List<Snowflake>();
        for (var number = 0; number < 6; number++)
            ids.Add(await Host.PostAsync(member, Hall.ChannelId));
        (await Host.SendAsync("DELETE", $"{Messages}/{ids[0]}", member)).Is(204);
        (await Host.SendAsync("DELETE", $"{Messages}/{ids[1]}", Owner)).Is(204);
        (await Host.SendAsync("DELETE", $"{Messages}/{ids[2]}", Owner)).Is(204);
        (await Host.SendAsync("PUT", $"{Messages}/pins/{ids[3]}", Owner)).Is(204);
        (await Host.SendAsync("DELETE", $"{Messages}/pins/{ids[3]}", Owner)).Is(204);
        (await Host.SendAsync("POST", $"{Messages}/bulk-delete", Owner, new { messages = new[] { ids[4].ToString(), ids[5].ToString() } })).Is(204);

        var log = (await ReadAsync()).Where(entry => Action(entry) >= 72).ToList();

        Assert.Equal([73, 75, 74, 72], log.Select(Action));
        Assert.Equal((Hall.ChannelId, "2"), (TestHost.Id(log[0]["target_id"]), (string)log[0]["options"]!["count"]!));
        Assert.Equal((member.Id, ids[3], Hall.ChannelId), (TestHost.Id(log[2]["target_id"]), TestHost.Id(log[2]["options"]!["message_id"]), TestHost.Id(log[2]["options"]!["channel_id"])));
        // Two deletions of one author's messages are one entry.
        Assert.Equal((member.Id, "2", Hall.ChannelId), (TestHost.Id(log[3]["target_id"]), (string)log[3]["options"]!["count"]!, TestHost.Id(log[3]["options"]!["channel_id"])));
    }

    [Fact]
    public async Task The_log_is_filtered_and_cut_into_pages()
    {
        var (member, other) = (await NewMemberAsync(), await NewMemberAsync());
        foreach (var nick in new[] { "a", "b", "c" })
            (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/{member.Id}", Owner, new { nick })).Is(200);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/@me", other, new { nick = "me" })).Is(200);

        Assert.Equal(["c", "b", "a"], (await ReadAsync($"?target_id={member.Id}")).Select(entry => New(entry, "nick")));
        Assert.Equal("me", New(Assert.Single(await ReadAsync($"?user_id={other.Id}")), "nick"));
        Assert.All(await ReadAsync("?action_type=40"), entry => Assert.Equal(40, Action(entry)));
        Assert.Empty(await ReadAsync("?action_type=72"));
        var newest = (await ReadAsync($"?target_id={member.Id}&limit=1"))[0];
        Assert.Equal(["b", "a"], (await ReadAsync($"?target_id={member.Id}&before={newest["id"]}")).Select(entry => New(entry, "nick")));
        Assert.Equal(["a", "b"], (await ReadAsync($"?target_id={member.Id}&after=0&limit=2")).Select(entry => New(entry, "nick")));
        Assert.Empty(await ReadAsync($"?target_id={member.Id}&after={newest["id"]}"));
        Assert.Equal(member.Id, TestHost.Id((await Host.SendAsync("GET", $"{Log}?target_id={member.Id}", Owner)).Json["users"]!.AsArray().Single(user => TestHost.Id(user!["id"]) == member.Id)!["id"]));
    }

    [Theory]
    [InlineData("limit=0", "limit: NUMBER_TYPE_MIN")]
    [InlineData("limit=101", "limit: NUMBER_TYPE_MAX")]
    [InlineData("before=x", "before: NUMBER_TYPE_COERCE")]
    [InlineData("action_type=-1", "action_type: NUMBER_TYPE_MIN")]
    public async Task A_page_has_limits(string query, string error) => (await Host.SendAsync("GET", $"{Log}?{query}", Owner)).IsInvalid(error);

    [Fact]
    public async Task Who_may_not_view_the_log_does_not()
    {
        var member = await NewMemberAsync();

        (await Host.SendAsync("GET", Log, member)).Is(403, 50013);
        (await Host.SendAsync("GET", Log, await Host.RegisterAsync())).Is(404, 10004);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone | Permissions.ViewAuditLog)).ToString() })).Is(200);
        (await Host.SendAsync("GET", Log, member)).Is(200);
    }

    [Fact]
    public async Task Entries_of_more_than_45_days_are_not_shown_and_go_in_slices()
    {
        var now = TimeProvider.System.GetUtcNow();
        var unit = new WriteUnit();
        AuditLogEntry Entry(Snowflake id) => new() { Id = id, UserId = Owner.Id, TargetId = null, ActionType = AuditLogEvent.MemberPrune };
        var first = Snowflake.FirstAt(now - TimeSpan.FromDays(45) - TimeSpan.FromMinutes(10)).Value;
        for (var number = 0UL; number < 1200; number++)
            AuditLogStore.Save(unit, Hall.Id, Entry(new Snowflake(first + number)));
        var young = Snowflake.FirstAt(now - TimeSpan.FromDays(45) + TimeSpan.FromMinutes(10));
        await Host.Database.CommitAsync(AuditLogStore.Save(unit, Hall.Id, Entry(young)));

        Assert.Equal([young], (await ReadAsync("?action_type=21")).Select(entry => TestHost.Id(entry["id"])));
        Assert.Equal(3, await Host.Services.GetRequiredService<AuditLogSweep>().SweepAsync(CancellationToken.None));

        Assert.Equal(1L, await Host.Database.FirstAsync("SELECT count(*) FROM audit_log WHERE guild_id = $1 AND action_type = 21", row => row.GetInt64(0), Hall.Id));
    }

    private static int Action(JsonNode entry) => (int)entry["action_type"]!;

    private static string? New(JsonNode entry, string key) => Change(entry, key)["new_value"]?.ToString();

    private static string? Old(JsonNode entry, string key) => Change(entry, key)["old_value"]?.ToString();

    private static JsonNode Change(JsonNode entry, string key) => entry["changes"]!.AsArray().Single(change => (string)change!["key"]! == key)!;

    private async Task<List<JsonNode>> ReadAsync(string query = "?limit=100") =>
        [.. (await Host.SendAsync("GET", Log + query, Owner)).Is(200).Json["audit_log_entries"]!.AsArray().Select(entry => entry!).Where(entry => query != "?limit=100" || (string?)entry["reason"] is not null || Action(entry) >= 72)];

    private async Task<Answer> ActAsync(string method, string path, object? body = null)
    {
        var answer = await Host.SendRawAsync(method, "/api/v10" + path, Owner.Authorization, body is null ? null : TestHost.Json(body), ("X-Audit-Log-Reason", "because%20of%20%C3%B6"));
        Assert.True(answer.Status is >= 200 and < 300, $"{method} {path}: {answer.Status} {answer.Body}");
        return answer;
    }
}

public sealed class SqliteAuditLogTests(SqliteSite site) : AuditLogTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAuditLogTests(PostgresSite site) : AuditLogTests(site), IClassFixture<PostgresSite>;
