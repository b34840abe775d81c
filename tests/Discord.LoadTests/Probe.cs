using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Discord.LoadTests;

/// <summary>One message of a probe as one session got it; times are stopwatch ticks.</summary>
internal readonly record struct Arrival(int Number, long Latency, long At);

/// <summary>
/// Marks the messages of one measurement: the content carries the message's number and when it was sent, so that a receiver finds both without
/// parsing JSON. Sender and receivers share this process's clock.
/// </summary>
internal sealed class Probe
{
    private const int ContentLength = 64;
    private readonly string _mark = $"probe:{Guid.NewGuid():n}"[..14] + ":";
    private readonly byte[] _markBytes;
    private int _arrived;

    public Probe() => _markBytes = Encoding.ASCII.GetBytes(_mark);

    /// <summary>Over all sessions.</summary>
    public int Arrived => Volatile.Read(ref _arrived);

    public string Content(int number) => $"{_mark}{number}:{Stopwatch.GetTimestamp()}:".PadRight(ContentLength, 'x');

    /// <summary>Notes the frame if it is one of the probe's messages. Runs for each delivery: allocates nothing.</summary>
    public void Note(ReadOnlySpan<byte> frame, long now, List<Arrival> arrivals)
    {
        var at = frame.IndexOf(_markBytes);
        if (at < 0) return;
        var rest = frame[(at + _markBytes.Length)..];
        if (Utf8Parser.TryParse(rest, out int number, out var digits) && Utf8Parser.TryParse(rest[(digits + 1)..], out long sent, out _))
        {
            arrivals.Add(new Arrival(number, now - sent, now));
            Interlocked.Increment(ref _arrived);
        }
    }
}

/// <summary>What a probe's messages came to, over all sessions.</summary>
/// <remarks>The rate runs from the first post to the last arrival. Lost: accepted by the server, never received. Out of order: received after a greater id.</remarks>
internal sealed record Delivered(int Count, double PerSecond, double P99Milliseconds, int Lost, int Twice, int OutOfOrder)
{
    /// <summary>Compares what arrived with the ids that the server gave to the messages: ids order the channel.</summary>
    public static Delivered Judge(IReadOnlyList<GatewayClient> sessions, ulong[] ids, long began)
    {
        var latencies = new List<long>();
        var (lost, twice, disordered, last) = (0, 0, 0, began);
        foreach (var session in sessions)
        {
            var seen = new HashSet<int>();
            ulong highest = 0;
            foreach (var arrival in session.Arrivals)
            {
                last = Math.Max(last, arrival.At);
                latencies.Add(arrival.Latency);
                if (!seen.Add(arrival.Number)) twice++;
                else if (ids[arrival.Number] < highest) disordered++;
                highest = Math.Max(highest, ids[arrival.Number]);
            }

            lost += ids.Length - seen.Count;
        }

        latencies.Sort();
        var seconds = Stopwatch.GetElapsedTime(began, last).TotalSeconds;
        return new Delivered(latencies.Count, seconds > 0 ? latencies.Count / seconds : 0, At(0.99), lost, twice, disordered);

        double At(double share) => latencies.Count == 0 ? 0 : latencies[(int)Math.Ceiling(share * latencies.Count) - 1] * 1000.0 / Stopwatch.Frequency;
    }
}
