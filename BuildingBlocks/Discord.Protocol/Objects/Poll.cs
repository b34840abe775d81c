namespace Discord.Protocol;

/// <summary>A question with answers to vote for, in a message.</summary>
/// <remarks>Source: Discord docs, Resources, Poll.</remarks>
public sealed record Poll
{
    public required PollMedia Question { get; init; }
    public required IReadOnlyList<PollAnswer> Answers { get; init; }
    /// <summary>Until when votes are taken.</summary>
    public required Timestamp Expiry { get; init; }
    public bool AllowMultiselect { get; init; }
    public int LayoutType { get; init; } = 1;
    public PollResults Results { get; init; } = new([], false);

    public bool HasEnded(DateTimeOffset now) => Results.IsFinalized || Expiry.Time <= now;
}

/// <param name="Text">A question's 1 to 300 characters, an answer's 1 to 55.</param>
public sealed record PollMedia(string Text, Emoji? Emoji);

/// <param name="AnswerId">Counts from 1.</param>
public sealed record PollAnswer(int AnswerId, PollMedia PollMedia);

/// <param name="IsFinalized">The poll has ended, and these are the final numbers.</param>
public sealed record PollResults(IReadOnlyList<PollAnswerCount> AnswerCounts, bool IsFinalized);

/// <param name="Id">The answer.</param>
/// <param name="MeVoted">Whether the one who asks voted for it.</param>
public sealed record PollAnswerCount(int Id, int Count, bool MeVoted);
