using System.Text.Json;
using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Screening;

/// <summary>What somebody who joins has to agree to or to answer before they may do more than look. A guild has one; whether it is asked is a feature of the guild.</summary>
/// <remarks>Rules alone let in whoever agrees; any other question makes a moderator decide.</remarks>
[GuildObject("member_verification")]
internal sealed record MemberVerification : IGuildObject
{
    [JsonPropertyName("guild_id")] public required Snowflake Id { get; init; }
    /// <summary>When it was changed last: an answer names the version that it answers.</summary>
    public Timestamp Version { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    public IReadOnlyList<FormField> FormFields { get; init; } = [];

    [JsonIgnore] public bool NeedsApproval => FormFields.Any(question => question.FieldType != FormField.Terms);

    public static MemberVerification Of(GuildState state) => state.Objects.Find<MemberVerification>(state.Id) ?? new MemberVerification { Id = state.Id };
}

/// <summary>A question, and in a join request what was answered.</summary>
/// <remarks>Source: the published TermsFormFieldResponse, TextInputFormFieldResponse, ParagraphFormFieldResponse and MultipleChoiceFormFieldResponse.</remarks>
internal sealed record FormField
{
    public const string Terms = "TERMS";

    private const string TextInput = "TEXT_INPUT";
    private const string Paragraph = "PARAGRAPH";
    private const string MultipleChoice = "MULTIPLE_CHOICE";
    private const int MaxValues = 16;
    private const int MaxChoices = 8;
    private const int MaxText = 300;

    public string FieldType { get; init; } = Terms;
    public string Label { get; init; } = "";
    public string? Description { get; init; }
    public bool Required { get; init; }
    public string? Placeholder { get; init; }
    /// <summary>The rules.</summary>
    public IReadOnlyList<string>? Values { get; init; }
    public IReadOnlyList<string>? Choices { get; init; }
    /// <summary>true for rules, a text, or the number of a choice.</summary>
    public JsonElement? Response { get; init; }

    public static FormField Read(Form form)
    {
        var type = form.String("field_type", required: true);
        if (type is not (null or Terms or TextInput or Paragraph or MultipleChoice))
            form.Fail("field_type", "BASE_TYPE_CHOICES", $"Value must be one of {{{Terms}, {TextInput}, {Paragraph}, {MultipleChoice}}}.");
        return new FormField
        {
            FieldType = type ?? Terms,
            Label = form.String("label", 1, MaxText, required: true) ?? "",
            Description = form.String("description", 0, MaxText, nullable: true),
            Required = form.Bool("required") ?? true,
            Placeholder = type is TextInput or Paragraph ? form.String("placeholder", 0, MaxText, nullable: true) : null,
            Values = type == Terms ? Texts(form, "values", MaxValues) : null,
            Choices = type == MultipleChoice ? Texts(form, "choices", MaxChoices) : null,
        };
    }

    /// <summary>The question with somebody's answer.</summary>
    /// <param name="form">Holds "response"; gets an error for one that is missing or wrong.</param>
    public FormField Answer(Form form)
    {
        object? answer = FieldType switch
        {
            Terms => form.Bool("response"),
            MultipleChoice => form.Int("response", 0, Choices!.Count - 1, nullable: true),
            TextInput => form.String("response", 0, 150, nullable: true),
            _ => form.String("response", 0, 1000, nullable: true),
        };
        if (Required && answer is null or false or "" && form.Error is null)
            form.Fail("response", "BASE_TYPE_REQUIRED", "This field is required");
        return this with { Response = answer is null ? null : JsonSerializer.SerializeToElement(answer, ProtocolJson.Options) };
    }

    private static List<string> Texts(Form form, string name, int max)
    {
        var texts = new List<string>();
        var items = form.List(name, max, required: true) ?? [];
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].ValueKind == JsonValueKind.String && items[i].GetString() is { Length: > 0 and <= MaxText } text)
                texts.Add(text);
            else
                form.Fail($"{name}.{i}", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MaxText} in length.");
        }

        if (items.Count == 0 && form.Error is null)
            form.Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
        return texts;
    }
}
