using Discord.BuildingBlocks;
using Discord.Protocol;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Discord.UnitTests.BuildingBlocks;

public sealed class SnowflakeGeneratorTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void An_id_tells_when_it_was_made()
    {
        var ids = new SnowflakeGenerator(_time);

        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), ids.Next().CreatedAt);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), ids.Next().CreatedAt);
        Assert.Equal(TimeSpan.Zero, ids.Drift);
    }

    [Fact]
    public void More_than_4096_ids_of_one_millisecond_borrow_from_the_next_ones()
    {
        var ids = new SnowflakeGenerator(_time);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();

        var made = Enumerable.Range(0, 3 * 4096 + 1).Select(_ => ids.Next()).ToList();

        AssertRising(made);
        Assert.Equal([now, now + 1, now + 2, now + 3], made.Select(id => id.CreatedAt).Distinct());
        Assert.Equal(4096, made.Count(id => id.CreatedAt == now));
        Assert.Equal(TimeSpan.FromMilliseconds(3), ids.Drift);
        // The clock catches up, and nothing is borrowed any more.
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(now + 10, ids.Next().CreatedAt);
        Assert.Equal(TimeSpan.Zero, ids.Drift);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60_000)]
    [InlineData(86_400_000)]
    public void A_clock_that_steps_back_does_not_break_the_order(int milliseconds)
    {
        var ids = new SnowflakeGenerator(_time);
        var made = new List<Snowflake> { ids.Next(), ids.Next() };

        _time.Step(TimeSpan.FromMilliseconds(-milliseconds));
        for (var i = 0; i < 5000; i++)
            made.Add(ids.Next());

        AssertRising(made);
        Assert.InRange(ids.Drift.TotalMilliseconds, milliseconds, milliseconds + 2);
    }

    [Fact]
    public void A_step_back_of_more_than_five_seconds_is_to_be_seen_until_the_clock_is_there_again()
    {
        var ids = new SnowflakeGenerator(_time);
        ids.Next();

        _time.Step(TimeSpan.FromSeconds(-6));
        Assert.True(ids.Drift > TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(4), ids.Drift);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void Ids_go_on_from_the_greatest_that_is_known(int ahead)
    {
        var ids = new SnowflakeGenerator(_time);
        var greatest = new Snowflake(Snowflake.FirstAt(_time.GetUtcNow().AddMilliseconds(ahead)).Value | 0xFFE);

        ids.Seed(greatest);

        AssertRising([greatest, ids.Next(), ids.Next(), ids.Next()]);
    }

    [Fact]
    public void They_do_so_when_another_node_made_that_one()
    {
        var ids = new SnowflakeGenerator(_time);
        var greatest = new Snowflake(Snowflake.FirstAt(_time.GetUtcNow().AddHours(1)).Value | 1023UL << 12 | 7);

        ids.Seed(greatest);

        AssertRising([greatest, ids.Next(), ids.Next()]);
    }

    [Fact]
    public void A_smaller_one_changes_nothing()
    {
        var ids = new SnowflakeGenerator(_time);
        var first = ids.Next();

        ids.Seed(new Snowflake(1));
        ids.Seed(default);

        Assert.Equal(first.Value + 1, ids.Next().Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    public void Each_node_makes_ids_of_its_own(int node)
    {
        Assert.Equal((ulong)node, OfNode(node).Next().Value >> 12 & 0x3FF);
    }

    [Theory, InlineData(-1), InlineData(1024)]
    public void A_node_that_there_cannot_be_is_refused(int node) =>
        Assert.Equal($"Node:Id is '{node}'; it must be a number from 0 to 1023.", Assert.Throws<InvalidOperationException>(() => OfNode(node)).Message);

    private SnowflakeGenerator OfNode(int node) => new(_time, new ConfigurationBuilder().AddInMemoryCollection([new("Node:Id", $"{node}")]).Build());

    [Fact]
    public async Task Many_threads_get_different_ids_and_each_of_them_rising_ones()
    {
        var ids = new SnowflakeGenerator(_time);

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => ids.Next()).ToList())));

        Assert.All(all, AssertRising);
        Assert.Equal(160_000, all.SelectMany(made => made).Distinct().Count());
    }

    private static void AssertRising(IReadOnlyList<Snowflake> made)
    {
        for (var i = 1; i < made.Count; i++)
        {
            if (made[i] <= made[i - 1])
                Assert.Fail($"{made[i]} came after {made[i - 1]}.");
        }
    }
}
