using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Streams;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.BuildingBlocks;

public sealed class LanesTests
{
    [Fact]
    public void Ids_of_one_generator_spread_over_all_slots()
    {
        var time = new ManualTime();
        var ids = new SnowflakeGenerator(time);
        var used = new int[Lanes.Count];
        for (var i = 0; i < 100 * Lanes.Count; i++)
        {
            used[Lanes.SlotOf(ids.Next())]++;
            // Guilds come seconds apart, never two with the same increment.
            time.Advance(TimeSpan.FromMilliseconds(1 + i % 977));
        }

        // A hundred each on average; a plain remainder would put all of them into one.
        Assert.All(used, count => Assert.InRange(count, 40, 180));
    }

    [Fact]
    public void Ids_of_one_millisecond_spread_too()
    {
        var ids = new SnowflakeGenerator(new ManualTime());

        var used = Enumerable.Range(0, 4096).Select(_ => Lanes.SlotOf(ids.Next())).Distinct().Count();

        Assert.True(used > Lanes.Count / 2, $"4,096 ids used {used} of {Lanes.Count} slots.");
    }

    [Fact]
    public void A_slot_is_always_within_range_and_the_same_for_the_same_id()
    {
        foreach (var value in new ulong[] { 0, 1, ulong.MaxValue, ulong.MaxValue >> 1, 1UL << 22, 1UL << 63 })
        {
            var slot = Lanes.SlotOf(new Snowflake(value));
            Assert.InRange(slot, 0, Lanes.Count - 1);
            Assert.Equal(slot, Lanes.SlotOf(new Snowflake(value)));
        }
    }

    [Fact]
    public async Task Turns_on_one_lane_are_taken_one_after_another()
    {
        var lanes = new Lanes();
        var (inside, most, sum) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                using var turn = await lanes[new Snowflake(5)].EnterAsync();
                most = Math.Max(most, ++inside);
                sum++;
                await Task.Yield();
                inside--;
            }
        })));

        Assert.Equal((1, 8000), (most, sum));
    }

    [Fact]
    public async Task A_turn_elsewhere_does_not_wait()
    {
        var lanes = new Lanes();
        var here = new Snowflake(1);
        var elsewhere = Enumerable.Range(2, 1000).Select(id => new Snowflake((ulong)id)).First(id => Lanes.SlotOf(id) != Lanes.SlotOf(here));

        var first = await lanes[here].EnterAsync();
        var other = lanes[elsewhere].EnterAsync().AsTask();
        var same = lanes[here].EnterAsync().AsTask();

        Assert.True(other.IsCompleted);
        Assert.False(same.IsCompleted);
        first.Dispose();
        (await same).Dispose();
        (await other).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_lane_to_the_others()
    {
        var lane = new Lanes()[new Snowflake(1)];
        var first = await lane.EnterAsync();
        using var gaveUp = new CancellationTokenSource();

        var waiting = lane.EnterAsync(gaveUp.Token).AsTask();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.Dispose();

        using var next = await lane.EnterAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }
}
