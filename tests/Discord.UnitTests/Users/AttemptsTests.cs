using Discord.Modules.Users.Auth;
using Discord.UnitTests.BuildingBlocks;
using Xunit;

namespace Discord.UnitTests.Users;

public sealed class AttemptsTests
{
    private readonly ManualTime _clock = new();
    private readonly Attempts<string> _attempts;

    public AttemptsTests() => _attempts = new Attempts<string>(2, TimeSpan.FromMinutes(1), _clock);

    [Fact]
    public void After_so_many_tries_one_waits_until_the_first_is_a_window_old()
    {
        Assert.Null(_attempts.Take("a"));
        _clock.Step(TimeSpan.FromSeconds(20));
        Assert.Null(_attempts.Take("a"));
        Assert.Equal(40, _attempts.Take("a"));
        Assert.Null(_attempts.Take("b"));

        _clock.Step(TimeSpan.FromSeconds(40));
        Assert.Null(_attempts.Take("a"));
        Assert.Equal(20, _attempts.Take("a"));
    }

    [Fact]
    public void A_right_one_makes_the_wrong_ones_forgotten()
    {
        Assert.Null(_attempts.Take("a"));
        Assert.Null(_attempts.Take("a"));
        _attempts.Clear("a");
        Assert.Null(_attempts.Take("a"));
    }

    [Fact]
    public void Keys_whose_tries_are_over_are_forgotten_before_there_are_too_many()
    {
        for (var i = 0; i < 10_000; i++)
            _attempts.Take($"address {i}");
        Assert.Equal(10_000, _attempts.Count);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_attempts.Take("another"));

        Assert.Equal(1, _attempts.Count);
    }
}
