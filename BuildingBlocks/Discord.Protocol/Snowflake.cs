using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>
/// A 64-bit id: 42 bits of milliseconds since <see cref="Epoch"/>, 5 of worker, 5 of process, 12 of increment.
/// Ids of one generator strictly increase, so comparing ids compares creation times.
/// </summary>
/// <remarks>Source: Discord docs, Reference, "Snowflakes". On the wire it is a JSON string, because JavaScript numbers lose bits above 2^53.</remarks>
[JsonConverter(typeof(Converter))]
public readonly record struct Snowflake(ulong Value) : IComparable<Snowflake>
{
    /// <summary>2015-01-01T00:00:00Z, in Unix milliseconds.</summary>
    public const long Epoch = 1_420_070_400_000;

    /// <summary>When the id was made, in Unix milliseconds.</summary>
    public long CreatedAt => (long)(Value >> 22) + Epoch;

    /// <summary>The form that stores keep: SQL has no unsigned 64-bit type, and ids stay below 2^63 until the year 2084.</summary>
    public long Stored => (long)Value;

    public static Snowflake FromStored(long value) => new((ulong)value);

    /// <summary>The smallest id that can have been made at <paramref name="time"/>: for range queries by time.</summary>
    public static Snowflake FirstAt(DateTimeOffset time) => new((ulong)Math.Max(0, time.ToUnixTimeMilliseconds() - Epoch) << 22);

    /// <summary>1 to 20 decimal digits without sign, blanks or a leading zero, and not 0.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Snowflake id)
    {
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= long.MaxValue)
        {
            id = new Snowflake(value);
            return true;
        }

        id = default;
        return false;
    }

    public int CompareTo(Snowflake other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(Snowflake left, Snowflake right) => left.Value < right.Value;
    public static bool operator >(Snowflake left, Snowflake right) => left.Value > right.Value;
    public static bool operator <=(Snowflake left, Snowflake right) => left.Value <= right.Value;
    public static bool operator >=(Snowflake left, Snowflake right) => left.Value >= right.Value;

    /// <summary>Writes a string; reads a string or a number.</summary>
    internal sealed class Converter : JsonConverter<Snowflake>
    {
        public override Snowflake Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? new Snowflake(reader.GetUInt64())
            : TryParse(reader.GetString(), out var id) ? id
            : throw new JsonException("Not a snowflake.");

        public override void Write(Utf8JsonWriter writer, Snowflake value, JsonSerializerOptions options)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(value.Value, digits, out var written);
            writer.WriteStringValue(digits[..written]);
        }

        public override Snowflake ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a snowflake.");

        public override void WriteAsPropertyName(Utf8JsonWriter writer, [DisallowNull] Snowflake value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString());
    }
}
