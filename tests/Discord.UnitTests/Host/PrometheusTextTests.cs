using System.Diagnostics.Metrics;
using Discord.Host.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.UnitTests.Host;

/// <summary>The rules of Prometheus' text format 0.0.4.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PrometheusText _text;
    private readonly Meter _meter;

    public PrometheusTextTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _text = new PrometheusText(factory);
        _meter = factory.Create("Discord.Test");
    }

    [Fact]
    public void A_counter_ends_with_total_and_a_gauge_with_its_unit_alone()
    {
        var sent = 41L;
        _meter.CreateObservableCounter("things.sent", () => sent, "{thing}", "Things.");
        _meter.CreateObservableGauge("things.age", () => 0.25, "s", "How old.");
        _meter.CreateObservableGauge("things-left", () => 3, "By", "How many.");
        sent++;

        Assert.Equal(
            """
            # HELP chat_things_age_seconds How old.
            # TYPE chat_things_age_seconds gauge
            chat_things_age_seconds 0.25
            # HELP chat_things_left_bytes How many.
            # TYPE chat_things_left_bytes gauge
            chat_things_left_bytes 3
            # HELP chat_things_sent_total Things.
            # TYPE chat_things_sent_total counter
            chat_things_sent_total 42

            """, Own());
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        _meter.CreateObservableGauge("odd", () => new Measurement<double>(double.PositiveInfinity, new KeyValuePair<string, object?>("a.b", "back\\slash \"quoted\"\nnext"), new KeyValuePair<string, object?>("n", 7)), "", "back\\slash \"quoted\"\nnext");

        Assert.Equal("# HELP chat_odd back\\\\slash \"quoted\"\\nnext\n# TYPE chat_odd gauge\nchat_odd{a_b=\"back\\\\slash \\\"quoted\\\"\\nnext\",n=\"7\"} +Inf\n", Own());
    }

    [Fact]
    public void What_is_no_number_is_not_measured()
    {
        var took = _meter.CreateHistogram<double>("took", "s", "Took.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5] });
        foreach (var value in (double[])[double.NaN, 0.25, double.PositiveInfinity, double.NegativeInfinity, 1])
            took.Record(value);

        Assert.EndsWith("chat_took_seconds_bucket{le=\"0.5\"} 1\nchat_took_seconds_bucket{le=\"+Inf\"} 2\nchat_took_seconds_sum 1.25\nchat_took_seconds_count 2\n", Own());
    }

    [Fact]
    public void Buckets_of_a_histogram_count_what_is_below_them_too_and_the_last_one_everything()
    {
        var took = _meter.CreateHistogram<double>("took", "s", "Took.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in (double[])[0.0625, 0.1, 0.5, 1, 2, 4])
            took.Record(value);

        Assert.Equal(
            """
            # HELP chat_took_seconds Took.
            # TYPE chat_took_seconds histogram
            chat_took_seconds_bucket{le="0.1"} 2
            chat_took_seconds_bucket{le="1"} 4
            chat_took_seconds_bucket{le="+Inf"} 6
            chat_took_seconds_sum 7.6625
            chat_took_seconds_count 6

            """, Own());
    }

    [Fact]
    public void What_is_added_to_is_kept_and_what_is_observed_is_forgotten_when_it_is_gone()
    {
        var added = _meter.CreateCounter<int>("added");
        string[] there = ["one", "two"];
        _meter.CreateObservableGauge("there", () => there.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name))));
        added.Add(2);
        Assert.Contains("chat_there{name=\"one\"} 1\nchat_there{name=\"two\"} 1\n", Own(), StringComparison.Ordinal);
        added.Add(3);
        there = ["two"];

        var text = Own();
        Assert.Contains("chat_added_total 5\n", text, StringComparison.Ordinal);
        Assert.Contains("gauge\nchat_there{name=\"two\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Measuring_a_histogram_from_many_threads_loses_nothing_and_allocates_nothing()
    {
        var took = _meter.CreateHistogram<double>("took", "s", "", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        took.Record(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 1000; i++)
            took.Record(1);
        Allocations.AssertNone(before, times: 999);
        Parallel.For(0, 4000, _ => took.Record(2));

        Assert.Contains("_bucket{le=\"1\"} 1000\nchat_took_seconds_bucket{le=\"+Inf\"} 5000\nchat_took_seconds_sum 9000\nchat_took_seconds_count 5000\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void Meters_of_another_host_and_of_others_are_not_shown_and_the_runtime_is()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var loose = new Meter("Discord.Test");
        others.GetRequiredService<IMeterFactory>().Create("Discord.Test").CreateObservableGauge("strange", () => 1);
        loose.CreateObservableGauge("strange", () => 1);
        _services.GetRequiredService<IMeterFactory>().Create("Elsewhere").CreateObservableGauge("strange", () => 1);

        var text = _text.Write();
        Assert.DoesNotContain("strange", text, StringComparison.Ordinal);
        Assert.Contains("\ndotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"} ", text, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE dotnet_gc_pause_time_seconds_total counter\n", text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _text.Dispose();
        _services.Dispose();
    }

    // Sorted by name: the host's own come first.
    private string Own() => _text.Write() is var text && text.IndexOf("# HELP dotnet_", StringComparison.Ordinal) is var end ? text[..end] : "";
}
