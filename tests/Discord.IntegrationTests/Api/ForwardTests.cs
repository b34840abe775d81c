using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Forwards, and crossposts to the channels that follow.</summary>
public abstract class ForwardTests(Site site) : ChannelTests(site)
{
    [Fact]
    public async Task A_forward_shows_the_message_as_it_was()
    {
        var member = await NewMemberAsync();
        var source = await NewChannelAsync();
        var said = TestHost.Id((await Host.SendAsync("POST", $"/channels/{source}/messages", Owner, new { content = $"news for <@{member.Id}>", embeds = new[] { new { title = "more" } } })).Is(200).Json["id"]);

        var forward = (await ForwardAsync(source, said, member)).Is(200).Json;
        (await Host.SendAsync("PATCH", $"/channels/{source}/messages/{said}", Owner, new { content = "other news" })).Is(200);
        (await Host.SendAsync("DELETE", $"/channels/{source}/messages/{said}", Owner)).Is(204);

        foreach (var shown in new[] { forward, (await Host.HistoryAsync(Owner, Hall.ChannelId))[0] })
        {
            Assert.Equal((1, source, said, Hall.Id), ((int)shown["message_reference"]!["type"]!, TestHost.Id(shown["message_reference"]!["channel_id"]), TestHost.Id(shown["message_reference"]!["message_id"]), TestHost.Id(shown["message_reference"]!["guild_id"])));
            Assert.Equal((int)MessageFlags.HasSnapshot, (int)shown["flags"]!);
            Assert.Equal(("", member.Id), ((string)shown["content"]!, TestHost.Id(shown["author"]!["id"])));
            var snapshot = Assert.Single(shown["message_snapshots"]!.AsArray())!["message"]!;
            Assert.Equal(($"news for <@{member.Id}>", "more"), ((string)snapshot["content"]!, (string)snapshot["embeds"]![0]!["title"]!));
            Assert.Equal(member.Id, TestHost.Id(snapshot["mentions"]![0]!["id"]));
            Assert.Null(snapshot["author"]);
            Assert.Null(snapshot["id"]);
            // Whom the forwarded message named is not named by the forward.
            Assert.Empty(shown["mentions"]!.AsArray());
        }

        var again = (await ForwardAsync(Hall.ChannelId, TestHost.Id(forward["id"]), Owner)).Is(200).Json;
        Assert.Equal($"news for <@{member.Id}>", (string?)again["message_snapshots"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Only_what_one_may_read_is_forwarded()
    {
        var member = await NewMemberAsync();
        var hidden = await Host.CreateChannelAsync(Hall, new { name = "hidden", type = 0, permission_overwrites = new[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "1024" } } });
        var past = await Host.CreateChannelAsync(Hall, new { name = "past", type = 0, permission_overwrites = new[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "65536" } } });
        var (secret, old) = (await Host.PostAsync(Owner, hidden), await Host.PostAsync(Owner, past));
        var poll = TestHost.Id((await PostAsync(new { poll = new { question = new { text = "?" }, answers = new[] { new { poll_media = new { text = "!" } } } } })).Is(200).Json["id"]);
        var bot = await Host.AddBotAsync(Hall, Permissions.SendMessages);

        (await ForwardAsync(hidden, secret, member)).Is(403, 50001);
        (await ForwardAsync(past, old, member)).Is(403, 160009);
        (await ForwardAsync(Hall.ChannelId, poll, member)).Is(400, 160014);
        (await ForwardAsync(Hall.ChannelId, secret, member)).IsInvalid("message_reference: REPLIES_UNKNOWN_MESSAGE");
        (await ForwardAsync(Hall.ChannelId, await Host.PostAsync(Owner, Hall.ChannelId), bot)).Is(400, 160014);
        (await ForwardAsync(Hall.ChannelId, await Host.PostAsync(bot, Hall.ChannelId), bot)).Is(200);
        (await PostAsync(new { message_reference = new { type = 2, message_id = old.ToString() } })).IsInvalid("message_reference.type: BASE_TYPE_CHOICES");
        (await PostAsync(new { message_reference = new { type = 1, message_id = old.ToString() } })).IsInvalid("message_reference.channel_id: BASE_TYPE_REQUIRED");
    }

    [Fact]
    public async Task A_crosspost_goes_to_who_follows_and_follows_its_source()
    {
        var (news, secret) = (await NewsAsync(), await Host.CreateChannelAsync(Hall, new { name = "secret", type = 0, permission_overwrites = new[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "1024" } } }));
        var reader = await NewMemberAsync();
        var elsewhere = await Host.CreateGuildAsync(reader);
        var followed = (await Host.SendAsync("POST", $"/channels/{news}/followers", reader, new { webhook_channel_id = elsewhere.ChannelId.ToString() })).Is(200).Json;
        var follower = TestHost.Id(followed["webhook_id"]);
        Assert.Equal(news, TestHost.Id(followed["channel_id"]));
        Assert.Equal(follower, TestHost.Id((await Host.SendAsync("POST", $"/channels/{news}/followers", reader, new { webhook_channel_id = elsewhere.ChannelId.ToString() })).Is(200).Json["webhook_id"]));
        var notice = Assert.Single(await Host.HistoryAsync(reader, elsewhere.ChannelId));
        Assert.Equal((12, "hall #news", news), ((int)notice["type"]!, (string)notice["content"]!, TestHost.Id(notice["message_reference"]!["channel_id"])));

        var content = $"@everyone <@{reader.Id}> in <#{Hall.ChannelId}> and <#{secret}>";
        var source = TestHost.Id((await Host.SendAsync("POST", $"/channels/{news}/messages", Owner, new { content })).Is(200).Json["id"]);
        Assert.Equal(1, (int)(await CrosspostAsync(news, source)).Is(200).Json["flags"]!);
        (await CrosspostAsync(news, source)).Is(400, 40033);

        var copy = await CopyAsync(reader, elsewhere, message => (string?)message["content"] == content);
        Assert.Equal((2, follower, follower), ((int)copy["flags"]!, TestHost.Id(copy["webhook_id"]), TestHost.Id(copy["author"]!["id"])));
        Assert.Equal(("hall #news", "0000", true), ((string)copy["author"]!["username"]!, (string)copy["author"]!["discriminator"]!, (bool)copy["author"]!["bot"]!));
        Assert.Equal((news, source, Hall.Id), (TestHost.Id(copy["message_reference"]!["channel_id"]), TestHost.Id(copy["message_reference"]!["message_id"]), TestHost.Id(copy["message_reference"]!["guild_id"])));
        Assert.False((bool)copy["mention_everyone"]!);
        Assert.Empty(copy["mentions"]!.AsArray());
        Assert.Equal([Hall.ChannelId], Ids(copy["mention_channels"]!));

        (await Host.SendAsync("PATCH", $"/channels/{news}/messages/{source}", Owner, new { content = "corrected" })).Is(200);
        await CopyAsync(reader, elsewhere, message => (string?)message["content"] == "corrected");
        (await Host.SendAsync("DELETE", $"/channels/{news}/messages/{source}", Owner)).Is(204);
        var left = await CopyAsync(reader, elsewhere, message => ((int)message["flags"]! & (int)MessageFlags.SourceMessageDeleted) != 0);
        Assert.Equal("[Original Message Deleted]", (string?)left["content"]);
        Assert.Equal(2, (await Host.HistoryAsync(reader, elsewhere.ChannelId)).Count);
    }

    [Fact]
    public async Task Only_announcement_channels_are_followed_and_fifteen_by_one_channel()
    {
        var member = await NewMemberAsync();
        var news = await NewsAsync();
        var said = await Host.PostAsync(Owner, Hall.ChannelId);
        var target = await NewChannelAsync();

        (await CrosspostAsync(Hall.ChannelId, said)).Is(400, 50024);
        (await FollowAsync(Hall.ChannelId, target, Owner)).Is(400, 50024);
        (await FollowAsync(news, await Host.CreateChannelAsync(Hall, new { name = "talk", type = 2 }), Owner)).Is(400, 50024);
        (await FollowAsync(news, target, member)).Is(403, 50013);
        (await FollowAsync(news, new Snowflake(news.Value + 1), Owner)).Is(404, 10003);
        (await Host.SendAsync("POST", $"/channels/{news}/followers", Owner, new { })).IsInvalid("webhook_channel_id: BASE_TYPE_REQUIRED");
        for (var i = 0; i < 15; i++)
            (await FollowAsync(await NewsAsync(), target, Owner)).Is(200);
        (await FollowAsync(news, target, Owner)).Is(400, 30007);
    }

    private Task<Snowflake> NewsAsync() => Host.CreateChannelAsync(Hall, new { name = "news", type = 5 });

    private Task<Answer> FollowAsync(Snowflake source, Snowflake target, Account who) => Host.SendAsync("POST", $"/channels/{source}/followers", who, new { webhook_channel_id = target.ToString() });

    private Task<Answer> CrosspostAsync(Snowflake channel, Snowflake message) => Host.SendAsync("POST", $"/channels/{channel}/messages/{message}/crosspost", Owner);

    private Task<Answer> ForwardAsync(Snowflake channel, Snowflake message, Account who) =>
        PostAsync(new { message_reference = new { type = 1, channel_id = channel.ToString(), message_id = message.ToString() } }, who);

    private Task<JsonNode> CopyAsync(Account reader, Hall where, Func<JsonNode, bool> fits) => TestHost.UntilAsync(async () => (await Host.HistoryAsync(reader, where.ChannelId)).FirstOrDefault(fits));
}

public sealed class SqliteForwardTests(SqliteSite site) : ForwardTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresForwardTests(PostgresSite site) : ForwardTests(site), IClassFixture<PostgresSite>;
