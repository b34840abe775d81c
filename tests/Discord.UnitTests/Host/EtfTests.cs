using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Host.Gateway.Encoding;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Discord.UnitTests.Host;

/// <summary>The hex strings called packed were made by npm erlpack 0.1.4, the codec of the client libraries.</summary>
public sealed class EtfTests
{
    private const string PackedIdentify =
        "8374000000026d000000026f7061026d000000016474000000066d00000005746f6b656e6d00000007426f74206162636d00000007696e74656e74736200008201" +
        "6d0000000a70726f7065727469657374000000036d000000026f736d000000056c696e75786d0000000762726f777365726d00000001786d000000066465766963" +
        "656d00000001786d0000000573686172646c00000002610061016a6d00000008636f6d7072657373730566616c73656d0000000f6c617267655f7468726573686f" +
        "6c6461fa";

    private const string Identify =
        """{"op":2,"d":{"token":"Bot abc","intents":33281,"properties":{"os":"linux","browser":"x","device":"x"},"shard":[0,1],"compress":false,"large_threshold":250}}""";

    /// <summary>JSON and what erlpack packs for the same value: we write the same bytes, and read them back.</summary>
    [Theory]
    [InlineData("null", "8373036e696c")]
    [InlineData("true", "83730474727565")]
    [InlineData("false", "83730566616c7365")]
    [InlineData("0", "836100")]
    [InlineData("255", "8361ff")]
    [InlineData("256", "836200000100")]
    [InlineData("-1", "8362ffffffff")]
    [InlineData("2147483647", "83627fffffff")]
    [InlineData("-2147483648", "836280000000")]
    [InlineData("2147483648", "836e040000000080")]
    [InlineData("4294967295", "836e0400ffffffff")]
    [InlineData("1.5", "83463ff8000000000000")]
    [InlineData("-0.25", "8346bfd0000000000000")]
    [InlineData("1E+300", "83467e37e43c8800759c")]
    [InlineData("\"\"", "836d00000000")]
    [InlineData("\"héllo \\uD83D\\uDE00\"", "836d0000000b68c3a96c6c6f20f09f9880")]
    [InlineData("\"81384788765712384\"", "836d000000113831333834373838373635373132333834")]
    [InlineData("[]", "836a")]
    [InlineData("[1,\"a\",null]", "836c0000000361016d000000016173036e696c6a")]
    [InlineData("{}", "837400000000")]
    [InlineData("""{"a":{"b":[{"c":"d"}]}}""", "8374000000016d000000016174000000016d00000001626c0000000174000000016d00000001636d00000001646a")]
    [InlineData("""{"op":1,"d":251}""", "8374000000026d000000026f7061016d000000016461fb")]
    [InlineData("""{"op":1,"d":null}""", "8374000000026d000000026f7061016d000000016473036e696c")]
    [InlineData(Identify, PackedIdentify)]
    public void A_value_is_written_and_read_as_erlpack_packs_it(string json, string packed)
    {
        Assert.Equal(packed, Convert.ToHexStringLower(Write(json)));
        Assert.Equal(json, Read(packed));
    }

    [Theory]
    [InlineData("834641f0000000000000", "4294967296")]
    [InlineData("83464278bcfe5687b000", "1700000000123")]
    [InlineData("83468000000000000000", "0")]
    public void A_float_that_erlpack_packs_for_a_large_integer_is_read_as_an_integer(string packed, string json) => Assert.Equal(json, Read(packed));

    [Theory]
    [InlineData("4294967296", "836e05000000000001")]
    [InlineData("-2147483649", "836e040101000080")]
    [InlineData("9223372036854775807", "836e0800ffffffffffffff7f")]
    [InlineData("-9223372036854775808", "836e08010000000000000080")]
    [InlineData("18446744073709551615", "836e0800ffffffffffffffff")]
    public void An_integer_of_up_to_64_bits_keeps_every_digit(string json, string etf)
    {
        Assert.Equal(etf, Convert.ToHexStringLower(Write(json)));
        Assert.Equal(json, Read(etf));
    }

    [Theory]
    [InlineData("836b000301ff00", "[1,255,0]")] // STRING, which Erlang uses for lists of bytes
    [InlineData("836b0000", "[]")]
    [InlineData("83770474727565", "true")]
    [InlineData("8376000566616c7365", "false")]
    [InlineData("836400036e696c", "null")]
    [InlineData("8373046e756c6c", "null")]
    [InlineData("8373066f6e6c696e65", "\"online\"")]
    [InlineData("837301e9", "\"é\"")] // Latin-1
    [InlineData("837702c3a9", "\"é\"")]
    [InlineData("836f0000000200ff01", "511")]
    [InlineData("836e0a0001000000000000000000", "1")]
    [InlineData("836e0000", "0")]
    [InlineData("8363312e3530303030303030303030303030303030303030652b30300000000000", "1.5")] // the old float
    [InlineData("836d000000022201", "\"\\\"\\u0001\"")]
    public void What_other_encoders_send_is_read_too(string etf, string? json) => Assert.Equal(json, Read(etf));

    [Theory]
    [InlineData("")]
    [InlineData("83")]
    [InlineData("82610a")] // another version
    [InlineData("8361016101")] // something after the term
    [InlineData("83680161016a")] // tuples
    [InlineData("836900000001610a")]
    [InlineData("8350000000ff789c4b04000062")] // compressed
    [InlineData("837400000001640001616101")] // keys: atoms and integers
    [InlineData("8374000000017301616101")]
    [InlineData("8374000000017701616101")]
    [InlineData("83740000000161016101")]
    [InlineData("836c0000000161016101")] // an improper list
    [InlineData("836c00000001 6101")]
    [InlineData("836c00000002 61016a")]
    [InlineData("836cffffffff61016a")] // arities and lengths that lie
    [InlineData("8374ffffffff6d00000001616101")]
    [InlineData("836dffffffff61")]
    [InlineData("836bffff61")]
    [InlineData("836fffffffff0001")]
    [InlineData("836f7fffffff0001")]
    [InlineData("836eff0001")]
    [InlineData("836e0900010101010101010101")] // 65 bits and more
    [InlineData("836e0801ffffffffffffffff")]
    [InlineData("836e010201")] // a sign that is neither
    [InlineData("83467ff0000000000000")] // infinite, not a number
    [InlineData("8346fff8000000000000")]
    [InlineData("8363312e353030303030303030303030303030303030303065202b300000000000")] // an old float with a blank in it
    [InlineData("8363496e66696e6974790000000000000000000000000000000000000000000000")]
    [InlineData("836d00000001ff")] // not UTF-8
    [InlineData("837701ff")]
    [InlineData("8374000000016d00000001ff6101")]
    [InlineData("8365")] // tags that no client sends
    [InlineData("834d0000000103ff")]
    public void A_payload_outside_the_contract_is_refused(string etf) => Assert.Null(Read(etf.Replace(" ", "", StringComparison.Ordinal)));

    [Fact]
    public void A_payload_that_ends_early_is_refused_wherever_it_ends()
    {
        var whole = Convert.FromHexString(PackedIdentify);

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(Etf.TryReadTerm(whole.AsSpan(0, length), new ArrayBufferWriter<byte>()), $"{length} of {whole.Length} bytes were taken");
        }
    }

    [Theory]
    [InlineData(Etf.MaxReadDepth, true)]
    [InlineData(Etf.MaxReadDepth + 1, false)]
    [InlineData(100_000, false)]
    public void Reading_stops_at_its_depth(int depth, bool accepted)
    {
        byte[] list = [131, .. Enumerable.Repeat<byte[]>([108, 0, 0, 0, 1], depth).SelectMany(b => b), 97, 7, .. Enumerable.Repeat((byte)106, depth)];
        byte[] map = [131, .. Enumerable.Repeat<byte[]>([116, 0, 0, 0, 1, 109, 0, 0, 0, 0], depth).SelectMany(b => b), 97, 7];
        byte[] bytes = [131, .. Enumerable.Repeat<byte[]>([108, 0, 0, 0, 1], depth - 1).SelectMany(b => b), 107, 0, 1, 7, .. Enumerable.Repeat((byte)106, depth - 1)];

        Assert.All([list, map, bytes], etf => Assert.Equal(accepted, Etf.TryReadTerm(etf, new ArrayBufferWriter<byte>())));
    }

    [Fact]
    public void Writing_takes_64_levels_and_says_so_when_there_are_more()
    {
        var deepest = new string('[', Etf.MaxWriteDepth) + new string(']', Etf.MaxWriteDepth);

        Assert.Equal(1 + ((Etf.MaxWriteDepth - 1) * 6) + 1, Write(deepest).Length);
        Assert.ThrowsAny<JsonException>(() => Write($"[{deepest}]"));
    }

    [Theory]
    [InlineData("""["\u0041\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u20ac"]""", "A\"\\/\b\f\n\r\té😀€")]
    [InlineData("""["\ud83d"]""", "\ufffd")]
    [InlineData("""["\ude00\ud83dx\ud83d\u0041"]""", "\ufffd\ufffdx\ufffdA")]
    public void Escapes_are_resolved_and_half_a_surrogate_pair_does_no_harm(string json, string text)
    {
        var etf = Write(json);

        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(etf.AsSpan(11, etf.Length - 12)));
        Assert.Equal(text, (string?)JsonNode.Parse(Read(Convert.ToHexString(etf))!)![0]);
    }

    [Fact]
    public void Any_json_comes_back_as_it_went()
    {
        var json = ArbMap.Default.ArbFor<string>().Generator.Where(s => s is not null).ToJson(depth: 5).ToArbitrary();

        Prop.ForAll(json, node =>
        {
            var sent = node?.ToJsonString() ?? "null";
            return JsonElement.DeepEquals(Parse(sent), Parse(Read(Convert.ToHexString(Write(sent)))!));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void No_json_outgrows_the_stated_bound()
    {
        string[] worst = ["1.5", "9e9", "[[[[[9e9]]]]]", "[[],[],{},{}]", "[-1,-1,-1]", "{\"\":\"\",\"a\":{}}", "[256]", "[true,null]", "\"\"", "[\"\"]", "[4294967296]"];

        Assert.All(worst, json => Assert.InRange(Write(json).Length - 1, 0, Etf.MaxTermLength(json.Length)));
        Assert.Equal(Etf.MaxTermLength(3), Write("9e9").Length - 1);
    }

    [Fact]
    public void Ten_thousand_damaged_payloads_are_refused_or_read_but_never_throw()
    {
        var random = new Random(20260101);
        byte[][] seeds = [Convert.FromHexString(PackedIdentify), Write("""{"a":[1,2.5,4294967296,-9223372036854775808,null,true,"x",[],{}]}"""), Convert.FromHexString("836b000301ff00")];
        byte[] tags = [70, 80, 97, 98, 99, 100, 104, 105, 106, 107, 108, 109, 110, 111, 115, 116, 118, 119];
        var (read, refused) = (0, 0);

        for (var i = 0; i < 10_000; i++)
        {
            var etf = (byte[])seeds[i % seeds.Length].Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                etf[random.Next(etf.Length)] = random.Next(3) switch { 0 => tags[random.Next(tags.Length)], 1 => (byte)random.Next(4), _ => (byte)random.Next(256) };
            }

            var json = new ArrayBufferWriter<byte>();
            if (Etf.TryReadTerm(etf.AsSpan(0, random.Next(4) == 0 ? random.Next(etf.Length + 1) : etf.Length), json))
            {
                using var document = JsonDocument.Parse(json.WrittenMemory);
                read++;
            }
            else
            {
                refused++;
            }
        }

        Assert.True(read > 500 && refused > 5_000, $"{read} read, {refused} refused: the damage is too small or too great to show anything.");
    }

    [Theory]
    [InlineData("836cfffffffe6101")]
    [InlineData("836dfffffffe6101")]
    [InlineData("8374fffffffe6101")]
    [InlineData("836ffffffffe0001")]
    public void A_length_that_lies_costs_no_memory(string etf)
    {
        var bytes = Convert.FromHexString(etf);
        var json = new ArrayBufferWriter<byte>(4096);
        Etf.TryReadTerm(bytes, json);
        json.ResetWrittenCount();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var accepted = Etf.TryReadTerm(bytes, json);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.False(accepted);
        Assert.InRange(allocated, 0, 4096);
    }

    [Fact]
    public void Writing_a_term_allocates_nothing()
    {
        var json = System.Text.Encoding.UTF8.GetBytes(Identify.Replace("linux", "l\\u0069nux", StringComparison.Ordinal));
        var output = new ArrayBufferWriter<byte>(Etf.MaxTermLength(json.Length));
        Etf.WriteTerm(json, output);

        // A collection may empty the shared array pool in between, and the next rent then fills it: the least of some rounds is the code's own.
        var least = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                output.ResetWrittenCount();
                Etf.WriteTerm(json, output);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, least);
    }

    private static byte[] Write(string json)
    {
        var output = new ArrayBufferWriter<byte>();
        Etf.WriteTerm(System.Text.Encoding.UTF8.GetBytes(json), output);
        return [Etf.Version, .. output.WrittenSpan];
    }

    /// <summary>The JSON, or null when the payload was refused.</summary>
    private static string? Read(string hex)
    {
        var json = new ArrayBufferWriter<byte>();
        return Etf.TryReadTerm(Convert.FromHexString(hex), json) ? System.Text.Encoding.UTF8.GetString(json.WrittenSpan) : null;
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>Random JSON for property tests.</summary>
internal static class JsonGenerators
{
    public static Gen<JsonNode?> ToJson(this Gen<string> text, int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Constant<JsonNode?>(null),
            text.Select(s => (JsonNode?)JsonValue.Create(s)),
            ArbMap.Default.ArbFor<bool>().Generator.Select(b => (JsonNode?)JsonValue.Create(b)),
            ArbMap.Default.ArbFor<int>().Generator.Select(i => (JsonNode?)JsonValue.Create(i)),
            ArbMap.Default.ArbFor<long>().Generator.Select(l => (JsonNode?)JsonValue.Create(l)),
            ArbMap.Default.ArbFor<ulong>().Generator.Select(u => (JsonNode?)JsonValue.Create(u)),
            ArbMap.Default.ArbFor<double>().Generator.Where(double.IsFinite).Select(d => (JsonNode?)JsonValue.Create(d)));
        if (depth == 0)
        {
            return leaf;
        }

        var inner = text.ToJson(depth - 1).ListOf().Select(items => items.Take(5).ToList());
        var list = inner.Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())]));
        var map = inner.Select(items => (JsonNode?)new JsonObject(items.Select((item, i) =>
            KeyValuePair.Create(string.Create(CultureInfo.InvariantCulture, $"k\"{i}é"), item?.DeepClone()))));
        return Gen.OneOf(leaf, list, map);
    }
}
