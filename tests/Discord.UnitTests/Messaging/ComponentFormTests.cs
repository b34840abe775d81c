using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Messaging.Components;
using Discord.Modules.Messaging.Messages;
using Xunit;

namespace Discord.UnitTests.Messaging;

public sealed class ComponentFormTests
{
    private const string Button = """{"type":2,"style":1,"label":"Press","custom_id":"press"}""";

    [Fact]
    public void What_every_answer_has_is_filled_in_and_what_nobody_knows_is_left_out()
    {
        Assert.Equal(
            """{"type":1,"components":[{"type":3,"custom_id":"pick","min_values":1,"max_values":1,"options":[{"label":"One","value":"1"}],"id":2}],"id":1}""",
            Read("""{"type":1,"components":[{"type":3,"custom_id":"pick","placeholder":null,"extra":1,"options":[{"label":"One","value":"1","emoji":null}]}]}"""));
        Assert.Equal("""{"type":14,"spacing":1,"divider":true,"id":1}""", Read("""{"type":14}""", 1 << 15));
        Assert.Equal("""{"type":17,"accent_color":null,"spoiler":false,"components":[{"type":10,"content":"text","id":2}],"id":1}""", Read("""{"type":17,"components":[{"type":10,"content":"text"}]}""", 1 << 15));
        Assert.Equal(
            """{"type":12,"items":[{"media":{"id":"0","url":"https://example.org/a.png","proxy_url":"https://example.org/a.png"},"description":null,"spoiler":false}],"id":1}""",
            Read("""{"type":12,"items":[{"media":{"url":"https://example.org/a.png"}}]}""", 1 << 15));
    }

    [Fact]
    public void Missing_ids_are_the_next_numbers_that_are_free() =>
        Assert.Equal(
            """{"type":1,"id":2,"components":[{"type":2,"style":1,"label":"Press","custom_id":"press","id":1},{"type":2,"style":5,"label":"Open","url":"https://example.org/","id":3}]}""",
            Read($$"""{"type":1,"id":2,"components":[{{Button}},{"type":2,"style":5,"label":"Open","url":"https://example.org/"}]}"""));

    [Theory]
    [InlineData("""{"type":1,"components":[]}""", "components.0.components: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"type":1}""", "components.0.components: BASE_TYPE_REQUIRED")]
    [InlineData("""{"type":2,"style":1,"label":"x","custom_id":"x"}""", "components.0.type: UNION_TYPE_CHOICES")]
    [InlineData("""{"type":1,"components":[{"type":10,"content":"x"}]}""", "components.0.components.0.type: UNION_TYPE_CHOICES")]
    [InlineData("""{"type":1,"components":[{"type":2,"style":1,"label":"x"}]}""", "components.0.components.0.custom_id: BASE_TYPE_REQUIRED")]
    [InlineData("""{"type":1,"components":[{"type":2,"style":7,"label":"x","custom_id":"x"}]}""", "components.0.components.0.style: BASE_TYPE_CHOICES")]
    [InlineData("""{"type":1,"components":[{"type":2,"style":1,"custom_id":"x"}]}""", "components.0.components.0.label: BASE_TYPE_REQUIRED")]
    [InlineData("""{"type":1,"components":[{"type":2,"style":5,"label":"x","url":"javascript:alert(1)"}]}""", "components.0.components.0.url: URL_TYPE_INVALID_SCHEME")]
    [InlineData("""{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"x"},{"type":2,"style":1,"label":"x","custom_id":"x"}]}""", "components.0.components.1.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED")]
    [InlineData("""{"type":1,"id":1,"components":[{"type":2,"id":1,"style":1,"label":"x","custom_id":"x"}]}""", "components.0.components.0.id: COMPONENT_ID_DUPLICATED")]
    [InlineData("""{"type":1,"components":[{"type":3,"custom_id":"x","options":[]}]}""", "components.0.components.0.options: BASE_TYPE_BAD_LENGTH")]
    [InlineData("""{"type":1,"components":[{"type":3,"custom_id":"x","options":[{"label":"a","value":"a"},{"label":"b","value":"a"}]}]}""", "components.0.components.0.options.1.value: SELECT_COMPONENT_OPTION_VALUE_DUPLICATED")]
    [InlineData("""{"type":1,"components":[{"type":5,"custom_id":"x","min_values":2}]}""", "components.0.components.0.min_values: NUMBER_TYPE_MAX")]
    [InlineData("""{"type":1,"components":[{"type":5,"custom_id":"x","max_values":26}]}""", "components.0.components.0.max_values: NUMBER_TYPE_MAX")]
    [InlineData("""{"type":1,"components":[{"type":5,"custom_id":"x"},{"type":6,"custom_id":"y"}]}""", "components.0.components: COMPONENT_LAYOUT_WIDTH_EXCEEDED")]
    [InlineData("""{"type":10,"content":"without the flag"}""", "components.0.type: UNION_TYPE_CHOICES")]
    [InlineData("""5""", "components.0: DICT_TYPE_CONVERT")]
    public void A_wrong_component_is_named(string component, string error) => Assert.Equal([error], Errors($"[{component}]"));

    [Theory]
    [InlineData(80, 100, 25, null)]
    [InlineData(81, 100, 25, "components.0.components.0.label: BASE_TYPE_MAX_LENGTH")]
    [InlineData(80, 101, 25, "components.0.components.0.custom_id: BASE_TYPE_BAD_LENGTH")]
    [InlineData(80, 100, 26, "components.1.components.0.options: BASE_TYPE_MAX_LENGTH")]
    public void Texts_and_lists_have_limits(int label, int id, int options, string? error)
    {
        var list = string.Join(',', Enumerable.Range(0, options).Select(number => $$$"""{"label":"o","value":"{{{number}}}"}"""));
        var components = $$$"""[{"type":1,"components":[{"type":2,"style":1,"label":"{{{new string('l', label)}}}","custom_id":"{{{new string('c', id)}}}"}]},{"type":1,"components":[{"type":3,"custom_id":"x","options":[{{{list}}}]}]}]""";

        Assert.Equal(error is null ? [] : [error], Errors(components));
    }

    [Theory]
    [InlineData(5, 0, true)]
    [InlineData(6, 0, false)]
    [InlineData(20, 1 << 15, true)]
    [InlineData(21, 1 << 15, false)]
    public void Five_rows_without_the_flag_and_forty_components_with_it(int rows, int flags, bool taken)
    {
        var components = string.Join(',', Enumerable.Range(0, rows).Select(row => $$$"""{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"{{{row}}}"}]}"""));

        Assert.Equal(taken ? [] : [flags == 0 ? "components: BASE_TYPE_BAD_LENGTH" : "components: BASE_TYPE_MAX_LENGTH"], Errors($"[{components}]", flags));
    }

    [Fact]
    public void With_the_flag_there_is_nothing_else_in_the_message()
    {
        var form = Form("""{"flags":32768,"content":"text","embeds":[{"title":"x"}],"poll":{"question":{"text":"?"},"answers":[{"poll_media":{"text":"!"}}]},"components":[{"type":10,"content":"x"}]}""");
        MessageBody.ReadNew(form);

        Assert.Equal(["content", "embeds", "poll"], form.Error!.Errors!.Leaves.Select(leaf => leaf.Path));
        Assert.All(form.Error.Errors.Leaves, leaf => Assert.Equal("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", leaf.Code));
        var empty = Form("""{"flags":32768,"content":"","embeds":[],"poll":null,"components":[{"type":10,"content":"x"}]}""");
        MessageBody.ReadNew(empty);
        Assert.Null(empty.Error);
    }

    [Theory]
    [InlineData("""{"url":"javascript:alert(1)"}""", "embeds.0.url")]
    [InlineData("""{"url":"attachment://a.png"}""", "embeds.0.url")]
    [InlineData("""{"title":"x","image":{"url":"data:text/html,x"}}""", "embeds.0.image.url")]
    [InlineData("""{"title":"x","thumbnail":{"url":"nowhere"}}""", "embeds.0.thumbnail.url")]
    [InlineData("""{"author":{"name":"x","url":"file:///etc/passwd"}}""", "embeds.0.author.url")]
    [InlineData("""{"footer":{"text":"x","icon_url":"vbscript:x"}}""", "embeds.0.footer.icon_url")]
    [InlineData("""{"url":"https://example.org/","title":"x","image":{"url":"attachment://a.png"},"author":{"name":"x","icon_url":null},"footer":{"text":"x"}}""", null)]
    public void Links_lead_to_the_web_or_to_the_messages_own_files(string embed, string? wrong)
    {
        var form = Form($$"""{"embeds":[{{embed}}]}""");
        MessageBody.ReadNew(form);

        Assert.Equal(wrong is null ? [] : [wrong], form.Error?.Errors!.Leaves.Select(leaf => leaf.Path) ?? []);
    }

    private static string Read(string component, int flags = 0)
    {
        var form = Form($$"""{"flags":{{flags}},"components":[{{component}}]}""");
        var body = MessageBody.ReadNew(form);
        Assert.Null(form.Error);
        return Assert.Single(body.Components!).GetRawText();
    }

    private static IEnumerable<string> Errors(string components, int flags = 0)
    {
        var form = Form($$"""{"flags":{{flags}},"components":{{components}}}""");
        MessageBody.ReadNew(form);
        return form.Error?.Errors!.Leaves.Select(leaf => $"{leaf.Path}: {leaf.Code}") ?? [];
    }

    private static Form Form(string json) => Discord.BuildingBlocks.Api.Form.OfObject(JsonDocument.Parse(json).RootElement);
}
