using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A guild's own settings. Roles, channels and members are kept beside it and joined on the wire.</summary>
/// <remarks>Source: Discord docs, Resources, Guild; the required fields are those of the published GuildResponse.</remarks>
public sealed record Guild
{
    public required Snowflake Id { get; init; }
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? HomeHeader { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Splash { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? DiscoverySplash { get; init; }
    public IReadOnlyList<string> Features { get; init; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Banner { get; init; }
    public required Snowflake OwnerId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? ApplicationId { get; init; }
    public string Region { get; init; } = "deprecated";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? AfkChannelId { get; init; }
    /// <summary>Seconds: 60, 300, 900, 1800 or 3600.</summary>
    public int AfkTimeout { get; init; } = 300;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? SystemChannelId { get; init; }
    /// <summary>1 = no join messages, 2 = no boost messages, 4 = no setup tips, 8 = no join stickers.</summary>
    public int SystemChannelFlags { get; init; }
    public bool WidgetEnabled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? WidgetChannelId { get; init; }
    /// <summary>0 none, 1 verified e-mail, 2 registered for 5 minutes, 3 member for 10 minutes, 4 verified phone.</summary>
    public int VerificationLevel { get; init; }
    public int DefaultMessageNotifications { get; init; }
    public int MfaLevel { get; init; }
    public int ExplicitContentFilter { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? MaxPresences { get; init; }
    public int MaxMembers { get; init; } = 1_000_000;
    public int MaxStageVideoChannelUsers { get; init; } = 50;
    public int MaxVideoChannelUsers { get; init; } = 50;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? VanityUrlCode { get; init; }
    public int PremiumTier { get; init; }
    public int PremiumSubscriptionCount { get; init; }
    public string PreferredLocale { get; init; } = "en-US";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? RulesChannelId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? SafetyAlertsChannelId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? PublicUpdatesChannelId { get; init; }
    public bool PremiumProgressBarEnabled { get; init; }
    public bool Nsfw { get; init; }
    public int NsfwLevel { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public object? IncidentsData { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? HubType { get; init; }

    // Joined on the wire; empty in the store.
    public IReadOnlyList<Role>? Roles { get; init; }
    public IReadOnlyList<object>? Emojis { get; init; }
    public IReadOnlyList<object>? Stickers { get; init; }
    public int? ApproximateMemberCount { get; init; }
    public int? ApproximatePresenceCount { get; init; }
}

/// <summary>A role: a name, a place in the hierarchy and permission bits. Roles only allow; denying is done by overwrites.</summary>
/// <remarks>Source: Discord docs, Topics, Permissions, "Role Object". The role whose id is the guild's is @everyone.</remarks>
public sealed record Role
{
    public required Snowflake Id { get; init; }
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    public required Permissions Permissions { get; init; }
    public int Position { get; init; }
    /// <summary>RGB, 0 to 0xFFFFFF; 0 is "no colour". Always equal to <see cref="RoleColors.PrimaryColor"/>.</summary>
    public int Color { get; init; }
    public RoleColors Colors { get; init; } = new(0);
    public bool Hoist { get; init; }
    public bool Managed { get; init; }
    public bool Mentionable { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? UnicodeEmoji { get; init; }
    public RoleTags? Tags { get; init; }
    public int Flags { get; init; }
}

public sealed record RoleColors(int PrimaryColor)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? SecondaryColor { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? TertiaryColor { get; init; }
}

public sealed record RoleTags
{
    /// <summary>The bot whose managed role this is.</summary>
    public Snowflake? BotId { get; init; }
}

/// <summary>A user in a guild.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Guild Member Object". <see cref="User"/> is absent inside message events.</remarks>
public sealed record Member
{
    public User? User { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Nick { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Avatar { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Banner { get; init; }
    public IReadOnlyList<Snowflake> Roles { get; init; } = [];
    public required Timestamp JoinedAt { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? PremiumSince { get; init; }
    public bool Deaf { get; init; }
    public bool Mute { get; init; }
    public int Flags { get; init; }
    public bool Pending { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? CommunicationDisabledUntil { get; init; }
    /// <summary>Present only in GUILD_MEMBER_* dispatches.</summary>
    public Snowflake? GuildId { get; init; }
    /// <summary>Present only in member lists.</summary>
    public Presence? Presence { get; init; }
}

/// <summary>A way into a guild.</summary>
/// <remarks>Source: Discord docs, Resources, Invite; counters appear only to those who may manage the channel.</remarks>
public sealed record Invite
{
    public int Type { get; init; }
    public required string Code { get; init; }
    public InviteGuild? Guild { get; init; }
    public Snowflake? GuildId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public InviteChannel? Channel { get; init; }
    public User? Inviter { get; init; }
    /// <summary>1 a stream of <see cref="TargetUser"/>, 2 <see cref="TargetApplication"/>.</summary>
    public int? TargetType { get; init; }
    public User? TargetUser { get; init; }
    public object? TargetApplication { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? ExpiresAt { get; init; }
    public int? Uses { get; init; }
    public int? MaxUses { get; init; }
    /// <summary>Seconds, 0 to 604800; 0 = for ever.</summary>
    public int? MaxAge { get; init; }
    public bool? Temporary { get; init; }
    public Timestamp? CreatedAt { get; init; }
    public int? ApproximateMemberCount { get; init; }
    public int? ApproximatePresenceCount { get; init; }
    /// <summary>True in the answer to a join that made a new member.</summary>
    public bool? NewMember { get; init; }
    /// <summary>What is on the public stage that it leads to.</summary>
    public InviteStage? StageInstance { get; init; }
}

/// <param name="Members">Those who may speak.</param>
/// <param name="ParticipantCount">How many are there, speakers and audience.</param>
/// <remarks>Source: Discord docs, Resources, Invite, "Invite Stage Instance Object".</remarks>
public sealed record InviteStage(IReadOnlyList<Member> Members, int ParticipantCount, int SpeakerCount, string Topic);

public sealed record InviteGuild
{
    public required Snowflake Id { get; init; }
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Splash { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Banner { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
    public IReadOnlyList<string> Features { get; init; } = [];
    public int VerificationLevel { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? VanityUrlCode { get; init; }
    public int NsfwLevel { get; init; }
    public bool Nsfw { get; init; }
    public int PremiumSubscriptionCount { get; init; }
}

public sealed record InviteChannel(Snowflake Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name, int Type);
