using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Templates;

/// <summary>What a template keeps of a guild: enough for one like it. Roles and channels have small numbers for ids; @everyone is 0.</summary>
/// <remarks>Source: the published GuildTemplateSnapshotResponse. <see cref="Guilds.GuildPlan"/> reads the same form.</remarks>
internal sealed record GuildSnapshot
{
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Region { get; init; }
    public int VerificationLevel { get; init; }
    public int DefaultMessageNotifications { get; init; }
    public int ExplicitContentFilter { get; init; }
    public required string PreferredLocale { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? AfkChannelId { get; init; }
    public int AfkTimeout { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? SystemChannelId { get; init; }
    public int SystemChannelFlags { get; init; }
    public required IReadOnlyList<SnapshotRole> Roles { get; init; }
    public required IReadOnlyList<SnapshotChannel> Channels { get; init; }

    // What only communities have becomes what every guild has.
    private static ChannelType PlainType(ChannelType type) => type switch
    {
        ChannelType.GuildAnnouncement => ChannelType.GuildText,
        ChannelType.GuildStageVoice => ChannelType.GuildVoice,
        ChannelType.GuildMedia => ChannelType.GuildForum,
        _ => type,
    };

    /// <summary>Bots' roles and members' overwrites are left out: in another guild they mean nobody.</summary>
    public static GuildSnapshot Of(GuildState state)
    {
        var settings = state.Settings;
        var roles = state.SortedRoles.Where(role => !role.Managed).OrderBy(role => role.Id != state.Id).ToList();
        var roleNumbers = roles.Select((role, number) => (role.Id, new Snowflake((ulong)number))).ToDictionary();
        var channels = state.Channels.Values.Where(channel => ChannelTypes.CanBeCreatedInGuild((int)channel.Type))
            .OrderBy(channel => channel.Type != ChannelType.GuildCategory).ThenBy(channel => channel.Position).ThenBy(channel => channel.Id.Value).ToList();
        var numbers = channels.Select((channel, number) => (channel.Id, new Snowflake((ulong)number + 1))).ToDictionary();
        Snowflake? NumberOf(Snowflake? id) => id is { } known && numbers.TryGetValue(known, out var number) ? number : null;
        return new GuildSnapshot
        {
            Name = settings.Name,
            Description = settings.Description,
            VerificationLevel = settings.VerificationLevel,
            DefaultMessageNotifications = settings.DefaultMessageNotifications,
            ExplicitContentFilter = settings.ExplicitContentFilter,
            PreferredLocale = settings.PreferredLocale,
            AfkChannelId = NumberOf(settings.AfkChannelId),
            AfkTimeout = settings.AfkTimeout,
            SystemChannelId = NumberOf(settings.SystemChannelId),
            SystemChannelFlags = settings.SystemChannelFlags,
            Roles = [.. roles.Select((role, number) => new SnapshotRole(number, role.Name, role.Permissions, role.Color, role.Colors, role.Hoist, role.Mentionable) { UnicodeEmoji = role.UnicodeEmoji })],
            Channels = [.. channels.Select(channel => new SnapshotChannel
            {
                Id = (int)numbers[channel.Id].Value,
                Type = PlainType(channel.Type),
                Name = channel.Name,
                Position = channel.Position,
                Topic = channel.Topic,
                Bitrate = channel.Bitrate ?? 64_000,
                UserLimit = channel.UserLimit ?? 0,
                Nsfw = channel.Nsfw ?? false,
                RateLimitPerUser = channel.RateLimitPerUser ?? 0,
                ParentId = NumberOf(channel.ParentId),
                DefaultAutoArchiveDuration = channel.DefaultAutoArchiveDuration,
                PermissionOverwrites = [.. (channel.PermissionOverwrites ?? []).Where(overwrite => overwrite.IsRole && roleNumbers.ContainsKey(overwrite.Id)).Select(overwrite => overwrite with { Id = roleNumbers[overwrite.Id] })],
                AvailableTags = channel.AvailableTags?.Select((tag, number) => new SnapshotTag(number + 1, tag.Name, tag.Moderated) { EmojiName = tag.EmojiId is null ? tag.EmojiName : null }).ToList(),
                DefaultReactionEmoji = channel.DefaultReactionEmoji is { EmojiId: null } reaction ? reaction : null,
                DefaultThreadRateLimitPerUser = channel.DefaultThreadRateLimitPerUser,
                DefaultSortOrder = channel.DefaultSortOrder,
                DefaultForumLayout = channel.DefaultForumLayout,
            })],
        };
    }
}

/// <remarks>Source: the published GuildTemplateRoleResponse.</remarks>
internal sealed record SnapshotRole(int Id, string Name, Permissions Permissions, int Color, RoleColors Colors, bool Hoist, bool Mentionable)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? UnicodeEmoji { get; init; }
}

/// <remarks>Source: the published GuildTemplateChannelResponse.</remarks>
internal sealed record SnapshotChannel
{
    public int Id { get; init; }
    public ChannelType Type { get; init; }
    public string? Name { get; init; }
    public int? Position { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Topic { get; init; }
    public int Bitrate { get; init; }
    public int UserLimit { get; init; }
    public bool Nsfw { get; init; }
    public int RateLimitPerUser { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? ParentId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? DefaultAutoArchiveDuration { get; init; }
    public IReadOnlyList<Overwrite> PermissionOverwrites { get; init; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<SnapshotTag>? AvailableTags { get; init; }
    public string Template { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public DefaultReaction? DefaultReactionEmoji { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? DefaultThreadRateLimitPerUser { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? DefaultSortOrder { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? DefaultForumLayout { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? DefaultTagSetting { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? ThemeColor { get; init; }
}

/// <remarks>Source: the published GuildTemplateChannelTags.</remarks>
internal sealed record SnapshotTag(int Id, string Name, bool Moderated)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? EmojiId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? EmojiName { get; init; }
}
