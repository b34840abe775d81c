using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Polls;

/// <summary>A poll as somebody wants to ask it.</summary>
/// <param name="Hours">How long it takes votes: 1 to 768.</param>
/// <remarks>Source: Discord docs, Resources, Poll, "Poll Create Request Object".</remarks>
internal sealed record PollForm(string Question, IReadOnlyList<PollMedia> Answers, int Hours, bool AllowMultiselect)
{
    private const int MaxQuestion = 300;
    private const int MaxAnswer = 55;
    public const int MaxAnswers = 10;
    private const int MaxHours = 32 * 24;
    private const int DefaultHours = 24;

    public static PollForm? Read(Form form)
    {
        if (form.Object("poll") is not { Json.ValueKind: JsonValueKind.Object } poll)
            return null;
        var question = Media(poll, "question", MaxQuestion);
        var items = poll.Items("answers", MaxAnswers);
        if (!poll.Has("answers") || poll.IsNull("answers"))
            poll.Fail("answers", "BASE_TYPE_REQUIRED", "This field is required");
        else if (items is { Count: 0 })
            poll.Fail("answers", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MaxAnswers} in length.");
        var answers = (items ?? []).Select(answer => Media(answer, "poll_media", MaxAnswer)).ToList();
        poll.Choice("layout_type", 1);
        return new PollForm(question?.Text ?? "", [.. answers.OfType<PollMedia>()], poll.Int("duration", 1, MaxHours, nullable: true) ?? DefaultHours, poll.Bool("allow_multiselect") ?? false);
    }

    /// <summary>The guilds whose emojis the answers carry; filled in when they were found.</summary>
    public IReadOnlyList<Snowflake> EmojiGuilds { get; init; } = [];

    /// <summary>The poll with the emojis of guilds as they are called there.</summary>
    /// <param name="find">A guild's emoji that the author may use anywhere, or null.</param>
    /// <returns>520004 for an emoji that is none of the author's.</returns>
    public async ValueTask<Result<PollForm>> WithEmojisAsync(Func<Snowflake, Task<FoundEmoji?>> find)
    {
        if (Answers.All(answer => answer.Emoji?.Id is null))
            return this;
        var answers = new List<PollMedia>(Answers.Count);
        var guilds = new List<Snowflake>();
        foreach (var answer in Answers)
        {
            if (answer.Emoji?.Id is not { } id)
            {
                answers.Add(answer);
                continue;
            }

            if (await find(id) is not { } found)
                return ApiError.CannotUsePollEmoji;
            answers.Add(answer with { Emoji = found.Emoji });
            guilds.Add(found.GuildId);
        }

        return this with { Answers = answers, EmojiGuilds = guilds };
    }

    /// <summary>The poll, open from now on.</summary>
    public Poll Open(DateTimeOffset now) => new()
    {
        Question = new PollMedia(Question, null),
        Answers = [.. Answers.Select((answer, i) => new PollAnswer(i + 1, answer))],
        Expiry = Timestamp.From(now.AddHours(Hours)),
        AllowMultiselect = AllowMultiselect,
    };

    private static PollMedia? Media(Form form, string name, int max)
    {
        if (form.Json.ValueKind != JsonValueKind.Object)
            return null;
        if (!form.Has(name) || form.IsNull(name))
            form.Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
        else if (form.Object(name) is { Json.ValueKind: JsonValueKind.Object } media)
            return new PollMedia(media.String("text", 1, max, required: true) ?? "", Emoji(media));
        return null;
    }

    private static Emoji? Emoji(Form media)
    {
        if (media.Object("emoji") is not { Json.ValueKind: JsonValueKind.Object } emoji)
            return null;
        var (id, name) = (emoji.Id("id", nullable: true), emoji.String("name", 0, 32, nullable: true));
        if (id is not null)
            return new Emoji(id, name);
        if (Emojis.Parse(name ?? "") is { } unicode)
            return unicode;
        emoji.Fail("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
        return null;
    }
}
