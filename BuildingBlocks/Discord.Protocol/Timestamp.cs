using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A moment, written as Discord writes it: <c>2026-01-01T00:00:00.000000+00:00</c>.</summary>
/// <remarks>Source: Discord docs, Reference, "ISO8601 Date/Time": UTC with microseconds and offset.</remarks>
[JsonConverter(typeof(Converter))]
public readonly record struct Timestamp(long UnixMilliseconds)
{
    public static Timestamp From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);

    /// <summary>Bytes of the written form.</summary>
    internal const int Length = 32;

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[Length];
        Format(text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    /// <summary>Writes <see cref="Length"/> ASCII bytes. By hand: a page of messages has fifty of them, and a format string is parsed each time.</summary>
    internal void Format(Span<byte> target)
    {
        var time = Time;
        "0000-00-00T00:00:00.000000+00:00"u8.CopyTo(target);
        Digits(target, 0, 4, time.Year);
        Digits(target, 5, 2, time.Month);
        Digits(target, 8, 2, time.Day);
        Digits(target, 11, 2, time.Hour);
        Digits(target, 14, 2, time.Minute);
        Digits(target, 17, 2, time.Second);
        Digits(target, 20, 3, time.Millisecond);
    }

    private static void Digits(Span<byte> target, int at, int count, int value)
    {
        for (var i = at + count - 1; i >= at; i--, value /= 10)
            target[i] = (byte)('0' + value % 10);
    }

    public static bool TryParse(string? text, out Timestamp value)
    {
        var parsed = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        value = parsed ? From(time) : default;
        return parsed;
    }

    internal sealed class Converter : JsonConverter<Timestamp>
    {
        public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var value) ? value : throw new JsonException("Not an ISO 8601 time.");

        public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options)
        {
            Span<byte> text = stackalloc byte[Length];
            value.Format(text);
            writer.WriteStringValue(text);
        }
    }
}
