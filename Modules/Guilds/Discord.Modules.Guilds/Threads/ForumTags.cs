using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>Which tags a forum's post may carry.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Forum Tag Object": moderated tags are set and removed by MANAGE_THREADS alone; JSON errors 10087, 40066, 40067.</remarks>
internal static class ForumTags
{
    /// <summary>Most tags of one post.</summary>
    public const int MaxApplied = 5;

    /// <param name="before">The tags that the post has.</param>
    /// <param name="after">Those that it shall have.</param>
    /// <param name="moderates">Whether the caller holds MANAGE_THREADS.</param>
    /// <returns>Null when they may be set, else the refusal.</returns>
    public static ApiError? Refuse(Channel parent, IReadOnlyList<Snowflake> before, IReadOnlyList<Snowflake> after, bool moderates, bool isNew)
    {
        if (!parent.Type.IsForum())
            return after.Count == 0 ? null : ApiError.ChannelType;
        var available = parent.AvailableTags ?? [];
        // A tag that was deleted since may stay where it is.
        if (after.Except(before).Any(id => available.All(tag => tag.Id != id)))
            return ApiError.UnknownTag;
        var changed = after.Except(before).Concat(before.Except(after));
        if (!moderates && available.Any(tag => tag.Moderated && changed.Contains(tag.Id)))
            return ApiError.MissingPermissions;
        if ((parent.Flags & Channel.RequireTag) == 0 || after.Count > 0 || (!isNew && before.Count == 0))
            return null;
        return !moderates && available.All(tag => tag.Moderated) ? ApiError.NoTagForMembers : ApiError.TagRequired;
    }
}
