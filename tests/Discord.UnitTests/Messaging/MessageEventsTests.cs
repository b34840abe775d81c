using System.Text.Json;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Xunit;

namespace Discord.UnitTests.Messaging;

/// <summary>Who gets a message whole, and what the others get.</summary>
public sealed class MessageEventsTests
{
    private static readonly Snowflake s_guild = new(1);
    private static readonly Snowflake s_channel = new(2);
    private static readonly User s_author = Person(10);
    private static readonly User s_mentioned = Person(11);
    private static readonly JsonElement s_part = JsonDocument.Parse("{}").RootElement;

    [Fact]
    public void Without_the_intent_a_guild_message_comes_without_its_content()
    {
        var e = Created(Message() with { ReferencedMessage = new Referenced(Message() with { Id = new Snowflake(98) }) });

        var stripped = Assert.IsType<Message>(e.DataWithoutContent);

        foreach (var message in new[] { stripped, stripped.ReferencedMessage!.Message! })
        {
            Assert.Equal("", message.Content);
            Assert.Empty(message.Embeds);
            Assert.Empty(message.Components);
            Assert.Empty(message.Attachments);
            Assert.Equal(s_author.Id, message.Author.Id);
        }

        // The event itself is as it was.
        Assert.Equal("secret", ((Message)e.Data).Content);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, true)]
    [InlineData(12, false)]
    public void Its_author_and_whom_it_mentions_get_it_whole(ulong reader, bool whole)
    {
        Assert.Equal(whole, Created(Message()).MayReadContent(new Snowflake(reader)));
        Assert.Equal(whole, new MessageUpdated(Message(), Audience.Channel(s_guild, s_channel)).MayReadContent(new Snowflake(reader)));
    }

    [Fact]
    public void A_direct_message_is_whole_for_everybody_in_it()
    {
        var e = new MessageCreated(Message() with { GuildId = null }, Audience.Users([s_author.Id, s_mentioned.Id], s_channel));

        Assert.Null(e.DataWithoutContent);
        Assert.True(e.MayReadContent(new Snowflake(99)));
        Assert.Equal(Intents.DirectMessages, e.Intents);
    }

    [Fact]
    public void Events_of_a_channel_belong_to_its_guilds_stream_and_those_of_a_direct_message_to_its_own()
    {
        Assert.Equal(s_guild, Created(Message()).Audience.StreamKey);
        Assert.Equal(s_channel, new MessageDeleted(new Snowflake(5), s_channel, null, Audience.Users([s_author.Id], s_channel)).Audience.StreamKey);
        Assert.Equal(Intents.GuildMessages, Created(Message()).Intents);
    }

    [Fact]
    public void The_last_pin_is_sent_as_null_when_there_is_none()
    {
        var json = System.Text.Encoding.UTF8.GetString(new ChannelPinsUpdated(s_channel, s_guild, null, Audience.Channel(s_guild, s_channel)).SerializeData());

        Assert.Equal("""{"guild_id":"1","channel_id":"2","last_pin_timestamp":null}""", json);
    }

    private static MessageCreated Created(Message message) => new(message, Audience.Channel(s_guild, s_channel));

    private static User Person(ulong id) => new() { Id = new Snowflake(id), Username = $"person{id}", Discriminator = "0" };

    private static Message Message() => new()
    {
        Id = new Snowflake(99), ChannelId = s_channel, GuildId = s_guild, Author = s_author, Content = "secret", Timestamp = new Timestamp(1), Embeds = [s_part], Components = [s_part], Attachments = [new Attachment { Id = new Snowflake(5), Filename = "part", Size = 1, Url = "part" }],
        Mentions = [new MentionedUser(s_mentioned)],
    };
}
