using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Emojis;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>The fields that creating and editing a guild channel share. Fields that a channel's type lacks are not looked at.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Modify Channel"; the limits are those of protocol.md 2.6.</remarks>
internal sealed class ChannelForm
{
    /// <summary>Source: Discord docs, Resources, Guild, "Create Guild Channel".</summary>
    public const int MaxChannelsOfCategory = 50;

    private const int MaxTopic = 1024;
    private const int MaxForumTopic = 4096;
    private const int MaxVoiceUsers = 99;
    private const int MaxStageUsers = 10_000;
    private const int MaxTags = 20;
    private const int HideMediaDownloads = 1 << 15;

    // Bits in a second, by the guild's level of boosts.
    private static readonly int[] s_bitrates = [96_000, 128_000, 256_000, 384_000];

    private readonly Form _form;
    private readonly string? _name;
    private readonly string? _topic;
    private readonly bool? _nsfw;
    private readonly int? _slowmode;
    private readonly int? _bitrate;
    private readonly int? _userLimit;
    private readonly int? _position;
    private readonly string? _region;
    private readonly int? _videoQuality;
    private readonly int? _autoArchive;
    private readonly int? _threadSlowmode;
    private readonly int? _flags;
    private readonly IReadOnlyList<RequestedTag>? _tags;
    private readonly DefaultReaction? _reaction;
    private readonly int? _sortOrder;
    private readonly int? _layout;

    public ChannelForm(Form form, bool creating)
    {
        _form = form;
        _name = form.String("name", 1, ChannelNames.MaxLength, required: creating);
        _topic = form.String("topic", 0, MaxForumTopic, nullable: true);
        _nsfw = form.Bool("nsfw");
        _slowmode = form.Int("rate_limit_per_user", 0, 21_600, nullable: true);
        _bitrate = form.Int("bitrate", 8_000);
        _userLimit = form.Int("user_limit", 0, MaxStageUsers, nullable: true);
        _position = form.Int("position", 0);
        _region = form.String("rtc_region", 1, 100, nullable: true);
        _videoQuality = form.Choice("video_quality_mode", 1, 2);
        _autoArchive = form.Choice("default_auto_archive_duration", 60, 1440, 4320, 10_080);
        _threadSlowmode = form.Int("default_thread_rate_limit_per_user", 0, 21_600);
        _flags = form.Int("flags");
        _sortOrder = form.Choice("default_sort_order", 0, 1);
        _layout = form.Choice("default_forum_layout", 0, 1, 2);
        _tags = form.Items("available_tags", MaxTags)?.Select(RequestedTag.Read).ToList();
        if (_tags?.Select(tag => tag.Id).OfType<Snowflake>() is { } named && named.Distinct().Count() != named.Count())
            form.Fail("available_tags", "BASE_TYPE_CHOICES", "An id can be that of one tag only.");
        _reaction = form.Object("default_reaction_emoji") is { } reaction ? ReadReaction(reaction) : null;
        Parent = form.Id("parent_id", nullable: true);
        WantedOverwrites = Overwrites.Read(form);
    }

    /// <summary>The category asked for; look at <see cref="MovesParent"/> for whether null was asked for.</summary>
    public Snowflake? Parent { get; }

    public bool MovesParent => _form.Has("parent_id");

    public IReadOnlyList<RequestedOverwrite>? WantedOverwrites { get; }

    /// <summary>Reports what the channel's type does not allow, and a region that is none.</summary>
    /// <param name="regions">Where voice is served from.</param>
    /// <param name="before">The channel that is changed: what it has already it may keep.</param>
    public void CheckFor(ChannelType type, IReadOnlyCollection<string> regions, Channel? before = null)
    {
        if (_name is not null && ChannelNames.Normalize(_name, type).Length == 0)
            _form.Fail("name", "BASE_TYPE_REQUIRED", "This field is required");
        if (_topic?.Length > MaxTopic && !type.IsForum())
            _form.Fail("topic", "BASE_TYPE_BAD_LENGTH", $"Must be between 0 and {MaxTopic} in length.");
        if (type == ChannelType.GuildVoice && _userLimit > MaxVoiceUsers)
            _form.Fail("user_limit", "NUMBER_TYPE_MAX", $"int value should be less than or equal to {MaxVoiceUsers}.");
        if (type.IsVoice() && _region is not null && _region != before?.RtcRegion && !regions.Contains(_region))
            _form.Fail("rtc_region", "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", regions)}}}.");
        var settable = type == ChannelType.GuildMedia ? Channel.RequireTag | HideMediaDownloads : type.IsForum() ? Channel.RequireTag : 0;
        if (_flags is { } flags && (flags & ~settable) != 0)
            _form.Fail("flags", "BASE_TYPE_CHOICES", "A flag cannot be set on this type of channel.");
    }

    /// <returns>40061 for two tags of one name, or null.</returns>
    public ApiError? RefuseTags() => _tags is null || _tags.DistinctBy(tag => tag.Name).Count() == _tags.Count ? null : ApiError.TagNamesNotUnique;

    /// <summary>Reports a parent that is no category of the guild, or a full one, a bitrate beyond the guild's level of boosts, and emojis that the guild does not have.</summary>
    /// <returns>The category, or null for none.</returns>
    public Channel? CheckParent(GuildState state, Channel? self, ChannelType type)
    {
        CheckEmojis(state.Objects);
        if (_bitrate > s_bitrates[state.Settings.PremiumTier])
            _form.Fail("bitrate", "NUMBER_TYPE_MAX", $"int value should be less than or equal to {s_bitrates[state.Settings.PremiumTier]}.");
        if (Parent is not { } id)
            return null;
        if (!state.Channels.TryGetValue(id, out var parent))
            _form.Fail("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist");
        else if (parent.Type != ChannelType.GuildCategory)
            _form.Fail("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category");
        else if (type == ChannelType.GuildCategory)
            _form.Fail("parent_id", "CHANNEL_PARENT_INVALID_PARENT", "Categories cannot have a parent category");
        else if (self?.ParentId != id && state.Channels.Values.Count(channel => channel.ParentId == id) >= MaxChannelsOfCategory)
            _form.Fail("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", $"Maximum number of channels in category reached ({MaxChannelsOfCategory})");
        else
            return parent;
        return null;
    }

    /// <summary>The channel with the fields that were sent; overwrites and the parent are the caller's to set.</summary>
    public Channel Apply(Channel channel, SnowflakeGenerator ids)
    {
        var type = channel.Type;
        channel = channel with
        {
            Name = _name is null ? channel.Name : ChannelNames.Normalize(_name, type),
            Position = _position ?? channel.Position,
        };
        if (type == ChannelType.GuildCategory)
            return channel;

        channel = channel with
        {
            Nsfw = _nsfw ?? channel.Nsfw ?? false,
            RateLimitPerUser = _form.Has("rate_limit_per_user") ? _slowmode ?? 0 : channel.RateLimitPerUser ?? 0,
            DefaultAutoArchiveDuration = _form.Has("default_auto_archive_duration") ? _autoArchive : channel.DefaultAutoArchiveDuration,
        };
        if (type.IsVoice())
        {
            return channel with
            {
                Bitrate = _bitrate ?? channel.Bitrate ?? 64_000,
                UserLimit = _form.Has("user_limit") ? _userLimit ?? 0 : channel.UserLimit ?? 0,
                RtcRegion = _form.Has("rtc_region") ? _region : channel.RtcRegion,
                VideoQualityMode = _videoQuality ?? channel.VideoQualityMode,
            };
        }

        channel = channel with
        {
            Topic = !_form.Has("topic") ? channel.Topic : string.IsNullOrEmpty(_topic) ? null : _topic,
            DefaultThreadRateLimitPerUser = _threadSlowmode ?? channel.DefaultThreadRateLimitPerUser,
        };
        if (!type.IsForum())
            return channel;
        return channel with
        {
            Flags = _flags ?? channel.Flags,
            AvailableTags = _tags is null ? channel.AvailableTags ?? [] : [.. _tags.Select(tag => tag.Apply(channel.AvailableTags ?? [], ids))],
            DefaultReactionEmoji = _form.Has("default_reaction_emoji") ? _reaction : channel.DefaultReactionEmoji,
            DefaultSortOrder = _form.Has("default_sort_order") ? _sortOrder : channel.DefaultSortOrder,
            DefaultForumLayout = _layout ?? channel.DefaultForumLayout ?? 0,
        };
    }

    /// <summary>Reports emojis of tags and of the default reaction that are none of the guild's.</summary>
    public void CheckEmojis(GuildObjects objects)
    {
        var tags = _tags ?? [];
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i].Emoji.EmojiId is { } id && objects.Find<GuildEmoji>(id) is null)
                _form.Fail($"available_tags.{i}.emoji_id", "EMOJI_INVALID", "Unknown Emoji");
        }

        if (_reaction?.EmojiId is { } reaction && objects.Find<GuildEmoji>(reaction) is null)
            _form.Fail("default_reaction_emoji.emoji_id", "EMOJI_INVALID", "Unknown Emoji");
    }

    // Either an emoji of the guild, or a Unicode one by its name.
    private static DefaultReaction ReadReaction(Form form)
    {
        var (id, name) = (form.Id("emoji_id", nullable: true), form.String("emoji_name", 0, 100, nullable: true));
        return id is null ? new DefaultReaction { EmojiName = name } : new DefaultReaction { EmojiId = id };
    }

    private sealed record RequestedTag(Snowflake? Id, string Name, bool Moderated, DefaultReaction Emoji)
    {
        public static RequestedTag Read(Form form) =>
            new(form.Id("id", nullable: true), form.String("name", 1, 20, required: true) ?? "", form.Bool("moderated") ?? false, ReadReaction(form));

        // An id that the channel does not have is not taken over: ids are made here.
        public ForumTag Apply(IReadOnlyList<ForumTag> known, SnowflakeGenerator ids) =>
            new(known.FirstOrDefault(tag => tag.Id == Id)?.Id ?? ids.Next(), Name, Moderated) { EmojiId = Emoji.EmojiId, EmojiName = Emoji.EmojiName };
    }
}
