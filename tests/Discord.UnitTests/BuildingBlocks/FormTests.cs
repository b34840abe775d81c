using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Discord.UnitTests.BuildingBlocks;

/// <summary>Each reader: absent, null, of another kind, at both limits; and where the error is said to be.</summary>
public sealed class FormTests
{
    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":"ab"}""", "ab")]
    [InlineData("""{"f":"abcd"}""", "abcd")]
    [InlineData("""{"f":123}""", "123")]
    [InlineData("""{"f":1.50}""", "1.50")]
    [InlineData("""{"f":"👍"}""", "👍")]
    public void A_text_is_read(string json, string? expected)
    {
        var form = Read(json);
        Assert.Equal(expected, form.String("f", 2, 4));
        AssertErrors(form);
    }

    [Theory]
    [InlineData("""{"f":"a"}""", 2, 4, "f: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"f":"abcde"}""", 2, 4, "f: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"f":"abcde"}""", 0, 4, "f: BASE_TYPE_MAX_LENGTH")]
    [InlineData("""{"f":"a"}""", 2, int.MaxValue, "f: BASE_TYPE_MIN_LENGTH")]
    [InlineData("""{"f":""}""", 2, 4, "f: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"f":true}""", 0, 4, "f: STRING_TYPE_CONVERT")]
    [InlineData("""{"f":["a"]}""", 0, 4, "f: STRING_TYPE_CONVERT")]
    [InlineData("""{"f":{}}""", 0, 4, "f: STRING_TYPE_CONVERT")]
    public void A_text_is_refused(string json, int min, int max, string error)
    {
        var form = Read(json);
        Assert.Null(form.String("f", min, max));
        AssertErrors(form, error);
    }

    [Theory]
    [InlineData("""{}""", false, "f: BASE_TYPE_REQUIRED")]
    [InlineData("""{"f":null}""", false, "f: BASE_TYPE_REQUIRED")]
    [InlineData("""{"f":""}""", false, "f: BASE_TYPE_REQUIRED")]
    [InlineData("""{}""", true, "f: BASE_TYPE_REQUIRED")]
    [InlineData("""{"f":null}""", true)]
    public void A_text_that_is_required_must_be_there_and_null_is_one_when_it_may_be(string json, bool nullable, params string[] errors)
    {
        var form = Read(json);
        Assert.Null(form.String("f", 1, 4, required: true, nullable: nullable));
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":-5}""", -5L)]
    [InlineData("""{"f":10}""", 10L)]
    [InlineData("""{"f":"7"}""", 7L)]
    [InlineData("""{"f":"-5"}""", -5L)]
    [InlineData("""{"f":5.0}""", 5L)]
    [InlineData("""{"f":1e1}""", 10L)]
    public void A_number_is_read(string json, long? expected)
    {
        var form = Read(json);
        Assert.Equal(expected, form.Long("f", -5, 10));
        Assert.Equal((int?)expected, form.Int("f", -5, 10));
        AssertErrors(form);
    }

    [Theory]
    [InlineData("""{"f":-6}""", "f: NUMBER_TYPE_MIN")]
    [InlineData("""{"f":11}""", "f: NUMBER_TYPE_MAX")]
    [InlineData("""{"f":"11"}""", "f: NUMBER_TYPE_MAX")]
    [InlineData("""{"f":5.5}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"5.5"}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"five"}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":""}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":" 5"}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":true}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":[5]}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":{}}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":1e400}""", "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":9223372036854775808}""", "f: NUMBER_TYPE_COERCE")]
    public void A_number_is_refused(string json, string error)
    {
        var form = Read(json);
        Assert.Null(form.Long("f", -5, 10));
        AssertErrors(form, error);
    }

    [Fact]
    public void A_number_has_the_limits_of_its_type()
    {
        var form = Read("""{"least":-9223372036854775808,"most":9223372036854775807,"int":2147483647,"over":2147483648,"under":-2147483649}""");
        Assert.Equal((long.MinValue, long.MaxValue, int.MaxValue), (form.Long("least"), form.Long("most"), form.Int("int")));
        AssertErrors(form);
        Assert.Null(form.Int("over"));
        Assert.Null(form.Int("under"));
        AssertErrors(form, "over: NUMBER_TYPE_MAX", "under: NUMBER_TYPE_MIN");
    }

    [Theory]
    [InlineData("""{}""", "f: BASE_TYPE_REQUIRED")]
    [InlineData("""{"f":null}""", "f: BASE_TYPE_REQUIRED")]
    public void A_number_that_is_required_must_be_there(string json, string error)
    {
        var form = Read(json);
        Assert.Null(form.Int("f", required: true));
        AssertErrors(form, error);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":3}""", 3)]
    [InlineData("""{"f":2}""", null, "f: BASE_TYPE_CHOICES")]
    [InlineData("""{"f":"x"}""", null, "f: NUMBER_TYPE_COERCE")]
    public void A_choice_is_one_of_its_numbers(string json, int? expected, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(expected, form.Choice("f", 1, 3));
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":true}""", true)]
    [InlineData("""{"f":false}""", false)]
    [InlineData("""{"f":"true"}""", true)]
    [InlineData("""{"f":"True"}""", true)]
    [InlineData("""{"f":"1"}""", true)]
    [InlineData("""{"f":"false"}""", false)]
    [InlineData("""{"f":"False"}""", false)]
    [InlineData("""{"f":"0"}""", false)]
    [InlineData("""{"f":"yes"}""", null, "f: BOOLEAN_TYPE_PARSE")]
    [InlineData("""{"f":""}""", null, "f: BOOLEAN_TYPE_PARSE")]
    [InlineData("""{"f":1}""", null, "f: BOOLEAN_TYPE_PARSE")]
    [InlineData("""{"f":[]}""", null, "f: BOOLEAN_TYPE_PARSE")]
    public void A_truth_is_read(string json, bool? expected, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(expected, form.Bool("f"));
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":"1"}""", 1UL)]
    [InlineData("""{"f":1}""", 1UL)]
    [InlineData("""{"f":"9223372036854775807"}""", 9223372036854775807UL)]
    [InlineData("""{"f":9223372036854775807}""", 9223372036854775807UL)]
    [InlineData("""{"f":"9223372036854775808"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"0"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":0}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"-1"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":" 1"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":1.0}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"general"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":true}""", null, "f: NUMBER_TYPE_COERCE")]
    public void An_id_is_read(string json, ulong? expected, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(expected, form.Id("f")?.Value);
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":[]}""", "")]
    [InlineData("""{"f":["1",2,"3"]}""", "1 2 3")]
    [InlineData("""{"f":["1","x",3]}""", "1 3", "f.1: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":[null,"2",{}]}""", "2", "f.0: NUMBER_TYPE_COERCE", "f.2: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":["1","2","3","4"]}""", null, "f: BASE_TYPE_MAX_LENGTH")]
    [InlineData("""{"f":"1"}""", null, "f: LIST_TYPE_CONVERT")]
    [InlineData("""{"f":{}}""", null, "f: LIST_TYPE_CONVERT")]
    public void A_list_of_ids_is_read(string json, string? expected, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(expected, form.Ids("f", 3) is { } ids ? string.Join(' ', ids) : null);
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":"0"}""", 0UL)]
    [InlineData("""{"f":8}""", 8UL)]
    [InlineData("""{"f":"18446744073709551615"}""", ulong.MaxValue)]
    [InlineData("""{"f":"18446744073709551616"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"-1"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":-1}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":"0x8"}""", null, "f: NUMBER_TYPE_COERCE")]
    [InlineData("""{"f":[]}""", null, "f: NUMBER_TYPE_COERCE")]
    public void A_permission_set_is_read(string json, ulong? expected, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(expected, (ulong?)form.Bits("f"));
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"f":null}""", null)]
    [InlineData("""{"f":"2026-01-01T00:00:00.123456+00:00"}""", 1767225600123L)]
    [InlineData("""{"f":"2026-01-01T01:00:00+01:00"}""", 1767225600000L)]
    [InlineData("""{"f":"2026-01-01T00:00:00Z"}""", 1767225600000L)]
    [InlineData("""{"f":"yesterday"}""", null, "f: DATE_TIME_TYPE_PARSE")]
    [InlineData("""{"f":"2026-02-30T00:00:00Z"}""", null, "f: DATE_TIME_TYPE_PARSE")]
    [InlineData("""{"f":1767225600}""", null, "f: DATE_TIME_TYPE_PARSE")]
    public void A_time_is_read(string json, long? expected, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(expected, form.Time("f")?.UnixMilliseconds);
        AssertErrors(form, errors);
    }

    [Theory]
    [InlineData("""{"f":[1,2]}""", 2)]
    [InlineData("""{"f":[1,2,3]}""", null, "f: BASE_TYPE_MAX_LENGTH")]
    [InlineData("""{"f":7}""", null, "f: LIST_TYPE_CONVERT")]
    [InlineData("""{"f":null}""", null, "f: BASE_TYPE_REQUIRED")]
    public void A_list_has_a_longest_length(string json, int? count, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(count, form.List("f", 2, required: true)?.Count);
        AssertErrors(form, errors);
    }

    [Fact]
    public void Errors_carry_the_path_to_where_they_are()
    {
        var form = Read("""{"a":{"b":[{"c":"x"},{"c":""},7],"d":{"e":true}}}""");
        var a = form.Object("a")!;
        foreach (var item in a.Items("b")!)
            item.String("c", 1, 4, required: true);
        a.Object("d")!.String("e");
        a.Fail("f", "OWN", "words");
        form.Fail("", "WHOLE", "words");

        AssertErrors(form, "a.b.2: DICT_TYPE_CONVERT", "a.b.1.c: BASE_TYPE_REQUIRED", "a.b.2.c: BASE_TYPE_REQUIRED", "a.d.e: STRING_TYPE_CONVERT", "a.f: OWN", ": WHOLE");
    }

    [Theory]
    [InlineData("""{}""", false)]
    [InlineData("""{"f":null}""", false)]
    [InlineData("""{"f":{}}""", true)]
    [InlineData("""{"f":[]}""", true, "f: DICT_TYPE_CONVERT")]
    [InlineData("""{"f":"x"}""", true, "f: DICT_TYPE_CONVERT")]
    public void An_object_within_is_read(string json, bool there, params string[] errors)
    {
        var form = Read(json);
        Assert.Equal(there, form.Object("f") is not null);
        AssertErrors(form, errors);
    }

    [Fact]
    public void What_was_sent_is_told_from_what_was_not_and_from_null()
    {
        var form = Read("""{"null":null,"value":0,"same":1,"same":2}""");
        Assert.Equal((true, true), (form.Has("null"), form.IsNull("null")));
        Assert.Equal((true, false), (form.Has("value"), form.IsNull("value")));
        Assert.Equal((false, false), (form.Has("absent"), form.IsNull("absent")));
        Assert.Equal(2, form.Int("same"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"x\"")]
    public void What_is_no_object_is_an_error_of_the_whole_and_reads_as_empty(string json)
    {
        var form = Read(json);
        Assert.Null(form.String("f"));
        Assert.Null(form.Object("f"));
        Assert.False(form.Has("f"));
        AssertErrors(form, ": DICT_TYPE_CONVERT");
    }

    [Fact]
    public void A_query_is_read_like_a_body()
    {
        var form = Form.OfQuery(new QueryCollection(new Dictionary<string, StringValues>
        {
            ["number"] = "50", ["truth"] = "1", ["text"] = "a b", ["id"] = "175928847299117063", ["many"] = new(["first", "second"]), ["bad"] = "x", ["empty"] = "",
        }));

        Assert.Equal((50, true, "a b", 175928847299117063UL, "first", ""), (form.Int("number", 1, 100), form.Bool("truth"), form.String("text"), form.Id("id")?.Value, form.String("many"), form.String("empty")));
        Assert.Null(form.Int("absent"));
        AssertErrors(form);
        Assert.Null(form.Int("bad"));
        Assert.Null(form.Id("empty"));
        AssertErrors(form, "bad: NUMBER_TYPE_COERCE", "empty: NUMBER_TYPE_COERCE");
    }

    [Fact]
    public void A_long_value_is_not_repeated_whole()
    {
        var form = Read(JsonSerializer.Serialize(new { f = new string('x', 10_000) }));
        form.Int("f");

        Assert.InRange(form.Error!.Errors!.Leaves[0].Message.Length, 64, 120);
    }

    [Fact]
    public void The_refusal_is_Invalid_Form_Body()
    {
        var form = Read("{}");
        Assert.Null(form.Error);
        form.Fail("f", "CODE", "words");

        Assert.Equal((400, 50035, "Invalid Form Body"), (form.Error!.Status, form.Error.Code, form.Error.Message));
    }

    private static Form Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Form.OfObject(document.RootElement.Clone());
    }

    private static void AssertErrors(Form form, params string[] errors) =>
        Assert.Equal(errors, form.Error?.Errors!.Leaves.Select(leaf => $"{leaf.Path}: {leaf.Code}") ?? []);
}
