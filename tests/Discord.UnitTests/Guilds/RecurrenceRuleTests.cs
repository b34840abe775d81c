using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Guilds;

/// <summary>When a series takes place, and which rules there may be. 1 January 2026 is a Thursday.</summary>
public sealed class RecurrenceRuleTests
{
    private const string Start = "2026-01-01T18:30:00Z";

    [Theory]
    [InlineData("""{"frequency":3}""", "01-02 01-03 01-04")]
    [InlineData("""{"frequency":3,"by_weekday":[0,1,2,3,4]}""", "01-02 01-05 01-06")]
    [InlineData("""{"frequency":3,"by_weekday":[5,6]}""", "01-03 01-04 01-10")]
    [InlineData("""{"frequency":2}""", "01-08 01-15 01-22")]
    [InlineData("""{"frequency":2,"by_weekday":[0]}""", "01-05 01-12 01-19")]
    [InlineData("""{"frequency":2,"interval":2,"by_weekday":[3]}""", "01-15 01-29 02-12")]
    [InlineData("""{"frequency":1}""", "02-01 03-01 04-01")]
    [InlineData("""{"frequency":1,"by_n_weekday":[{"n":2,"day":1}]}""", "01-13 02-10 03-10")]
    [InlineData("""{"frequency":1,"by_n_weekday":[{"n":5,"day":4}]}""", "01-30 05-29 07-31")]
    [InlineData("""{"frequency":0}""", "2027-01-01 2028-01-01 2029-01-01")]
    [InlineData("""{"frequency":0,"by_month":[2],"by_month_day":[29]}""", "2028-02-29 2032-02-29 2036-02-29")]
    public void A_series_takes_place_as_its_rule_says(string rule, string expected)
    {
        var series = Read(rule).Rule!;
        var at = DateTimeOffset.Parse(Start, null);
        foreach (var day in expected.Split(' '))
        {
            var next = series.NextAfter(at)!.Value;
            Assert.Equal($"{(day.Length == 5 ? "2026-" : "")}{day}T18:30:00.000000+00:00", next.ToString());
            Assert.True(series.IsOccurrence(next));
            Assert.False(series.IsOccurrence(new Timestamp(next.UnixMilliseconds + 1)));
            at = next.Time;
        }
    }

    [Fact]
    public void Before_its_start_there_is_nothing()
    {
        var series = Read("""{"frequency":3}""").Rule!;

        Assert.Equal(series.Start, series.NextAfter(DateTimeOffset.UnixEpoch));
        Assert.False(series.IsOccurrence(new Timestamp(series.Start.UnixMilliseconds - 86_400_000)));
    }

    [Theory]
    [InlineData("""{"frequency":3,"interval":2}""")]
    [InlineData("""{"frequency":2,"interval":3}""")]
    [InlineData("""{"frequency":3,"by_weekday":[0,2]}""")]
    [InlineData("""{"frequency":2,"by_weekday":[0,1]}""")]
    [InlineData("""{"frequency":2,"by_n_weekday":[{"n":1,"day":1}]}""")]
    [InlineData("""{"frequency":1,"by_weekday":[1]}""")]
    [InlineData("""{"frequency":1,"by_n_weekday":[{"n":1,"day":1},{"n":2,"day":1}]}""")]
    [InlineData("""{"frequency":0,"by_month":[1]}""")]
    [InlineData("""{"frequency":0,"by_month":[1,2],"by_month_day":[1]}""")]
    [InlineData("""{"frequency":0,"by_month":[2],"by_month_day":[30]}""")]
    [InlineData("""{"frequency":3,"by_weekday":[5,6],"by_month":[1],"by_month_day":[1]}""")]
    public void What_the_rules_do_not_allow_is_refused(string rule) => Assert.Equal(["recurrence_rule"], Read(rule).Errors);

    [Theory]
    [InlineData("""{}""", "recurrence_rule.frequency")]
    [InlineData("""{"frequency":4}""", "recurrence_rule.frequency")]
    [InlineData("""{"frequency":3,"count":5}""", "recurrence_rule.count")]
    [InlineData("""{"frequency":3,"end":"2027-01-01T00:00:00Z"}""", "recurrence_rule.end")]
    [InlineData("""{"frequency":2,"by_weekday":[7]}""", "recurrence_rule.by_weekday.0")]
    [InlineData("""{"frequency":2,"by_weekday":[1,1]}""", "recurrence_rule.by_weekday.1")]
    [InlineData("""{"frequency":2,"by_weekday":["1"]}""", "recurrence_rule.by_weekday.0")]
    [InlineData("""{"frequency":1,"by_n_weekday":[{"n":6,"day":1}]}""", "recurrence_rule.by_n_weekday.0.n")]
    [InlineData("""{"frequency":0,"by_month":[13],"by_month_day":[1]}""", "recurrence_rule.by_month.0")]
    [InlineData("""{"frequency":0,"by_month":[1],"by_month_day":[0]}""", "recurrence_rule.by_month_day.0")]
    public void A_wrong_field_is_named(string rule, string path) => Assert.Equal([path], Read(rule).Errors);

    [Fact]
    public void Cancelled_occurrences_are_passed_over_and_the_length_stays()
    {
        var series = Series() with
        {
            GuildScheduledEventExceptions =
            [
                new EventException(new Snowflake(1), EventException.IdOf(Day(2)), IsCanceled: true),
                new EventException(new Snowflake(1), EventException.IdOf(Day(3)), IsCanceled: true),
                new EventException(new Snowflake(1), EventException.IdOf(Day(4)), IsCanceled: false) { ScheduledStartTime = new Timestamp(Day(4).UnixMilliseconds + 600_000), ScheduledEndTime = Day(5) },
            ],
        };

        var next = series.At(Day(1).Time)!;

        Assert.Equal(Day(4), next.ScheduledStartTime);
        Assert.Equal(TimeSpan.FromHours(1), next.ScheduledEndTime!.Value.Time - next.ScheduledStartTime.Time);
        // What was moved is due when it is now, and not when it was.
        Assert.Equal(Day(4).Time.AddMinutes(10), next.Due!.Value.Time);
        Assert.Equal(Day(5), (next with { Status = EventStatus.Active }).Due);
        // Exceptions of the past are gone the next time.
        Assert.Empty(next.At(Day(4).Time.AddSeconds(1))!.GuildScheduledEventExceptions);
    }

    [Fact]
    public void Only_what_takes_place_elsewhere_is_started_and_ended_by_the_clock()
    {
        var elsewhere = Series();
        var inChannel = elsewhere with { EntityType = EventEntity.Voice, ChannelId = new Snowflake(5) };

        Assert.Equal(elsewhere.ScheduledStartTime, elsewhere.Due);
        Assert.Equal(elsewhere.ScheduledEndTime, (elsewhere with { Status = EventStatus.Active }).Due);
        Assert.Equal(elsewhere.ScheduledStartTime.Time + ScheduledEvent.Patience, inChannel.Due!.Value.Time);
        Assert.Null((inChannel with { Status = EventStatus.Active }).Due);
        Assert.Null((elsewhere with { Status = EventStatus.Canceled }).Due);
    }

    private static Timestamp Day(int day) => Timestamp.From(new DateTimeOffset(2026, 1, day, 18, 30, 0, TimeSpan.Zero));

    private static ScheduledEvent Series() => new()
    {
        Id = new Snowflake(1),
        GuildId = Guildhall.GuildId,
        EntityType = EventEntity.External,
        ScheduledStartTime = Day(1),
        ScheduledEndTime = Timestamp.From(Day(1).Time.AddHours(1)),
        RecurrenceRule = Read("""{"frequency":3}""").Rule,
    };

    private static (RecurrenceRule? Rule, IReadOnlyList<string> Errors) Read(string rule)
    {
        var json = $$"""{"recurrence_rule":{"start":"{{Start}}",{{rule[1..]}}}""".Replace(",}", "}", StringComparison.Ordinal);
        var form = Form.OfObject(JsonDocument.Parse(json).RootElement);
        var read = RecurrenceRule.Read(form, "recurrence_rule");
        return (read, [.. form.Error?.Errors?.Leaves.Select(leaf => leaf.Path) ?? []]);
    }
}
