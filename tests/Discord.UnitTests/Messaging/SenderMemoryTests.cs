using Discord.Modules.Messaging.Messages;
using Discord.Protocol;
using Discord.UnitTests.BuildingBlocks;
using Xunit;

namespace Discord.UnitTests.Messaging;

public sealed class SenderMemoryTests
{
    private static readonly Snowflake s_channel = new(1);
    private static readonly Snowflake s_author = new(2);
    private static readonly Snowflake s_other = new(3);

    private readonly ManualTime _time = new();

    [Fact]
    public void A_nonce_is_remembered_for_five_minutes()
    {
        var nonces = new Nonces(_time);
        var sent = Sent();
        nonces.Remember(s_channel, s_author, "\"n\"", sent);

        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Same(sent, nonces.Find(s_channel, s_author, "\"n\""));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(nonces.Find(s_channel, s_author, "\"n\""));
    }

    [Fact]
    public void A_nonce_is_its_authors_and_its_channels_and_a_number_is_no_text()
    {
        var nonces = new Nonces(_time);
        nonces.Remember(s_channel, s_author, "\"1\"", Sent());

        Assert.Null(nonces.Find(s_other, s_author, "\"1\""));
        Assert.Null(nonces.Find(s_channel, s_other, "\"1\""));
        Assert.Null(nonces.Find(s_channel, s_author, "1"));
        nonces.Forget(s_channel, s_author, "\"1\"");
        Assert.Null(nonces.Find(s_channel, s_author, "\"1\""));
    }

    [Fact]
    public void A_memory_is_young_for_as_long_as_it_remembers()
    {
        var nonces = new Nonces(_time);
        Assert.True(nonces.IsYoung);
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.False(nonces.IsYoung);
    }

    [Fact]
    public void Sweeping_old_nonces_keeps_the_recent_ones()
    {
        var nonces = new Nonces(_time);
        nonces.Remember(s_channel, s_author, "old", Sent());
        _time.Advance(TimeSpan.FromMinutes(4));
        var recent = Sent();
        nonces.Remember(s_channel, s_author, "recent", recent);
        _time.Advance(TimeSpan.FromMinutes(2));

        nonces.Remember(s_channel, s_author, "new", Sent());

        Assert.Null(nonces.Find(s_channel, s_author, "old"));
        Assert.Same(recent, nonces.Find(s_channel, s_author, "recent"));
    }

    [Fact]
    public void Slowmode_counts_down_for_each_user_and_channel()
    {
        var slowmode = new Slowmode(_time);
        slowmode.Note(s_channel, s_author, 10);

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(6, slowmode.WaitFor(s_channel, s_author, 10));
        Assert.Null(slowmode.WaitFor(s_channel, s_other, 10));
        Assert.Null(slowmode.WaitFor(s_other, s_author, 10));
        _time.Advance(TimeSpan.FromSeconds(6) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0.001, slowmode.WaitFor(s_channel, s_author, 10)!.Value, 6);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(slowmode.WaitFor(s_channel, s_author, 10));
    }

    [Fact]
    public void A_changed_slowmode_counts_from_the_last_message()
    {
        var slowmode = new Slowmode(_time);
        slowmode.Note(s_channel, s_author, 10);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(26, slowmode.WaitFor(s_channel, s_author, 30));
        Assert.Null(slowmode.WaitFor(s_channel, s_author, 3));
        Assert.Null(slowmode.WaitFor(s_channel, s_author, 0));
    }

    [Fact]
    public void Without_slowmode_nothing_is_remembered()
    {
        var slowmode = new Slowmode(_time);
        slowmode.Note(s_channel, s_author, 0);

        Assert.Null(slowmode.WaitFor(s_channel, s_author, 10));
    }

    private static Task<Message> Sent() =>
        Task.FromResult(new Message { Id = new Snowflake(9), ChannelId = s_channel, Author = new User { Id = s_author, Username = "a", Discriminator = "0" }, Content = "", Timestamp = default });
}
