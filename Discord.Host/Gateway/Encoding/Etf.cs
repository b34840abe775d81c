using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Discord.Host.Gateway.Encoding;

/// <summary>
/// Erlang's External Term Format, as gateway clients that ask for <c>encoding=etf</c> speak it: our JSON out, their terms in.
/// </summary>
/// <remarks>
/// Thread-safe: keeps no state. <see cref="WriteTerm"/> runs once per event and encoding and allocates nothing.
/// Source: Erlang/OTP, "External Term Format"; Discord docs, Gateway, "ETF/JSON"; which tags clients read and write: npm erlpack 0.1.4.
/// </remarks>
internal static class Etf
{
    /// <summary>The first byte of every payload; <see cref="WriteTerm"/> leaves it to the frame's writer.</summary>
    public const byte Version = 131;

    /// <summary>Nested maps and lists that <see cref="WriteTerm"/> takes.</summary>
    public const int MaxWriteDepth = 64;

    /// <summary>Nested maps and lists that <see cref="TryReadTerm"/> takes. Discord's own client payloads need five.</summary>
    public const int MaxReadDepth = 32;

    private const byte NewFloat = 70;
    private const byte SmallInteger = 97;
    private const byte Integer = 98;
    private const byte Float = 99;
    private const byte Atom = 100;
    private const byte Nil = 106;
    private const byte ByteList = 107;
    private const byte List = 108;
    private const byte Binary = 109;
    private const byte SmallBig = 110;
    private const byte LargeBig = 111;
    private const byte SmallAtom = 115;
    private const byte Map = 116;
    private const byte AtomUtf8 = 118;
    private const byte SmallAtomUtf8 = 119;

    /// <summary>Bytes of the text of an old <see cref="Float"/>, padded with zeros.</summary>
    private const int FloatTextLength = 31;

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Bytes that <see cref="WriteTerm"/> writes at most for JSON of that many bytes.</summary>
    /// <remarks>No JSON value grows more than threefold: the worst are floats of three characters (9 bytes) and lists of lists.</remarks>
    public static int MaxTermLength(int jsonLength) => checked(jsonLength * 3);

    /// <summary>Transcodes one JSON value into one term, without the leading <see cref="Version"/> byte.</summary>
    /// <param name="json">One complete UTF-8 JSON value of our own making.</param>
    /// <param name="output">Asked once, for <see cref="MaxTermLength"/> bytes.</param>
    /// <remarks>
    /// null, true and false become the atoms nil, true and false; strings (snowflakes too) and map keys become binaries. Integers up to 64 bits
    /// keep every digit; larger ones, and numbers with a fraction or an exponent, become floats.
    /// Only tags that erlpack decodes are written: it rejects the UTF-8 atoms 118 and 119.
    /// </remarks>
    /// <exception cref="JsonException">Not one JSON value, or nested deeper than <see cref="MaxWriteDepth"/>.</exception>
    public static void WriteTerm(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var target = output.GetSpan(MaxTermLength(json.Length));
        var written = 0;
        // For each open map and list: where its header is, and how many entries it has so far.
        Span<(int Header, int Count)> open = stackalloc (int, int)[MaxWriteDepth];
        var depth = 0;

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxWriteDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    written = Close(target, written, open[depth].Header, open[depth].Count);
                    continue;
                case JsonTokenType.PropertyName:
                    // The value that follows counts the entry.
                    written = WriteBinary(target, written, in reader);
                    continue;
            }

            if (depth > 0)
            {
                open[depth - 1].Count++;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    open[depth++] = (written, 0);
                    target[written] = reader.TokenType == JsonTokenType.StartObject ? Map : List;
                    written += 1 + sizeof(uint);
                    break;
                case JsonTokenType.String:
                    written = WriteBinary(target, written, in reader);
                    break;
                case JsonTokenType.Number:
                    written = WriteNumber(target, written, in reader);
                    break;
                case JsonTokenType.True:
                    written = Append(target, written, [SmallAtom, 4, (byte)'t', (byte)'r', (byte)'u', (byte)'e']);
                    break;
                case JsonTokenType.False:
                    written = Append(target, written, [SmallAtom, 5, (byte)'f', (byte)'a', (byte)'l', (byte)'s', (byte)'e']);
                    break;
                default:
                    written = Append(target, written, [SmallAtom, 3, (byte)'n', (byte)'i', (byte)'l']);
                    break;
            }
        }

        output.Advance(written);
    }

    /// <summary>Transcodes a client's whole payload, which starts with <see cref="Version"/>, into JSON.</summary>
    /// <param name="etf">Anything at all: every length and arity in it is checked against the bytes that are there.</param>
    /// <param name="json">Gets UTF-8 JSON; after a refusal what it got means nothing.</param>
    /// <returns>
    /// False, and the connection is to be closed with 4002, for: another version, tuples, compressed terms, keys that are not binaries,
    /// text that is not UTF-8, floats that are not finite, integers beyond 64 bits, improper lists, more than <see cref="MaxReadDepth"/> levels,
    /// bytes missing or left over. Never throws.
    /// </returns>
    /// <remarks>
    /// Integral floats become integers, for erlpack sends every integer beyond 32 bits as a float. A STRING is a list of small integers, as
    /// Erlang writes <c>[0, 1]</c>. Atoms but nil, null, true and false become strings.
    /// </remarks>
    public static bool TryReadTerm(ReadOnlySpan<byte> etf, IBufferWriter<byte> json)
    {
        if (etf.IsEmpty || etf[0] != Version)
        {
            return false;
        }

        using var writer = new Utf8JsonWriter(json, s_json);
        var term = new TermReader(etf[1..], writer);
        return term.TryCopyValue(depth: 0) && term.AtEnd;
    }

    /// <summary>Writes the arity into the header of a map or list, and the tail of a list.</summary>
    private static int Close(Span<byte> target, int written, int header, int count)
    {
        if (target[header] == List && count == 0)
        {
            target[header] = Nil;
            return header + 1;
        }

        BinaryPrimitives.WriteInt32BigEndian(target[(header + 1)..], count);
        if (target[header] == List)
        {
            target[written++] = Nil;
        }

        return written;
    }

    private static int WriteBinary(Span<byte> target, int written, in Utf8JsonReader reader)
    {
        var text = target[(written + 1 + sizeof(uint))..];
        var length = reader.ValueSpan.Length;
        if (reader.ValueIsEscaped)
        {
            length = Unescape(reader.ValueSpan, text);
        }
        else
        {
            reader.ValueSpan.CopyTo(text);
        }

        target[written] = Binary;
        BinaryPrimitives.WriteInt32BigEndian(target[(written + 1)..], length);
        return written + 1 + sizeof(uint) + length;
    }

    /// <summary>Resolves the escapes of a JSON string that the reader found well-formed.</summary>
    /// <remarks>Not <see cref="Utf8JsonReader.CopyString(Span{byte})"/>: it throws on half a surrogate pair, which JSON allows; here it becomes U+FFFD.</remarks>
    private static int Unescape(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var written = 0;
        int escape;
        while ((escape = source.IndexOf((byte)'\\')) >= 0)
        {
            written = Append(target, written, source[..escape]);
            var letter = source[escape + 1];
            source = source[(escape + 2)..];
            if (letter != 'u')
            {
                target[written++] = letter switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    _ => letter, // quote, backslash, slash
                };
                continue;
            }

            var unit = CodeUnit(source);
            source = source[4..];
            if (!Rune.TryCreate(unit, out var rune))
            {
                rune = Rune.ReplacementChar;
                if (source.StartsWith("\\u"u8) && Rune.TryCreate(unit, CodeUnit(source[2..]), out var pair))
                {
                    rune = pair;
                    source = source[6..];
                }
            }

            written += rune.EncodeToUtf8(target[written..]);
        }

        return Append(target, written, source);
    }

    private static char CodeUnit(ReadOnlySpan<byte> source) =>
        (char)ushort.Parse(source[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static int WriteNumber(Span<byte> target, int written, in Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var number))
        {
            switch (number)
            {
                case >= byte.MinValue and <= byte.MaxValue:
                    target[written] = SmallInteger;
                    target[written + 1] = (byte)number;
                    return written + 2;
                case >= int.MinValue and <= int.MaxValue:
                    target[written] = Integer;
                    BinaryPrimitives.WriteInt32BigEndian(target[(written + 1)..], (int)number);
                    return written + 1 + sizeof(int);
                default:
                    // In unsigned arithmetic, for long.MinValue has no positive twin.
                    return WriteBig(target, written, number < 0 ? 0UL - (ulong)number : (ulong)number, number < 0);
            }
        }

        if (reader.TryGetUInt64(out var large))
        {
            return WriteBig(target, written, large, negative: false);
        }

        target[written] = NewFloat;
        BinaryPrimitives.WriteDoubleBigEndian(target[(written + 1)..], reader.GetDouble());
        return written + 1 + sizeof(double);
    }

    private static int WriteBig(Span<byte> target, int written, ulong magnitude, bool negative)
    {
        var length = written + 1;
        target[written] = SmallBig;
        target[written + 2] = negative ? (byte)1 : (byte)0;
        written += 3;
        for (; magnitude > 0; magnitude >>= 8)
        {
            target[written++] = (byte)magnitude;
        }

        target[length] = (byte)(written - length - 2);
        return written;
    }

    private static int Append(Span<byte> target, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[at..]);
        return at + bytes.Length;
    }

    /// <summary>Walks a term and writes what it finds. Recursion is bounded by <see cref="MaxReadDepth"/>.</summary>
    private ref struct TermReader(ReadOnlySpan<byte> term, Utf8JsonWriter json)
    {
        /// <summary>A key's tag and length, and a value's tag.</summary>
        private const int LeastEntry = 1 + sizeof(uint) + 1;

        /// <summary>The first float that a long cannot hold.</summary>
        private const double TwoTo63 = 9223372036854775808.0;

        private ReadOnlySpan<byte> _rest = term;

        public readonly bool AtEnd => _rest.IsEmpty;

        public bool TryCopyValue(int depth)
        {
            if (!TryTake(1, out var tag))
            {
                return false;
            }

            switch (tag[0])
            {
                case SmallInteger:
                    return TryTake(1, out var small) && WriteInteger(small[0]);
                case Integer:
                    return TryTake(sizeof(int), out var integer) && WriteInteger(BinaryPrimitives.ReadInt32BigEndian(integer));
                case SmallBig:
                    return TryTake(1, out var smallCount) && TryCopyBig(smallCount[0]);
                case LargeBig:
                    return TryTakeCount(out var largeCount) && TryCopyBig(largeCount);
                case NewFloat:
                    return TryTake(sizeof(double), out var bits) && TryWriteFloat(BinaryPrimitives.ReadDoubleBigEndian(bits));
                case Float:
                    return TryTake(FloatTextLength, out var text) && TryReadFloat(text, out var value) && TryWriteFloat(value);
                case Binary:
                    return TryTakeText(out var binary) && WriteText(binary);
                case SmallAtom or SmallAtomUtf8:
                    return TryTake(1, out var shortLength) && TryTake(shortLength[0], out var shortName) && TryWriteAtom(shortName, tag[0] == SmallAtomUtf8);
                case Atom or AtomUtf8:
                    return TryTake(sizeof(ushort), out var longLength)
                        && TryTake(BinaryPrimitives.ReadUInt16BigEndian(longLength), out var longName)
                        && TryWriteAtom(longName, tag[0] == AtomUtf8);
                case Nil:
                    json.WriteStartArray();
                    json.WriteEndArray();
                    return true;
                case ByteList:
                    return TryTake(sizeof(ushort), out var listLength)
                        && TryTake(BinaryPrimitives.ReadUInt16BigEndian(listLength), out var bytes)
                        && TryCopyBytes(bytes, depth);
                case List:
                    return TryCopyList(depth);
                case Map:
                    return TryCopyMap(depth);
                default:
                    return false;
            }
        }

        private bool TryCopyList(int depth)
        {
            // The tail needs a byte too.
            if (depth >= MaxReadDepth || !TryTakeCount(out var count) || count >= (uint)_rest.Length)
            {
                return false;
            }

            json.WriteStartArray();
            for (; count > 0; count--)
            {
                if (!TryCopyValue(depth + 1))
                {
                    return false;
                }
            }

            json.WriteEndArray();
            return TryTake(1, out var tail) && tail[0] == Nil;
        }

        private bool TryCopyMap(int depth)
        {
            if (depth >= MaxReadDepth || !TryTakeCount(out var count) || count > (uint)_rest.Length / LeastEntry)
            {
                return false;
            }

            json.WriteStartObject();
            for (; count > 0; count--)
            {
                if (!TryTake(1, out var tag) || tag[0] != Binary || !TryTakeText(out var key))
                {
                    return false;
                }

                json.WritePropertyName(key);
                if (!TryCopyValue(depth + 1))
                {
                    return false;
                }
            }

            json.WriteEndObject();
            return true;
        }

        /// <summary>Copies an integer of little-endian bytes after its sign byte. The bytes beyond the eighth must be zero.</summary>
        private bool TryCopyBig(uint count)
        {
            if (!TryTake(1, out var sign) || sign[0] > 1 || count > (uint)_rest.Length || !TryTake((int)count, out var digits))
            {
                return false;
            }

            digits = digits.TrimEnd((byte)0);
            if (digits.Length > sizeof(ulong))
            {
                return false;
            }

            ulong magnitude = 0;
            for (var i = digits.Length - 1; i >= 0; i--)
            {
                magnitude = (magnitude << 8) | digits[i];
            }

            if (sign[0] == 0)
            {
                json.WriteNumberValue(magnitude);
                return true;
            }

            return magnitude <= 1UL << 63 && WriteInteger((long)(0UL - magnitude));
        }

        private readonly bool TryWriteFloat(double value)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }

            if (double.IsInteger(value) && Math.Abs(value) < TwoTo63)
            {
                return WriteInteger((long)value);
            }

            json.WriteNumberValue(value);
            return true;
        }

        private static bool TryReadFloat(ReadOnlySpan<byte> text, out double value)
        {
            text = text.TrimEnd((byte)0);
            return Utf8Parser.TryParse(text, out value, out var read) && read == text.Length;
        }

        private readonly bool TryWriteAtom(ReadOnlySpan<byte> name, bool utf8)
        {
            if (name.SequenceEqual("nil"u8) || name.SequenceEqual("null"u8))
            {
                json.WriteNullValue();
            }
            else if (name.SequenceEqual("true"u8) || name.SequenceEqual("false"u8))
            {
                json.WriteBooleanValue(name.Length == 4);
            }
            else if (!utf8)
            {
                json.WriteStringValue(System.Text.Encoding.Latin1.GetString(name));
            }
            else
            {
                return Utf8.IsValid(name) && WriteText(name);
            }

            return true;
        }

        private readonly bool TryCopyBytes(ReadOnlySpan<byte> bytes, int depth)
        {
            if (depth >= MaxReadDepth)
            {
                return false;
            }

            json.WriteStartArray();
            foreach (var item in bytes)
            {
                json.WriteNumberValue(item);
            }

            json.WriteEndArray();
            return true;
        }

        private readonly bool WriteInteger(long value)
        {
            json.WriteNumberValue(value);
            return true;
        }

        private readonly bool WriteText(ReadOnlySpan<byte> text)
        {
            json.WriteStringValue(text);
            return true;
        }

        private bool TryTakeText(out ReadOnlySpan<byte> text)
        {
            text = default;
            return TryTakeCount(out var length) && length <= (uint)_rest.Length && TryTake((int)length, out text) && Utf8.IsValid(text);
        }

        private bool TryTakeCount(out uint count)
        {
            var there = TryTake(sizeof(uint), out var bytes);
            count = there ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
            return there;
        }

        private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
        {
            if (count > _rest.Length)
            {
                bytes = default;
                return false;
            }

            bytes = _rest[..count];
            _rest = _rest[count..];
            return true;
        }
    }
}
