using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Xunit;

namespace Discord.IntegrationTests.Storage;

public abstract class MessageStoreTests(Site site) : IAsyncLifetime
{
    private static ulong s_channels = 100;

    // A channel of its own for each test: the class shares one database.
    private readonly Snowflake _channel = new(Interlocked.Increment(ref s_channels));
    private readonly Snowflake _author = new(7);
    private Database _database = null!;
    private MessageStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await site.SharedDatabaseAsync();
        _store = new MessageStore(_database);
        // The same ids in a neighbour: nothing of it may ever show.
        await InsertAsync(Enumerable.Range(1, 3).Select(id => Message(id) with { ChannelId = new Snowflake(_channel.Value + 1_000_000), Content = "neighbour", PinnedAt = new Timestamp(5) }));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_message_comes_back_with_every_field()
    {
        var message = Message(1) with
        {
            Type = MessageType.Reply,
            Flags = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications,
            Content = "日本 👩‍👩‍👧 'quotes' \"and\"\nlines $1",
            EditedAt = new Timestamp(1_700_000_000_123),
            PinnedAt = new Timestamp(1_700_000_000_456),
            HasReactions = true,
            Nonce = "\"abc\"",
            ReferenceId = new Snowflake(99),
            Extras = new MessageExtras
            {
                Mentions = [new Snowflake(1), new Snowflake(2)],
                MentionRoles = [new Snowflake(3)],
                MentionEveryone = true,
                Tts = true,
                Embeds = [JsonDocument.Parse("""{"type":"rich","title":"日本"}""").RootElement],
                Components = [JsonDocument.Parse("""{"type":1}""").RootElement],
            },
        };

        await InsertAsync([message]);

        AssertSame(message, await _store.FindAsync(_channel, message.Id));
    }

    [Fact]
    public async Task A_plain_message_comes_back_without_what_it_lacks()
    {
        await InsertAsync([Message(1)]);

        AssertSame(Message(1), await _store.FindAsync(_channel, new Snowflake(1)));
        Assert.Null(await _store.FindAsync(_channel, new Snowflake(2)));
        Assert.Equal(0L, await _database.FirstAsync("SELECT count(*) FROM messages WHERE channel_id = $1 AND extras IS NOT NULL", Trial.Long, _channel));
    }

    [Fact]
    public async Task A_message_is_found_in_its_own_channel_only()
    {
        await InsertAsync([Message(8)]);

        Assert.Null(await _store.FindAsync(new Snowflake(_channel.Value + 2_000_000), new Snowflake(8)));
        Assert.Empty(await _store.FindManyAsync(new Snowflake(_channel.Value + 2_000_000), [new Snowflake(8)]));
    }

    [Fact]
    public async Task Pages_before_an_id_are_newest_first_and_without_it()
    {
        await InsertAsync(Messages(1, 10));

        Assert.Equal([10, 9, 8], Ids(await _store.BeforeAsync(_channel, new Snowflake(long.MaxValue), 3)));
        Assert.Equal([7, 6, 5], Ids(await _store.BeforeAsync(_channel, new Snowflake(8), 3)));
        Assert.Equal([2, 1], Ids(await _store.BeforeAsync(_channel, new Snowflake(3), 3)));
        Assert.Empty(await _store.BeforeAsync(_channel, new Snowflake(1), 3));
        Assert.Empty(await _store.BeforeAsync(_channel, new Snowflake(8), 0));
    }

    [Fact]
    public async Task Pages_after_an_id_are_the_oldest_ones_newest_first_and_without_it()
    {
        await InsertAsync(Messages(1, 10));

        Assert.Equal([3, 2, 1], Ids(await _store.AfterAsync(_channel, default, 3)));
        Assert.Equal([6, 5, 4], Ids(await _store.AfterAsync(_channel, new Snowflake(3), 3)));
        Assert.Equal([10, 9], Ids(await _store.AfterAsync(_channel, new Snowflake(8), 3)));
        Assert.Empty(await _store.AfterAsync(_channel, new Snowflake(10), 3));
    }

    [Fact]
    public async Task Walking_backwards_and_forwards_meets_every_message_once()
    {
        await InsertAsync(Messages(1, 107));

        var back = new List<ulong>();
        for (var before = new Snowflake(long.MaxValue); await _store.BeforeAsync(_channel, before, 10) is { Count: > 0 } page; before = page[^1].Id)
            back.AddRange(Ids(page));
        var forth = new List<ulong>();
        for (var after = default(Snowflake); await _store.AfterAsync(_channel, after, 10) is { Count: > 0 } page; after = page[0].Id)
            forth.AddRange(Ids(page).Reverse());

        Assert.Equal(Enumerable.Range(1, 107).Select(id => (ulong)id), forth);
        Assert.Equal(Enumerable.Reverse(forth), back);
    }

    [Fact]
    public async Task Many_messages_are_read_at_once_newest_first()
    {
        await InsertAsync(Messages(1, 5));

        Assert.Equal([5, 2], Ids(await _store.FindManyAsync(_channel, [new Snowflake(2), new Snowflake(77), new Snowflake(5)])));
        Assert.Empty(await _store.FindManyAsync(_channel, []));
    }

    [Fact]
    public async Task An_edit_changes_what_it_may_and_leaves_pin_and_reactions()
    {
        var message = Message(1) with { PinnedAt = new Timestamp(9), HasReactions = true, Nonce = "1" };
        await InsertAsync([message]);
        var edited = message with { Content = "new", Flags = MessageFlags.SuppressEmbeds, EditedAt = new Timestamp(10), Extras = new MessageExtras { MentionEveryone = true } };

        // As read before somebody unpinned: the edit must not bring the pin back.
        await _database.CommitAsync(MessageStore.SetPinned(new WriteUnit(), message, null));
        await _database.CommitAsync(MessageStore.Update(new WriteUnit(), edited));

        AssertSame(edited with { PinnedAt = null }, await _store.FindAsync(_channel, message.Id));
    }

    [Fact]
    public async Task An_edit_of_a_deleted_message_does_not_bring_it_back()
    {
        await InsertAsync([Message(1)]);
        await _database.CommitAsync(MessageStore.Delete(new WriteUnit(), Message(1)));

        await _database.CommitAsync(MessageStore.Update(new WriteUnit(), Message(1) with { Content = "ghost" }));

        Assert.Null(await _store.FindAsync(_channel, new Snowflake(1)));
    }

    [Fact]
    public async Task Pins_are_paged_by_the_time_they_were_made_newest_first()
    {
        // The message with the lowest id was pinned last.
        await InsertAsync(Messages(1, 5).Select(message => message with { PinnedAt = new Timestamp(1000 - (long)message.Id.Value) }).Append(Message(6)));

        var first = await _store.PinsAsync(_channel, new Timestamp(long.MaxValue), 2);
        var second = await _store.PinsAsync(_channel, first[^1].PinnedAt!.Value, 2);
        var third = await _store.PinsAsync(_channel, second[^1].PinnedAt!.Value, 2);

        Assert.Equal([1, 2, 3, 4, 5], Ids([.. first, .. second, .. third]));
        Assert.Empty(await _store.PinsAsync(_channel, third[^1].PinnedAt!.Value, 2));
        Assert.Equal(5, await _store.CountPinsAsync(_channel));
    }

    [Fact]
    public async Task An_unpinned_message_is_no_pin_and_an_empty_channel_has_none()
    {
        var message = Message(1);
        await InsertAsync([message, Message(2)]);
        Assert.Equal(0, await _store.CountPinsAsync(_channel));

        await _database.CommitAsync(MessageStore.SetPinned(new WriteUnit(), message, new Timestamp(7)));
        Assert.Equal([1], Ids(await _store.PinsAsync(_channel, new Timestamp(8), 10)));
        await _database.CommitAsync(MessageStore.SetPinned(new WriteUnit(), message, null));

        Assert.Empty(await _store.PinsAsync(_channel, new Timestamp(8), 10));
        Assert.Equal(0, await _store.CountPinsAsync(_channel));
    }

    [Fact]
    public async Task Marks_are_the_newest_message_and_the_newest_pin()
    {
        Assert.Equal((null, null), await _store.MarksAsync(_channel));
        await InsertAsync(Messages(1, 3));
        Assert.Equal((new Snowflake(3), null), await _store.MarksAsync(_channel));

        await _database.CommitAsync(MessageStore.SetPinned(MessageStore.SetPinned(new WriteUnit(), Message(1), new Timestamp(20)), Message(2), new Timestamp(10)));

        Assert.Equal((new Snowflake(3), new Timestamp(20)), await _store.MarksAsync(_channel));
    }

    [Fact]
    public async Task The_greatest_id_is_found_in_whatever_channel_it_is()
    {
        foreach (var (channel, id) in new[] { (ulong.MaxValue >> 1, 1UL), (5UL, ulong.MaxValue >> 2), (6UL, 2UL) })
        {
            await InsertAsync([Message(1) with { ChannelId = new Snowflake(channel), Id = new Snowflake(id) }]);
            Assert.Equal(await _database.FirstAsync("SELECT max(id) FROM messages", Trial.Long), (await _store.GreatestIdAsync()).Stored);
        }
    }

    [Fact]
    public async Task A_nonce_is_found_for_its_author_in_its_channel_while_it_is_recent()
    {
        await InsertAsync([Message(10) with { Nonce = "\"x\"" }, Message(11) with { Nonce = "17" }, Message(12) with { Nonce = "\"17\"" }, Message(13)]);
        var other = new Snowflake(8);

        Assert.Equal(new Snowflake(10), await _store.FindNonceAsync(_channel, _author, "\"x\"", default));
        Assert.Equal(new Snowflake(11), await _store.FindNonceAsync(_channel, _author, "17", new Snowflake(10)));
        Assert.Equal(new Snowflake(12), await _store.FindNonceAsync(_channel, _author, "\"17\"", default));
        Assert.Null(await _store.FindNonceAsync(_channel, _author, "\"x\"", new Snowflake(10)));
        Assert.Null(await _store.FindNonceAsync(_channel, other, "\"x\"", default));
        Assert.Null(await _store.FindNonceAsync(new Snowflake(1), _author, "\"x\"", default));
    }

    [Fact]
    public async Task Slices_for_a_purge_are_the_oldest_ids_of_everybody_or_of_one_author()
    {
        var other = new Snowflake(8);
        await InsertAsync(Messages(1, 10).Select(message => message.Id.Value % 3 == 0 ? message with { AuthorId = other } : message));

        Assert.Equal([1, 2, 3, 4], (await _store.IdsAsync(_channel, default, null, 4)).Select(id => id.Value));
        Assert.Equal([5, 6], (await _store.IdsAsync(_channel, new Snowflake(4), null, 2)).Select(id => id.Value));
        Assert.Equal([3, 6, 9], (await _store.IdsAsync(_channel, default, other, 100)).Select(id => id.Value));
        Assert.Equal([9], (await _store.IdsAsync(_channel, new Snowflake(6), other, 100)).Select(id => id.Value));

        var slices = 0;
        for (; await _store.IdsAsync(_channel, default, null, 4) is { Count: > 0 } slice; slices++)
            await _database.CommitAsync(MessageStore.DeleteMany(new WriteUnit(), _channel, slice), WritePriority.Bulk);
        Assert.Equal(3, slices);
        Assert.Equal((null, null), await _store.MarksAsync(_channel));
    }

    [Fact]
    public async Task Deleting_takes_the_reactions_along_and_nothing_else()
    {
        var messages = Messages((int)_channel.Value * 100, 4).Select(message => message with { HasReactions = true }).ToList();
        await InsertAsync(messages);
        foreach (var message in messages)
            await ReactAsync(message.Id, "👍", 1, 1);

        await _database.CommitAsync(MessageStore.Delete(new WriteUnit(), messages[0]));
        await _database.CommitAsync(MessageStore.DeleteMany(new WriteUnit(), _channel, [messages[1].Id, messages[2].Id]));

        Assert.Equal([messages[3].Id], (await _store.BeforeAsync(_channel, new Snowflake(long.MaxValue), 10)).Select(message => message.Id));
        Assert.Equal([messages[3].Id], (await _store.ReactionsAsync([.. messages.Select(message => message.Id)], _author)).Select(summary => summary.MessageId));
    }

    [Fact]
    public async Task Reactions_are_summed_up_with_the_emoji_that_came_first_in_front()
    {
        var (one, two) = (new Snowflake(_channel.Value * 1000), new Snowflake(_channel.Value * 1000 + 1));
        await ReactAsync(one, "👍", 1, 10);
        await ReactAsync(one, "😀", 1, 11);
        await ReactAsync(one, "👍", 2, 12);
        await ReactAsync(one, "party:5", 3, 13);
        await ReactAsync(two, "😀", 2, 14);
        // Somebody's second time is none.
        await ReactAsync(one, "👍", 1, 15);

        Assert.Equal(
            [new(one, "👍", 2, true), new(one, "😀", 1, true), new(one, "party:5", 1, false), new(two, "😀", 1, false)],
            await _store.ReactionsAsync([two, one], new Snowflake(1)));

        // The emoji that is gone and comes again is the last.
        await _database.CommitAsync(MessageStore.DeleteReaction(MessageStore.DeleteReaction(new WriteUnit(), one, "👍", new Snowflake(1)), one, "👍", new Snowflake(2)));
        await ReactAsync(one, "👍", 2, 16);
        Assert.Equal(["😀", "party:5", "👍"], (await _store.ReactionsAsync([one], _author)).Select(summary => summary.Emoji));
    }

    [Fact]
    public async Task Emoji_that_differ_in_one_code_point_are_different()
    {
        var message = new Snowflake(_channel.Value * 1000);
        await ReactAsync(message, "❤", 1, 1);
        await ReactAsync(message, "❤️", 1, 2);
        await ReactAsync(message, "👍🏽", 1, 3);
        await ReactAsync(message, "👍", 1, 4);

        Assert.Equal(["❤", "❤️", "👍🏽", "👍"], (await _store.ReactionsAsync([message], _author)).Select(summary => summary.Emoji));
    }

    [Fact]
    public async Task Reactors_are_paged_by_their_id()
    {
        var message = new Snowflake(_channel.Value * 1000);
        foreach (var user in new ulong[] { 5, 3, 9, 1 })
            await ReactAsync(message, "👍", user, 100 - user);

        Assert.Equal([1, 3], (await _store.ReactorsAsync(message, "👍", default, 2)).Select(user => user.Value));
        Assert.Equal([5, 9], (await _store.ReactorsAsync(message, "👍", new Snowflake(3), 2)).Select(user => user.Value));
        Assert.Empty(await _store.ReactorsAsync(message, "😀", default, 2));
        Assert.True(await _store.HasReactedAsync(message, "👍", new Snowflake(9)));
        Assert.False(await _store.HasReactedAsync(message, "😀", new Snowflake(9)));
    }

    [Fact]
    public async Task Reactions_are_cleared_by_emoji_or_all_at_once()
    {
        var (message, other) = (new Snowflake(_channel.Value * 1000), new Snowflake(_channel.Value * 1000 + 1));
        await InsertAsync([Message((int)message.Value) with { HasReactions = true }]);
        foreach (var (emoji, user) in new[] { ("👍", 1UL), ("👍", 2UL), ("😀", 1UL) })
            await ReactAsync(message, emoji, user, user);
        await ReactAsync(other, "👍", 1, 1);

        await _database.CommitAsync(MessageStore.DeleteReactions(new WriteUnit(), message, "👍"));
        Assert.Equal(["😀"], (await _store.ReactionsAsync([message], _author)).Select(summary => summary.Emoji));
        await _database.CommitAsync(MessageStore.SetHasReactions(MessageStore.DeleteReactions(new WriteUnit(), message, null), _channel, message, false));

        Assert.Empty(await _store.ReactionsAsync([message], _author));
        Assert.False((await _store.FindAsync(_channel, message))!.HasReactions);
        Assert.Single(await _store.ReactionsAsync([other], _author));
    }

    private static IEnumerable<ulong> Ids(IEnumerable<StoredMessage> messages) => messages.Select(message => message.Id.Value);

    private static void AssertSame(StoredMessage expected, StoredMessage? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(JsonSerializer.Serialize(expected.Extras, ProtocolJson.Options), JsonSerializer.Serialize(actual.Extras, ProtocolJson.Options));
        Assert.Equal(expected with { Extras = null }, actual with { Extras = null });
    }

    private StoredMessage Message(int id) => new() { ChannelId = _channel, Id = new Snowflake((ulong)id), AuthorId = _author, Content = $"message {id}" };

    private IEnumerable<StoredMessage> Messages(int first, int count) => Enumerable.Range(first, count).Select(Message);

    private async Task InsertAsync(IEnumerable<StoredMessage> messages)
    {
        var unit = new WriteUnit();
        foreach (var message in messages)
            MessageStore.Insert(unit, message);
        await _database.CommitAsync(unit);
    }

    private Task ReactAsync(Snowflake message, string emoji, ulong user, ulong id) =>
        _database.CommitAsync(MessageStore.AddReaction(new WriteUnit(), message, emoji, new Snowflake(user), new Snowflake(id)));
}

public sealed class SqliteMessageStoreTests(SqliteSite site) : MessageStoreTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresMessageStoreTests(PostgresSite site) : MessageStoreTests(site), IClassFixture<PostgresSite>;
