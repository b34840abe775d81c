using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stages;

/// <summary>A stage channel where somebody is on stage: what it is about.</summary>
/// <remarks>Source: Discord docs, Resources, Stage Instance.</remarks>
[GuildObject("stage_instance", ListedAs = "stage_instances")]
internal sealed record StageInstance : IGuildObject
{
    /// <summary>Who may open, change and close a stage: its moderators.</summary>
    public const Permissions Moderator = Permissions.ManageChannels | Permissions.MuteMembers | Permissions.MoveMembers;

    public required Snowflake Id { get; init; }
    public required Snowflake GuildId { get; init; }
    public required Snowflake ChannelId { get; init; }
    /// <summary>1 to 120 characters.</summary>
    public required string Topic { get; init; }
    /// <summary>1 public (of old), 2 for the guild's members. Either is seen by those who see the channel.</summary>
    public int PrivacyLevel { get; init; } = 2;
    public bool DiscoverableDisabled { get; init; }
    /// <summary>The event that takes place on it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? GuildScheduledEventId { get; init; }

    Snowflake? IGuildObject.VisibleIn => ChannelId;

    object? IGuildObject.Wire => ForGateway;

    /// <summary>Events leave out what REST shows as null.</summary>
    [JsonIgnore]
    public object ForGateway => GuildScheduledEventId is not null ? this : new { id = Id, guild_id = GuildId, channel_id = ChannelId, topic = Topic, privacy_level = PrivacyLevel, discoverable_disabled = DiscoverableDisabled };

    /// <summary>What an audit log entry tells of; the channel is among its options.</summary>
    [JsonIgnore] public object Audited => new { topic = Topic, privacy_level = PrivacyLevel };

    public static StageInstance? In(GuildState state, Snowflake channelId) => state.Objects.All<StageInstance>().FirstOrDefault(stage => stage.ChannelId == channelId);
}
