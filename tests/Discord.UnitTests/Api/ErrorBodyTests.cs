using System.Text;
using Discord.Host.Api;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Api;

public sealed class ErrorBodyTests
{
    [Fact]
    public void A_refusal_is_its_words_and_its_code() => Assert.Equal("""{"message":"Missing Access","code":50001}""", Write(ApiError.MissingAccess));

    [Fact]
    public void Errors_are_a_tree_of_keys_and_indexes_with_lists_at_the_leaves()
    {
        var errors = new FormErrors();
        errors.Add("embeds.0.fields.12.name", "BASE_TYPE_REQUIRED", "This field is required");
        errors.Add("embeds.0.fields.12.value", "BASE_TYPE_MAX_LENGTH", "Must be 1024 or fewer in length.");
        errors.Add("embeds.3.title", "A", "a");
        errors.Add("content", "B", "b");

        Assert.Equal(
            """
            {"message":"Invalid Form Body","code":50035,"errors":{
            "embeds":{
            "0":{"fields":{"12":{"name":{"_errors":[{"code":"BASE_TYPE_REQUIRED","message":"This field is required"}]},
            "value":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 1024 or fewer in length."}]}}}},
            "3":{"title":{"_errors":[{"code":"A","message":"a"}]}}},
            "content":{"_errors":[{"code":"B","message":"b"}]}}}
            """.ReplaceLineEndings(""),
            Write(ApiError.InvalidFormBody(errors)));
    }

    [Fact]
    public void Several_errors_of_one_field_stand_in_one_list_beside_those_of_its_parts()
    {
        var errors = new FormErrors();
        errors.Add("a", "A", "1");
        errors.Add("a.b", "B", "2");
        errors.Add("a", "C", "3");

        Assert.Equal(
            """{"a":{"_errors":[{"code":"A","message":"1"},{"code":"C","message":"3"}],"b":{"_errors":[{"code":"B","message":"2"}]}}}""",
            ErrorBody.Tree(ApiError.InvalidFormBody(errors))!.ToJsonString());
    }

    [Fact]
    public void An_error_of_the_whole_body_stands_at_the_root() =>
        Assert.Equal("""{"_errors":[{"code":"A","message":"a"}]}""", ErrorBody.Tree(ApiError.InvalidField("", "A", "a"))!.ToJsonString());

    [Fact]
    public void Words_of_any_script_stay_as_they_are() =>
        Assert.Contains("\"日本 \\\"x\\\" <b>\"", Write(ApiError.InvalidField("f", "A", "日本 \"x\" <b>")), StringComparison.Ordinal);

    [Fact]
    public void A_refusal_without_fields_has_no_tree() => Assert.Null(ErrorBody.Tree(ApiError.NotFound));

    [Fact]
    public void A_limit_says_how_long_to_wait_and_whether_it_is_the_global_one()
    {
        var error = new ApiError(429, 0, "You are being rate limited.") { RetryAfter = 1.23456 };

        Assert.Equal("""{"message":"You are being rate limited.","retry_after":1.235,"global":false,"code":0}""", Write(error));
        Assert.Equal("""{"message":"You are being rate limited.","retry_after":1.235,"global":true,"code":0}""", Encoding.UTF8.GetString(ErrorBody.Write(error, global: true)));
        Assert.Equal("""{"message":"This action cannot be performed due to slowmode rate limit","retry_after":30,"global":false,"code":20016}""", Write(ApiError.Slowmode(30)));
    }

    private static string Write(ApiError error) => Encoding.UTF8.GetString(ErrorBody.Write(error));
}
