using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>Something that will take place on a stage, in a voice channel or elsewhere, once or again and again.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Scheduled Event; the form is that of the published ScheduledEventResponse.</remarks>
[GuildObject("scheduled_event", ListedAs = "guild_scheduled_events")]
internal sealed record ScheduledEvent : IGuildObject
{
    /// <summary>How long an event in a channel may be overdue before it is cancelled. Discord says "a few hours".</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(3);

    public required Snowflake Id { get; init; }
    public required Snowflake GuildId { get; init; }
    public string Name { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    /// <summary>Null when it takes place elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? ChannelId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? CreatorId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Image { get; init; }
    /// <summary>Of a series: of its present or next occurrence, as the rule has it.</summary>
    public Timestamp ScheduledStartTime { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? ScheduledEndTime { get; init; }
    /// <summary>2: for the guild's members. There is no other.</summary>
    public int PrivacyLevel { get; init; } = 2;
    public EventStatus Status { get; init; } = EventStatus.Scheduled;
    public EventEntity EntityType { get; init; }
    /// <summary>The stage instance, while there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? EntityId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public EventPlace? EntityMetadata { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public RecurrenceRule? RecurrenceRule { get; init; }
    public IReadOnlyList<EventException> GuildScheduledEventExceptions { get; init; } = [];

    // Joined on the wire; empty in the store.
    public User? Creator { get; init; }
    public int? UserCount { get; init; }

    [JsonIgnore] public bool IsOver => Status is EventStatus.Completed or EventStatus.Canceled;

    object? IGuildObject.Wire => IsOver ? null : this;

    Snowflake? IGuildObject.VisibleIn => ChannelId;

    /// <summary>What an audit log entry tells of.</summary>
    /// <remarks>Source: Discord docs, Resources, Audit Log, "Audit Log Change Key".</remarks>
    [JsonIgnore]
    public object Audited => new
    {
        name = Name, description = Description, channel_id = ChannelId, privacy_level = PrivacyLevel, status = Status, entity_type = EntityType, location = EntityMetadata?.Location, image_hash = Image, recurrence_rule = RecurrenceRule,
    };

    /// <summary>When the clock has to look at it, or null: only people move it.</summary>
    /// <remarks>Source: Discord docs, "Guild Scheduled Event Status Update Automation".</remarks>
    [JsonIgnore]
    public Timestamp? Due
    {
        get
        {
            var moved = ExceptionAt(ScheduledStartTime);
            var start = moved?.ScheduledStartTime ?? ScheduledStartTime;
            return (Status, EntityType) switch
            {
                (EventStatus.Scheduled, EventEntity.External) => start,
                (EventStatus.Scheduled, _) => Timestamp.From(start.Time + Patience),
                (EventStatus.Active, EventEntity.External) => moved?.ScheduledEndTime ?? ScheduledEndTime,
                _ => null,
            };
        }
    }

    /// <summary>What was changed of the occurrence that the rule has at a time.</summary>
    public EventException? ExceptionAt(Timestamp time) => GuildScheduledEventExceptions.FirstOrDefault(exception => exception.EventExceptionId == EventException.IdOf(time));

    /// <summary>The series at its first occurrence after a moment, cancelled ones passed over; null when there is none, or no series.</summary>
    public ScheduledEvent? At(DateTimeOffset after)
    {
        var next = RecurrenceRule?.NextAfter(after);
        while (next is { } found && ExceptionAt(found) is { IsCanceled: true })
            next = RecurrenceRule!.NextAfter(found.Time);
        return next is not { } start ? null : this with
        {
            Status = EventStatus.Scheduled,
            EntityId = null,
            ScheduledStartTime = start,
            ScheduledEndTime = ScheduledEndTime is { } end ? new Timestamp(start.UnixMilliseconds + end.UnixMilliseconds - ScheduledStartTime.UnixMilliseconds) : null,
            // Those of the past say nothing any more.
            GuildScheduledEventExceptions = [.. GuildScheduledEventExceptions.Where(exception => exception.EventExceptionId >= EventException.IdOf(Timestamp.From(after)))],
        };
    }
}

internal enum EventStatus
{
    Scheduled = 1,
    Active = 2,
    Completed = 3,
    Canceled = 4,
}

internal enum EventEntity
{
    Stage = 1,
    Voice = 2,
    External = 3,
}

/// <param name="Location">1 to 100 characters.</param>
internal sealed record EventPlace(string Location);

/// <summary>One occurrence of a series that is otherwise than the rule says.</summary>
/// <param name="EventExceptionId">Made from the time that the rule gives: see <see cref="IdOf"/>.</param>
/// <remarks>Source: the published GuildScheduledEventExceptionResponse.</remarks>
internal sealed record EventException(Snowflake EventId, Snowflake EventExceptionId, bool IsCanceled)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? ScheduledStartTime { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? ScheduledEndTime { get; init; }

    public static Snowflake IdOf(Timestamp original) => Snowflake.FirstAt(original.Time);
}
