using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>What somebody wants to change of a thread, and whether they may.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Modify Channel", "Thread".</remarks>
internal sealed class ThreadForm
{
    private readonly Form _form;
    private readonly string? _name;
    private readonly bool? _archived;
    private readonly bool? _locked;
    private readonly bool? _invitable;
    private readonly int? _autoArchive;
    private readonly int? _slowmode;
    private readonly int? _flags;
    private readonly IReadOnlyList<Snowflake>? _tags;

    public ThreadForm(Form form)
    {
        _form = form;
        _name = form.String("name", 1, ChannelNames.MaxLength)?.Trim();
        _archived = form.Bool("archived");
        _locked = form.Bool("locked");
        _invitable = form.Bool("invitable");
        _autoArchive = form.Choice("auto_archive_duration", 60, 1440, 4320, 10_080);
        _slowmode = form.Int("rate_limit_per_user", 0, 21_600, nullable: true);
        _flags = form.Int("flags");
        _tags = form.Ids("applied_tags", ForumTags.MaxApplied)?.Distinct().ToList();
        if (_name?.Length == 0)
            form.Fail("name", "BASE_TYPE_REQUIRED", "This field is required");
        if (_flags is { } flags && (flags & ~ThreadChannel.Pinned) != 0)
            form.Fail("flags", "BASE_TYPE_CHOICES", "A flag cannot be set on this type of channel.");
    }

    /// <summary>The thread as it shall be; whether that may be, <see cref="Refuse"/> says.</summary>
    /// <param name="archivedAt">The time of an archiving; called for none else.</param>
    public ThreadChannel Apply(ThreadChannel old, DateTimeOffset now, Func<Timestamp> archivedAt)
    {
        var metadata = old.ThreadMetadata;
        var archived = _archived ?? metadata.Archived;
        var flags = archived ? old.Flags & ~ThreadChannel.Pinned : _flags ?? old.Flags;
        return old with
        {
            Name = _name ?? old.Name,
            RateLimitPerUser = _form.Has("rate_limit_per_user") ? _slowmode ?? 0 : old.RateLimitPerUser,
            Flags = flags,
            AppliedTags = old.AppliedTags is { } tags && _tags is not null && !tags.SequenceEqual(_tags) ? _tags : old.AppliedTags,
            ThreadMetadata = metadata with
            {
                Archived = archived,
                ArchiveTimestamp = archived == metadata.Archived ? metadata.ArchiveTimestamp : archived ? archivedAt() : Timestamp.From(now),
                Locked = _locked ?? metadata.Locked,
                Invitable = old.IsPrivate ? _invitable ?? metadata.Invitable : null,
                AutoArchiveDuration = _autoArchive ?? metadata.AutoArchiveDuration,
            },
        };
    }

    /// <summary>Whether the caller may change what the form changes.</summary>
    /// <param name="held">What they hold in the thread.</param>
    /// <returns>Null when they may, else 50013, 160005, 50083, 30047, 10087 or the refusal of a tag.</returns>
    public ApiError? Refuse(GuildState state, GuildThread thread, Snowflake callerId, Permissions held)
    {
        var channel = thread.Channel;
        var moderates = held.Has(Permissions.ManageThreads);
        var owns = channel.OwnerId == callerId;
        var opens = thread.IsArchived && _archived == false;
        if (!moderates)
        {
            if (channel.ThreadMetadata.Locked && (opens || _locked == false))
                return ApiError.ThreadLocked;
            if ((_locked ?? channel.ThreadMetadata.Locked) != channel.ThreadMetadata.Locked || _slowmode is { } seconds && seconds != channel.RateLimitPerUser || (_flags ?? channel.Flags) != channel.Flags)
                return ApiError.MissingPermissions;
            // Whoever may write in it may open it by writing, and so by this; everything else is for its starter.
            var changes = _name is not null || _invitable is not null || _autoArchive is not null || _tags is not null || _archived == true;
            if (!owns && (changes || !opens || !held.Has(Permissions.SendMessages)))
                return ApiError.MissingPermissions;
        }

        var touches = _name is not null || _invitable is not null || _autoArchive is not null || _tags is not null || _slowmode is not null || _flags is not null;
        if (thread.IsArchived && !opens && touches)
            return ApiError.ThreadArchived;
        if (opens && ThreadChanges.RefuseAnother(state, channel.Type) is { } full)
            return full;
        var parent = state.Channels[thread.ParentId];
        if (_flags is { } flags && (flags & ThreadChannel.Pinned) != 0 && !channel.IsPinned)
        {
            if (!parent.Type.IsForum())
                return ApiError.ChannelType;
            if (state.Threads.Values.Any(other => other.ParentId == thread.ParentId && other.Channel.IsPinned))
                return ApiError.MaximumPinnedThreads;
        }

        return _tags is null ? null : ForumTags.Refuse(parent, channel.AppliedTags ?? [], _tags, moderates, isNew: false);
    }
}
