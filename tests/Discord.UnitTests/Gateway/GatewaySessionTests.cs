using Discord.Host.Gateway;
using Discord.UnitTests.BuildingBlocks;
using Xunit;

namespace Discord.UnitTests.Gateway;

/// <summary>The ring of a session: its order, what can be resumed, and who is cut off.</summary>
public sealed class GatewaySessionTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Events_come_in_order_and_are_numbered_from_one()
    {
        var session = New();
        var loose = Attach(session);

        for (var i = 1; i <= 100; i++)
            Assert.Same(loose.Connection, session.Enqueue(Wire.Payload($"{i}")));

        Assert.Equal(Enumerable.Range(1, 100), Take(session, loose));
        Assert.Empty(Take(session, loose));
        session.Enqueue(Wire.Payload("101"));
        Assert.Equal([101], Take(session, loose));
    }

    [Fact]
    public void A_batch_is_as_large_as_the_space_for_it()
    {
        var session = New();
        var loose = Attach(session);
        for (var i = 1; i <= 5; i++)
            session.Enqueue(Wire.Payload($"{i}"));
        var space = new DispatchPayload[3];

        Assert.Equal((3, 1), (session.Take(loose.Connection, space, out var first), first));
        Assert.Equal((2, 4), (session.Take(loose.Connection, space, out first), first));
        Assert.Equal((0, 6), (session.Take(loose.Connection, space, out first), first));
    }

    [Fact]
    public void A_resume_gets_exactly_what_was_missed_and_then_RESUMED()
    {
        var session = New();
        var first = Attach(session);
        Enqueue(session, 1, 10);
        Assert.Equal(Enumerable.Range(1, 10), Take(session, first));
        session.Detach(first.Connection);
        Enqueue(session, 11, 5);
        Assert.Empty(Take(session, first));

        var second = new LooseConnection(_time);
        // The last two had not reached the client.
        Assert.Equal(ResumeResult.Resumed, session.Resume(second.Connection, 8, Wire.Payload("RESUMED"), out var previous));

        Assert.Null(previous);
        var payloads = Payloads(session, second, out var sequence);
        Assert.Equal(9, sequence);
        Assert.Equal(["9", "10", "11", "12", "13", "14", "15", "RESUMED"], payloads);
        Enqueue(session, 17, 1);
        Assert.Equal([17], Take(session, second));
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(15, 1)]
    public void A_resume_may_have_missed_everything_or_nothing(int has, int expected)
    {
        var session = New();
        var first = Attach(session);
        Enqueue(session, 1, 15);
        session.Detach(first.Connection);

        var second = new LooseConnection(_time);
        Assert.Equal(ResumeResult.Resumed, session.Resume(second.Connection, has, Wire.Payload("RESUMED"), out _));

        Assert.Equal(expected, Payloads(session, second, out var sequence).Count);
        Assert.Equal(has + 1, sequence);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_sequence_number_that_was_never_given_is_invalid_and_changes_nothing(int sequence)
    {
        var session = New();
        var first = Attach(session);
        Enqueue(session, 1, 15);

        Assert.Equal(ResumeResult.InvalidSequence, session.Resume(new LooseConnection(_time).Connection, sequence, Wire.Payload("RESUMED"), out _));

        Assert.Equal(Enumerable.Range(1, 15), Take(session, first));
        Assert.Same(first.Connection, session.Enqueue(Wire.Payload("16")));
    }

    [Fact]
    public void A_connection_that_was_still_attached_is_handed_out_and_gets_nothing_more()
    {
        var session = New();
        var first = Attach(session);
        Enqueue(session, 1, 3);

        var second = new LooseConnection(_time);
        session.Resume(second.Connection, 3, Wire.Payload("RESUMED"), out var previous);
        session.Detach(first.Connection);

        Assert.Same(first.Connection, previous);
        Assert.Empty(Take(session, first));
        Assert.Equal(["RESUMED"], Payloads(session, second, out _));
        Assert.Equal(long.MaxValue, session.DetachedSince);
    }

    [Fact]
    public void The_ring_keeps_so_many_events_and_an_older_place_is_expired()
    {
        var session = New(("MaxRingEvents", 20));
        var first = Attach(session);
        session.Detach(first.Connection);
        Enqueue(session, 1, 30);

        Assert.Equal(ResumeResult.Expired, session.Resume(new LooseConnection(_time).Connection, 9, Wire.Payload("RESUMED"), out _));
        var second = new LooseConnection(_time);
        Assert.Equal(ResumeResult.Resumed, session.Resume(second.Connection, 11, Wire.Payload("RESUMED"), out _));

        Assert.Equal([.. Enumerable.Range(12, 19).Select(i => $"{i}"), "RESUMED"], Payloads(session, second, out var sequence));
        Assert.Equal(12, sequence);
    }

    [Fact]
    public void The_oldest_place_that_the_ring_has_can_be_resumed_although_RESUMED_takes_a_place_itself()
    {
        var session = New(("MaxRingEvents", 20));
        var first = Attach(session);
        session.Detach(first.Connection);
        Enqueue(session, 1, 30);

        var second = new LooseConnection(_time);
        Assert.Equal(ResumeResult.Resumed, session.Resume(second.Connection, 10, Wire.Payload("RESUMED"), out _));

        Assert.False(second.IsCut);
        Assert.Equal([.. Enumerable.Range(11, 20).Select(i => $"{i}"), "RESUMED"], Payloads(session, second, out _));
    }

    [Fact]
    public void The_ring_keeps_so_many_bytes()
    {
        var size = Wire.Payload(new string('x', 100)).Size;
        var session = New(("MaxRingBytes", 10 * size));
        var first = Attach(session);
        session.Detach(first.Connection);
        for (var i = 0; i < 25; i++)
            session.Enqueue(Wire.Payload(new string('x', 100)));

        Assert.Equal(ResumeResult.Expired, session.Resume(new LooseConnection(_time).Connection, 14, Wire.Payload("RESUMED"), out _));
        Assert.Equal(ResumeResult.Resumed, session.Resume(new LooseConnection(_time).Connection, 16, Wire.Payload("RESUMED"), out _));
    }

    [Fact]
    public void One_event_larger_than_the_ring_is_still_sent()
    {
        var session = New(("MaxRingBytes", 100));
        var loose = Attach(session);

        Assert.Same(loose.Connection, session.Enqueue(Wire.Payload(new string('x', 10_000))));

        Assert.Equal([1], Take(session, loose));
    }

    [Fact]
    public void A_client_that_does_not_read_is_cut_off_and_can_resume()
    {
        var session = New(("MaxBacklogEvents", 10));
        var slow = Attach(session);
        Enqueue(session, 1, 10);
        Assert.False(slow.IsCut);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Null(session.Enqueue(Wire.Payload("11")));

        Assert.True(slow.IsCut);
        Assert.Equal(_time.GetTimestamp(), session.DetachedSince);
        Assert.Empty(Take(session, slow));
        Assert.Null(session.Enqueue(Wire.Payload("12")));
        var second = new LooseConnection(_time);
        Assert.Equal(ResumeResult.Resumed, session.Resume(second.Connection, 5, Wire.Payload("RESUMED"), out _));
        Assert.Equal(["6", "7", "8", "9", "10", "11", "12", "RESUMED"], Payloads(session, second, out _));
    }

    [Fact]
    public void A_client_that_reads_is_never_cut_off()
    {
        var session = New(("MaxBacklogEvents", 10), ("MaxRingEvents", 30));
        var loose = Attach(session);
        for (var i = 1; i <= 1000; i++)
        {
            Assert.Same(loose.Connection, session.Enqueue(Wire.Payload($"{i}")));
            if (i % 10 == 0)
                Assert.Equal(Enumerable.Range(i - 9, 10), Take(session, loose));
        }

        Assert.False(loose.IsCut);
    }

    [Fact]
    public void Who_missed_more_than_may_wait_for_a_client_but_less_than_the_ring_holds_can_resume()
    {
        var session = New(("MaxBacklogEvents", 10), ("MaxRingEvents", 100));
        var first = Attach(session);
        session.Detach(first.Connection);
        Enqueue(session, 1, 50);

        var second = new LooseConnection(_time);
        Assert.Equal(ResumeResult.Resumed, session.Resume(second.Connection, 0, Wire.Payload("RESUMED"), out _));
        session.Enqueue(Wire.Payload("52"));

        Assert.False(second.IsCut);
        Assert.Equal([.. Enumerable.Range(1, 50).Select(i => $"{i}"), "RESUMED", "52"], Payloads(session, second, out _));
    }

    [Fact]
    public void An_ended_session_takes_nothing_and_cannot_be_resumed()
    {
        var session = New();
        var loose = Attach(session);
        Enqueue(session, 1, 3);

        Assert.Same(loose.Connection, session.End());

        Assert.True(session.IsEnded);
        Assert.Null(session.Enqueue(Wire.Payload("4")));
        Assert.Empty(Take(session, loose));
        Assert.Equal(ResumeResult.Expired, session.Resume(new LooseConnection(_time).Connection, 1, Wire.Payload("RESUMED"), out _));
        Assert.Null(session.End());
    }

    [Fact]
    public void Only_the_attached_connection_can_let_go()
    {
        var session = New();
        var loose = Attach(session);
        session.Detach(new LooseConnection(_time).Connection);
        Assert.Equal(long.MaxValue, session.DetachedSince);

        _time.Advance(TimeSpan.FromSeconds(1));
        session.Detach(loose.Connection);

        Assert.Equal(_time.GetTimestamp(), session.DetachedSince);
        Assert.Null(session.Enqueue(Wire.Payload("1")));
    }

    [Fact]
    public async Task Many_lanes_may_fill_one_session_while_its_connection_reads()
    {
        var session = New(("MaxBacklogEvents", 100_000), ("MaxRingEvents", 100_000));
        var loose = Attach(session);
        var writers = Enumerable.Range(0, 4).Select(lane => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
                session.Enqueue(Wire.Payload($"{lane}:{i}"));
        })).ToList();

        var all = Task.WhenAll(writers);
        var read = new List<string>();
        for (var last = false; ;)
        {
            var payloads = Payloads(session, loose, out var sequence);
            Assert.Equal(read.Count + 1, sequence);
            read.AddRange(payloads);
            if (payloads.Count > 0)
                continue;
            if (last)
                break;
            // One more look after the last writer is done.
            last = all.IsCompleted;
            await Task.Yield();
        }

        await all;
        foreach (var lane in Enumerable.Range(0, 4))
            Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{lane}:{i}"), read.Where(text => text.StartsWith($"{lane}:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_guilds_events_belong_to_one_shard()
    {
        var guild = new Discord.Protocol.Snowflake(175928847299117063);
        var owners = Enumerable.Range(0, 5).Where(shard => (Wire.Options() with { ShardId = shard, ShardCount = 5 }).Owns(guild));

        Assert.Equal([(int)((guild.Value >> 22) % 5)], owners);
        Assert.True(Wire.Options().Owns(guild));
        Assert.True((Wire.Options() with { ShardId = 0, ShardCount = 5 }).TakesUserEvents);
        Assert.False((Wire.Options() with { ShardId = 1, ShardCount = 5 }).TakesUserEvents);
    }

    private static void Enqueue(GatewaySession session, int first, int count)
    {
        for (var i = first; i < first + count; i++)
            session.Enqueue(Wire.Payload($"{i}"));
    }

    private static List<string> Payloads(GatewaySession session, LooseConnection loose, out int sequence)
    {
        var space = new DispatchPayload[1000];
        var count = session.Take(loose.Connection, space, out sequence);
        var output = new FixedWriter(1 << 20);
        for (var i = 0; i < count; i++)
            space[i].WriteFrame(output, sequence + i, default, start: false);
        return [.. Wire.Frames(output.Written).Select(frame => System.Text.Json.JsonDocument.Parse(frame.Payload).RootElement.GetProperty("d").GetString()!)];
    }

    // The numbers of what waits; each payload says its own.
    private static IEnumerable<int> Take(GatewaySession session, LooseConnection loose)
    {
        var payloads = Payloads(session, loose, out var sequence);
        for (var i = 0; i < payloads.Count; i++)
        {
            if (int.TryParse(payloads[i], out var number))
                Assert.Equal(number, sequence + i);
        }

        return Enumerable.Range(sequence, payloads.Count).ToList();
    }

    [Fact]
    public void READY_is_the_first_event_whatever_came_before_it()
    {
        var session = New();
        var loose = new LooseConnection(_time);
        session.Hold();

        Assert.Null(session.Enqueue(Wire.Payload("1")));
        Assert.Null(session.Enqueue(Wire.Payload("2")));
        var ready = Wire.Payload("0");
        session.Start(loose.Connection, ready);
        session.Enqueue(Wire.Payload("3"));

        Assert.Equal(["0", "1", "2", "3"], Payloads(session, loose, out var first));
        Assert.Equal(1, first);
    }

    private GatewaySession New(params (string Key, int Value)[] settings) => new("session", Wire.Options(), Wire.Limits(_time, settings));

    private LooseConnection Attach(GatewaySession session)
    {
        var loose = new LooseConnection(_time);
        session.Attach(loose.Connection);
        return loose;
    }
}
