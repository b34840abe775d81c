using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A moment, written as Discord writes it: <c>2026-01-01T00:00:00.000000+00:00</c>.</summary>
/// <remarks>Source: Discord docs, Reference, "ISO8601 Date/Time": UTC with microseconds and offset.</remarks>
[JsonConverter(typeof(Converter))]
public readonly record struct Timestamp(long UnixMilliseconds)
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.ffffff+00:00";

    public static Timestamp From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);

    public override string ToString() => Time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

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
            Span<char> text = stackalloc char[32];
            value.Time.UtcDateTime.TryFormat(text, out var written, Format, CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..written]);
        }
    }
}
