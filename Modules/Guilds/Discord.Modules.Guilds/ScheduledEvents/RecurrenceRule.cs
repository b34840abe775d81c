using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>When a series takes place: a part of iCalendar's rules. All times are UTC.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Scheduled Event, "Guild Scheduled Event Recurrence Rule Object", with its list of what is not allowed.</remarks>
internal sealed record RecurrenceRule
{
    // 29 February comes back after eight years at most.
    private const int MaxDaysBetween = 8 * 366;

    // Monday is 0. The sets that a daily event may have.
    private static readonly int[][] s_dailySets = [[0, 1, 2, 3, 4], [1, 2, 3, 4, 5], [0, 1, 2, 3, 6], [4, 5], [5, 6], [0, 6]];

    public Timestamp Start { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? End { get; init; }
    public Frequency Frequency { get; init; }
    public int Interval { get; init; } = 1;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<int>? ByWeekday { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<WeekdayOfMonth>? ByNWeekday { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<int>? ByMonth { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<int>? ByMonthDay { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<int>? ByYearDay { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? Count { get; init; }

    /// <summary>The field of a body; null when it was not sent, is null, or is wrong.</summary>
    public static RecurrenceRule? Read(Form body, string name)
    {
        if (body.Object(name) is not { } form)
            return null;
        if (!form.Has("frequency"))
            form.Fail("frequency", "BASE_TYPE_REQUIRED", "This field is required");
        if (!form.Has("start"))
            form.Fail("start", "BASE_TYPE_REQUIRED", "This field is required");
        foreach (var unsettable in (ReadOnlySpan<string>)["end", "count", "by_year_day"])
        {
            if (form.Has(unsettable) && !form.IsNull(unsettable))
                form.Fail(unsettable, "GUILD_SCHEDULED_EVENT_RECURRENCE_RULE_INVALID", "This field cannot be set.");
        }

        var rule = new RecurrenceRule
        {
            Start = form.Time("start") ?? default,
            Frequency = (Frequency)(form.Choice("frequency", 0, 1, 2, 3) ?? 0),
            Interval = form.Int("interval", 1, nullable: true) ?? 1,
            ByWeekday = Numbers(form, "by_weekday", 7, 0, 6),
            ByNWeekday = form.Items("by_n_weekday", 7)?.Select(item => new WeekdayOfMonth(item.Int("n", 1, 5, required: true) ?? 1, item.Int("day", 0, 6, required: true) ?? 0)).ToList(),
            ByMonth = Numbers(form, "by_month", 12, 1, 12),
            ByMonthDay = Numbers(form, "by_month_day", 33, 1, 31),
        };
        if (body.Error is null && rule.Fault is { } fault)
            body.Fail(name, "GUILD_SCHEDULED_EVENT_RECURRENCE_RULE_INVALID", fault);
        return rule;
    }

    /// <summary>What is not allowed about the rule, in words, or null.</summary>
    [JsonIgnore]
    public string? Fault => Frequency switch
    {
        _ when Interval != 1 && (Frequency, Interval) != (Frequency.Weekly, 2) => "The interval must be 1, or 2 in a weekly rule.",
        _ when (ByMonth is null) != (ByMonthDay is null) => "by_month and by_month_day must be given together.",
        _ when new object?[] { ByWeekday, ByNWeekday, ByMonth }.Count(set => set is not null) > 1 => "by_weekday, by_n_weekday and by_month exclude each other.",
        Frequency.Daily when ByNWeekday is not null || ByMonth is not null || (ByWeekday is not null && !s_dailySets.Any(set => set.SequenceEqual(ByWeekday.Order()))) => "A daily rule may name one of the known sets of weekdays, and nothing else.",
        Frequency.Weekly when ByNWeekday is not null || ByMonth is not null || ByWeekday is { Count: not 1 } => "A weekly rule may name one weekday, and nothing else.",
        Frequency.Monthly when ByWeekday is not null || ByMonth is not null || ByNWeekday is { Count: not 1 } => "A monthly rule may name one weekday of a week, and nothing else.",
        Frequency.Yearly when ByWeekday is not null || ByNWeekday is not null || ByMonth is { Count: not 1 } || ByMonthDay is { Count: not 1 } => "A yearly rule may name one month and one day of it, and nothing else.",
        Frequency.Yearly when ByMonth is not null && ByMonthDay![0] > DateTime.DaysInMonth(2024, ByMonth[0]) => "There is no such day in that month.",
        _ => null,
    };

    /// <summary>The first occurrence after a moment.</summary>
    public Timestamp? NextAfter(DateTimeOffset after)
    {
        var start = Start.Time;
        var first = after < start ? start.Date : after.UtcDateTime.Date;
        for (var offset = 0; offset <= MaxDaysBetween; offset++)
        {
            var day = first.AddDays(offset);
            var time = new DateTimeOffset(day + start.TimeOfDay, TimeSpan.Zero);
            if (time > after && time >= start && FallsOn(DateOnly.FromDateTime(day)))
                return Timestamp.From(time);
        }

        return null;
    }

    public bool IsOccurrence(Timestamp time) => NextAfter(time.Time.AddMilliseconds(-1)) == time;

    private bool FallsOn(DateOnly day)
    {
        var start = DateOnly.FromDateTime(Start.Time.UtcDateTime);
        switch (Frequency)
        {
            case Frequency.Daily:
                return ByWeekday is null || ByWeekday.Contains(Weekday(day));
            case Frequency.Weekly:
                var weekday = ByWeekday is null ? Weekday(start) : ByWeekday[0];
                var first = start.AddDays((weekday - Weekday(start) + 7) % 7);
                return (day.DayNumber - first.DayNumber) % (7 * Interval) == 0;
            case Frequency.Monthly:
                return ByNWeekday is null ? day.Day == start.Day : Weekday(day) == ByNWeekday[0].Day && (day.Day - 1) / 7 + 1 == ByNWeekday[0].N;
            default:
                return (day.Month, day.Day) == (ByMonth?[0] ?? start.Month, ByMonthDay?[0] ?? start.Day);
        }
    }

    private static int Weekday(DateOnly day) => ((int)day.DayOfWeek + 6) % 7;

    private static List<int>? Numbers(Form form, string name, int max, int least, int greatest)
    {
        if (form.List(name, max) is not { } items)
            return null;
        var numbers = new List<int>();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].ValueKind == System.Text.Json.JsonValueKind.Number && items[i].TryGetInt32(out var number) && number >= least && number <= greatest && !numbers.Contains(number))
                numbers.Add(number);
            else
                form.Fail($"{name}.{i}", "BASE_TYPE_CHOICES", $"Must be a number from {least} to {greatest}, each once.");
        }

        return numbers;
    }
}

internal enum Frequency
{
    Yearly = 0,
    Monthly = 1,
    Weekly = 2,
    Daily = 3,
}

/// <param name="N">Which of the month, 1 to 5.</param>
/// <param name="Day">0 Monday to 6 Sunday.</param>
internal sealed record WeekdayOfMonth(int N, int Day);
