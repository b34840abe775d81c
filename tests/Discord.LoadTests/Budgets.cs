namespace Discord.LoadTests;

/// <summary>One line of the table: what something may cost, next to a reference on the same machine in the same run. Absolute times say nothing on a shared machine.</summary>
/// <param name="Reference">The reference's figure; null: it has none.</param>
/// <param name="Own">The figure of what is measured; null: it was not measured this time, and the line is left out.</param>
internal sealed record Budget(string Text, Func<Results, double?> Reference, Func<Results, double?> Own, double Limit, Holds Holds, string Unit = "");

/// <summary>How a limit is meant.</summary>
internal enum Holds
{
    RatioAtLeast,
    RatioAtMost,
    ValueAtLeast,
    ValueAtMost,
    /// <summary>Correctness: judged with small numbers too.</summary>
    Never,
}

/// <summary>What the host may cost, next to the bare hub; and the table in which that is told.</summary>
internal static class Budgets
{
    private static readonly Budget[] s_host =
    [
        Ratio("fan-out, 1 sender: deliveries/s", "fan-out 1 per second", Holds.RatioAtLeast, 0.6),
        Ratio("fan-out, 1 sender: CPU us a delivery", "fan-out 1 cpu us", Holds.RatioAtMost, 1.3),
        Ratio("fan-out, 1 sender: p99 ms", "fan-out 1 p99 ms", Holds.RatioAtMost, 3),
        Ratio("fan-out, 8 senders: deliveries/s", "fan-out 8 per second", Holds.RatioAtLeast, 0.6),
        Ratio("fan-out, 8 senders: CPU us a delivery", "fan-out 8 cpu us", Holds.RatioAtMost, 1.3),
        Ratio("fan-out, 8 senders: p99 ms", "fan-out 8 p99 ms", Holds.RatioAtMost, 3),
        ToOwnJson("zlib-stream, 1 sender: CPU, to its own JSON", "fan-out zlib 1 cpu us", "fan-out 1 cpu us"),
        ToOwnJson("zlib-stream, 8 senders: CPU, to its own JSON", "fan-out zlib 8 cpu us", "fan-out 8 cpu us"),
        Value("zlib-stream: a session", "zlib session KiB", 100, "KiB"),
        Ratio("light load, 5 messages/s: p99 ms", "light p99 ms", Holds.RatioAtMost, 3),
        Ratio("history, latest 50, 8 readers: pages/s", "history per second", Holds.RatioAtLeast, 0.2),
        Value("idle session, JSON", "session KiB", 50, "KiB"),
        Value("idle, no session: resident", "idle MB", 150, "MB"),
        Ratio("start to first answer, ms", "start ms", Holds.RatioAtMost, 5),
        Ratio("all sessions to READY, ms", "ready ms", Holds.RatioAtMost, 8),
        .. new[] { "resume refused", "resume lost", "resume twice", "resume out of order", "fan-out 1 wrong", "fan-out 8 wrong", "fan-out zlib 1 wrong", "fan-out zlib 8 wrong", "light wrong", "sequence gaps" }
            .Select(name => new Budget(name.Replace("wrong", "lost, twice or out of order", StringComparison.Ordinal), _ => null, r => r.Sum(LoadRun.Host, name), 0, Holds.Never)),
    ];

    /// <summary>Prints the host's table.</summary>
    /// <returns>Whether every budget that could be judged was kept.</returns>
    public static bool Print(Results results, LoadPlan plan, TextWriter output)
    {
        output.WriteLine($"{plan.Sessions} sessions, {plan.HistoryMessages} messages of history, medians of {plan.Runs} interleaved runs, {Environment.ProcessorCount} cores");
        return Print(results, s_host, LoadRun.Reference, LoadRun.Host, plan.Judged, output);
    }

    /// <summary>Prints a table.</summary>
    /// <param name="reference">The reference's name, above its column.</param>
    /// <param name="own">The name of what is measured.</param>
    /// <param name="judged">False: only what must never happen is judged.</param>
    /// <returns>Whether every budget that could be judged was kept.</returns>
    public static bool Print(Results results, IEnumerable<Budget> budgets, string reference, string own, bool judged, TextWriter output)
    {
        output.WriteLine($"{"",-52} {reference,12} {own,12} {"ratio",8}  {"budget",-12}");
        var kept = true;
        foreach (var budget in budgets)
        {
            if (budget.Own(results) is not { } value) continue;
            var besides = budget.Reference(results);
            var ratio = value / besides;
            var ok = budget.Holds switch
            {
                Holds.RatioAtLeast => ratio >= budget.Limit,
                Holds.RatioAtMost => ratio <= budget.Limit,
                Holds.ValueAtLeast => value >= budget.Limit,
                _ => value <= budget.Limit,
            };
            var isJudged = judged || budget.Holds == Holds.Never;
            kept &= ok || !isJudged;
            var limit = budget.Holds switch
            {
                Holds.RatioAtLeast => $">= {budget.Limit}x",
                Holds.RatioAtMost => $"<= {budget.Limit}x",
                Holds.ValueAtLeast => $">= {budget.Limit} {budget.Unit}",
                Holds.ValueAtMost => $"<= {budget.Limit} {budget.Unit}",
                _ => "none",
            };
            output.WriteLine($"{budget.Text,-52} {Figure(besides),12} {Figure(value),12} {(ratio is { } r && double.IsFinite(r) ? $"{r:0.00}x" : ""),8}  {limit,-12} {(!isJudged ? "-" : ok ? "ok" : "MISSED")}");
        }

        return kept;
    }

    private static Budget Ratio(string text, string name, Holds holds, double limit) =>
        new(text, r => r.Median(LoadRun.Reference, name), r => r.Median(LoadRun.Host, name), limit, holds);

    private static Budget ToOwnJson(string text, string zlib, string json) =>
        new(text, r => r.Median(LoadRun.Host, json), r => r.Median(LoadRun.Host, zlib), 2, Holds.RatioAtMost);

    private static Budget Value(string text, string name, double limit, string unit) =>
        new(text, r => r.Median(LoadRun.Reference, name), r => r.Median(LoadRun.Host, name), limit, Holds.ValueAtMost, unit);

    private static string Figure(double? value) => value switch
    {
        null => "",
        >= 1000 => $"{value:#,##0}",
        _ => $"{value:0.##}",
    };
}
