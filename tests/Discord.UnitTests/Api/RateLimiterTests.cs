using Discord.BuildingBlocks.Api;
using Discord.Host.Api;
using Discord.UnitTests.BuildingBlocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Api;

public sealed class RateLimiterTests
{
    private static readonly RateLimit s_fivePerFive = RateLimit.Per("five", 5, 5);

    private readonly ManualTime _time = new();

    [Fact]
    public void Five_are_allowed_and_the_sixth_waits_for_the_end_of_the_window()
    {
        var limiter = New();
        var start = _time.GetUtcNow();
        for (var used = 1; used <= 4; used++)
        {
            Assert.Equal(new RateLimitState(true, 5, 5 - used, TimeSpan.FromSeconds(6 - used), start.AddSeconds(5), false), limiter.TryTake("a", s_fivePerFive, "1"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(limiter.TryTake("a", s_fivePerFive, "1").IsAllowed);
        Assert.Equal(new RateLimitState(false, 5, 0, TimeSpan.FromSeconds(1), start.AddSeconds(5), false), limiter.TryTake("a", s_fivePerFive, "1"));
        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromMilliseconds(1));
        Assert.False(limiter.TryTake("a", s_fivePerFive, "1").IsAllowed);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new RateLimitState(true, 5, 4, TimeSpan.FromSeconds(5), start.AddSeconds(10), false), limiter.TryTake("a", s_fivePerFive, "1"));
    }

    [Fact]
    public void Asking_while_refused_does_not_make_the_wait_longer()
    {
        var limiter = New();
        for (var i = 0; i < 100; i++)
            limiter.TryTake("a", s_fivePerFive, "1");
        _time.Advance(TimeSpan.FromSeconds(5));

        var state = limiter.TryTake("a", s_fivePerFive, "1");
        Assert.Equal((true, 4), (state.IsAllowed, state.Remaining));
    }

    [Fact]
    public void Callers_buckets_and_major_parameters_have_windows_of_their_own()
    {
        var limiter = New();
        for (var i = 0; i < 6; i++)
            limiter.TryTake("a", s_fivePerFive, "1");

        Assert.False(limiter.TryTake("a", s_fivePerFive, "1").IsAllowed);
        Assert.Equal(4, limiter.TryTake("b", s_fivePerFive, "1").Remaining);
        Assert.Equal(4, limiter.TryTake("a", s_fivePerFive, "2").Remaining);
        Assert.Equal(4, limiter.TryTake("a", RateLimit.Per("other", 5, 5), "1").Remaining);
        Assert.False(limiter.TryTake("a", RateLimit.Per("five", 5, 5), "1").IsAllowed);
    }

    [Fact]
    public void All_requests_of_a_caller_together_are_fifty_a_second()
    {
        var limiter = New();
        for (var i = 0; i < 50; i++)
        {
            var state = limiter.TryTakeGlobal("a");
            Assert.Equal((true, true, 49 - i), (state.IsAllowed, state.IsGlobal, state.Remaining));
        }

        Assert.False(limiter.TryTakeGlobal("a").IsAllowed);
        Assert.True(limiter.TryTakeGlobal("b").IsAllowed);
        Assert.True(limiter.TryTake("a", s_fivePerFive, "").IsAllowed);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(limiter.TryTakeGlobal("a").IsAllowed);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(limiter.TryTakeGlobal("a").IsAllowed);
    }

    [Fact]
    public void Old_windows_are_forgotten_and_those_in_use_are_not()
    {
        var limiter = New();
        var minute = RateLimit.Per("minute", 2, 60);
        limiter.TryTake("a", minute, "");
        limiter.TryTake("a", minute, "");
        limiter.TryTake("gone", s_fivePerFive, "");

        _time.Advance(TimeSpan.FromSeconds(40));
        limiter.TryTake("b", s_fivePerFive, "");

        Assert.False(limiter.TryTake("a", minute, "").IsAllowed);
        Assert.Equal(4, limiter.TryTake("gone", s_fivePerFive, "").Remaining);
    }

    [Fact]
    public async Task Many_at_once_are_counted_right()
    {
        var limiter = New();

        var allowed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 100).Count(_ => limiter.TryTake("a", s_fivePerFive, "").IsAllowed))));

        Assert.Equal(5, allowed.Sum());
    }

    [Fact]
    public void Switched_off_it_allows_everything_and_still_tells_the_limit()
    {
        var limiter = New("false");
        for (var i = 0; i < 100; i++)
        {
            var state = limiter.TryTake("a", s_fivePerFive, "");
            Assert.Equal((true, 5, 4), (state.IsAllowed, state.Limit, state.Remaining));
        }
    }

    private RateLimiter New(string enabled = "true") =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new("RateLimits:Enabled", enabled)]).Build(), _time, NullLogger<RateLimiter>.Instance);
}
