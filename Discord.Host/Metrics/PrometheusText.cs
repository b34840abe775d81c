using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Discord.Host.Metrics;

/// <summary>What this host's meters measure, and those of the runtime, in the text format 0.0.4 that Prometheus reads.</summary>
/// <remarks>
/// Source: Prometheus, "Exposition formats"; names as OpenTelemetry makes them for Prometheus: "gateway.sessions" is chat_gateway_sessions, the unit and _total stand
/// behind. Others count in fields of their own and are read when somebody asks; only histograms and the few counters that are added to are kept here.
/// </remarks>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "chat_";
    private const string OwnMeters = "Discord.";
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Family> _families = new();
    private readonly Lock _reading = new();

    /// <param name="meters">Whose meters are shown: a process may hold more than one host.</param>
    public PrometheusText(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var meter = instrument.Meter;
            var prefix = meter.Scope == meters && meter.Name.StartsWith(OwnMeters, StringComparison.Ordinal) ? Prefix : meter.Name == RuntimeMeter ? "" : null;
            if (prefix is not null)
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(NameOf(prefix, instrument), static (name, instrument) => FamilyOf(name, instrument), instrument));
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((Family)family!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Measure(value, tags));
        _listener.Start();
    }

    /// <summary>Everything as it is now.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        lock (_reading)
        {
            _listener.RecordObservableInstruments();
            foreach (var (_, family) in _families.OrderBy(family => family.Key, StringComparer.Ordinal))
                family.Write(text);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static string NameOf(string prefix, Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" => "_ratio",
            _ => "",
        };
        return $"{prefix}{Clean(instrument.Name)}{unit}{(TypeOf(instrument) == "counter" ? "_total" : "")}";
    }

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        _ => "gauge",
    };

    private static Family FamilyOf(string name, Instrument instrument)
    {
        var type = TypeOf(instrument);
        var head = new StringBuilder($"# HELP {name} ").Append(instrument.Description).Replace("\\", "\\\\").Replace("\n", "\\n").Append($"\n# TYPE {name} {type}\n").ToString();
        return type == "histogram" ? new Distribution(name, head, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []) : new Samples(name, head, instrument.IsObservable);
    }

    private static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder("{");
        foreach (var (name, value) in tags)
        {
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 1 ? "," : "").Append(Clean(name)).Append("=\"").Append(escaped).Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>One name, and what was measured under it.</summary>
    private abstract class Family
    {
        /// <summary>Any thread.</summary>
        public abstract void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

        public abstract void Write(StringBuilder text);
    }

    /// <param name="isObserved">What is measured is the whole, and not one more.</param>
    private sealed class Samples(string name, string head, bool isObserved) : Family
    {
        private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);

        public override void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = Labels(tags);
            lock (_values)
                _values[labels] = isObserved ? value : _values.GetValueOrDefault(labels) + value;
        }

        public override void Write(StringBuilder text)
        {
            text.Append(head);
            lock (_values)
            {
                foreach (var (labels, value) in _values)
                    text.Append(name).Append(labels).Append(' ').Append(Number(value)).Append('\n');
                // What is there no more is not measured the next time.
                if (isObserved)
                    _values.Clear();
            }
        }
    }

    /// <summary>A histogram: one series, without labels. Measuring takes no lock and allocates nothing.</summary>
    private sealed class Distribution(string name, string head, IReadOnlyList<double> bounds) : Family
    {
        private readonly double[] _bounds = [.. bounds];
        private readonly long[] _counts = new long[bounds.Count + 1];
        private double _sum;

        public override void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            // As OpenTelemetry does: after one of these the sum would be none for ever.
            if (!double.IsFinite(value))
                return;
            var bucket = 0;
            while (bucket < _bounds.Length && value > _bounds[bucket])
                bucket++;
            Interlocked.Increment(ref _counts[bucket]);
            var seen = Volatile.Read(ref _sum);
            while (Interlocked.CompareExchange(ref _sum, seen + value, seen) is var found && found != seen)
                seen = found;
        }

        public override void Write(StringBuilder text)
        {
            text.Append(head);
            var count = 0L;
            for (var bucket = 0; bucket < _counts.Length; bucket++)
            {
                count += Volatile.Read(ref _counts[bucket]);
                var bound = bucket < _bounds.Length ? _bounds[bucket] : double.PositiveInfinity;
                text.Append(name).Append("_bucket{le=\"").Append(Number(bound)).Append("\"} ").Append(count).Append('\n');
            }

            text.Append(name).Append("_sum ").Append(Number(Volatile.Read(ref _sum))).Append('\n');
            text.Append(name).Append("_count ").Append(count).Append('\n');
        }
    }
}
