using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>What the platform says, what of it can be deleted, and how often everybody may be called in a large guild.</summary>
public abstract class SystemMessageTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task What_another_module_caused_is_posted_once_as_it_was_caused()
    {
        var member = await NewMemberAsync();
        var caused = new SystemMessageCaused(Hall.Id, Hall.ChannelId, member.Id, MessageType.StageTopic) { Content = "topic", MentionedId = Owner.Id, Reference = new MessageReference(0, Hall.ChannelId, null, Hall.Id) };

        await Host.Database.CommitAsync(new WriteUnit().Publish(caused).Publish(caused with { Content = "next", MentionedId = null, Reference = null }));
        var both = await TestHost.UntilAsync(async () => await Host.HistoryAsync(Owner, Hall.ChannelId) is { Count: 2 } found ? found : null);
        var (next, first) = (both[0], both[1]);

        Assert.Equal((31, "topic", member.Id, Owner.Id, Hall.ChannelId), ((int)first["type"]!, (string)first["content"]!, TestHost.Id(first["author"]!["id"]), TestHost.Id(first["mentions"]![0]!["id"]), TestHost.Id(first["message_reference"]!["channel_id"])));
        Assert.Equal("next", (string?)next["content"]);
        Assert.Null(first["nonce"]);
        Assert.Null(next["message_reference"]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(12, true)]
    [InlineData(14, false)]
    [InlineData(17, false)]
    [InlineData(18, true)]
    [InlineData(21, false)]
    [InlineData(46, true)]
    public async Task Some_of_it_stays(int type, bool deletable)
    {
        var other = await Host.PostAsync(Owner, Hall.ChannelId);
        var id = (await StoreAsync(Hall.ChannelId, 1))[0];
        await Host.Database.CommitAsync(new WriteUnit().Add("UPDATE messages SET type = $3 WHERE channel_id = $1 AND id = $2", Hall.ChannelId, id, type));

        (await Host.SendAsync("POST", $"{Messages}/bulk-delete", Owner, new { messages = new[] { id.ToString(), other.ToString() } })).Is(204);
        var found = await Host.SendAsync("GET", $"{Messages}/{id}", Owner);

        found.Is(deletable ? 404 : 200);
        if (!deletable)
            (await Host.SendAsync("DELETE", $"{Messages}/{id}", Owner)).Is(403, 50021);
        (await Host.SendAsync("GET", $"{Messages}/{other}", Owner)).Is(404, 10008);
    }

    [Fact]
    public async Task In_a_large_guild_everybody_is_called_once_in_ten_minutes()
    {
        await using var host = await Site.StartHostAsync(("RateLimits:Enabled", "false"), ("Messaging:EveryoneCooldownMembers", "2"));
        var (owner, one, two) = (await host.RegisterAsync(), await host.RegisterAsync(), await host.RegisterAsync());
        var hall = await host.CreateGuildAsync(owner);
        await host.JoinAsync(hall, one);
        await host.PostAsync(owner, hall.ChannelId, "@everyone");
        await host.PostAsync(owner, hall.ChannelId, "@everyone");
        await host.JoinAsync(hall, two);
        var messages = $"/channels/{hall.ChannelId}/messages";

        (await host.SendAsync("POST", messages, owner, new { content = "@here" })).Is(200);
        var again = (await host.SendAsync("POST", messages, one, new { content = "@everyone" })).Is(429, 20016);

        Assert.InRange((double)again.Json["retry_after"]!, 500, 600);
        (await host.SendAsync("POST", messages, one, new { content = "@everyone", allowed_mentions = new { parse = Array.Empty<string>() } })).Is(200);
        (await host.SendAsync("POST", messages, one, new { content = "anybody" })).Is(200);
    }
}

public sealed class SqliteSystemMessageTests(SqliteSite site) : SystemMessageTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresSystemMessageTests(PostgresSite site) : SystemMessageTests(site), IClassFixture<PostgresSite>;
