using Discord.Modules.Guilds.AutoModeration;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Guilds;

public sealed class SpamMemoryTests
{
    private static readonly Snowflake s_someone = new(1);

    private readonly SpamMemory _memory = new();

    [Fact]
    public void The_fifth_message_of_the_same_text_within_half_a_minute_is_spam()
    {
        for (var number = 0; number < 4; number++)
            Assert.False(_memory.Note(s_someone, number * 1000, " Buy NOW", 0).IsSpam);

        Assert.False(_memory.Note(s_someone, 5_000, "something else", 0).IsSpam);
        Assert.False(_memory.Note(new Snowflake(2), 5_000, "buy now", 0).IsSpam);
        Assert.True(_memory.Note(s_someone, 29_999, "buy now ", 0).IsSpam);
    }

    [Fact]
    public void What_is_half_a_minute_old_does_not_count()
    {
        for (var number = 0; number < 4; number++)
            _memory.Note(s_someone, 0, "again", 0);

        Assert.False(_memory.Note(s_someone, 30_000, "again", 0).IsSpam);
    }

    [Fact]
    public void Messages_without_a_word_are_not_each_others_repetition()
    {
        for (var number = 0; number < 10; number++)
            Assert.False(_memory.Note(s_someone, number, " ", 0).IsSpam);
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void More_than_twenty_mentions_are_spam_be_they_in_one_message_or_in_two(int mentions, bool spam)
    {
        Assert.Equal(spam, _memory.Note(s_someone, 0, "one", mentions).IsSpam);
        _memory.Note(new Snowflake(2), 0, "one", mentions - 1);

        Assert.Equal(spam, _memory.Note(new Snowflake(2), 10, "two", 1).IsSpam);
    }

    [Fact]
    public void Three_invites_are_spam()
    {
        Assert.False(_memory.Note(s_someone, 0, "discord.gg/a https://chat.example.org/invite/b", 0).IsSpam);
        Assert.True(_memory.Note(s_someone, 1, "DISCORD.GG/c", 0).IsSpam);
    }

    [Fact]
    public void However_many_members_write_the_memory_is_bounded()
    {
        for (var id = 1UL; id <= 3 * SpamMemory.MaxMembers; id++)
            _memory.Note(new Snowflake(id), (long)id, "hello", 0);

        Assert.InRange(_memory.Count, 1, SpamMemory.MaxMembers);
    }
}
