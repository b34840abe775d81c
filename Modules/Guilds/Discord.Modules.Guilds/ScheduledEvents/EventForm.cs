using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>The fields that creating and editing an event share, and what an event must be to be one.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Scheduled Event, "Field Requirements By Entity Type".</remarks>
internal sealed class EventForm
{
    private const int MaxLocation = 100;
    private const string Past = "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST";

    // Far enough for everybody, and no series is looked for beyond the end of the calendar.
    private static readonly TimeSpan s_furthest = TimeSpan.FromDays(5 * 366);

    private readonly Form _form;
    private readonly string? _name;
    private readonly string? _description;
    private readonly Timestamp? _start;
    private readonly Timestamp? _end;
    private readonly EventEntity? _entity;
    private readonly Snowflake? _channel;
    private readonly string? _location;
    private readonly RecurrenceRule? _rule;

    public EventForm(Form form, bool creating)
    {
        _form = form;
        _name = form.String("name", 1, 100, required: creating)?.Trim();
        if (_name is { Length: 0 })
            form.Fail("name", "BASE_TYPE_REQUIRED", "This field is required");
        _description = form.String("description", 0, 1000, nullable: true);
        _start = form.Time("scheduled_start_time");
        _end = form.Time("scheduled_end_time", nullable: true);
        form.Choice("privacy_level", 2);
        _entity = (EventEntity?)form.Choice("entity_type", 1, 2, 3);
        _channel = form.Id("channel_id", nullable: true);
        _location = form.Object("entity_metadata")?.String("location", 0, MaxLocation)?.Trim();
        _rule = RecurrenceRule.Read(form, "recurrence_rule");
        Status = (EventStatus?)form.Choice("status", 1, 2, 3, 4);
        foreach (var field in creating ? (ReadOnlySpan<string>)["scheduled_start_time", "privacy_level", "entity_type"] : [])
        {
            if (!form.Has(field) || form.IsNull(field))
                form.Fail(field, "BASE_TYPE_REQUIRED", "This field is required");
        }
    }

    /// <summary>The status asked for.</summary>
    public EventStatus? Status { get; }

    /// <summary>The event with the fields that were sent. What it then lacks, or has too much, becomes an error of the form.</summary>
    /// <param name="old">A new one with nothing but its ids, or the one that is edited.</param>
    public ScheduledEvent Apply(ScheduledEvent old, GuildState state, DateTimeOffset now)
    {
        var entity = _entity ?? old.EntityType;
        var changed = old with
        {
            Name = _name ?? old.Name,
            Description = _form.Has("description") ? _description : old.Description,
            ScheduledStartTime = _start ?? old.ScheduledStartTime,
            ScheduledEndTime = _form.Has("scheduled_end_time") ? _end : old.ScheduledEndTime,
            EntityType = entity,
            ChannelId = _form.Has("channel_id") ? _channel : entity == EventEntity.External ? null : old.ChannelId,
            EntityMetadata = entity != EventEntity.External ? null : _location is not null ? new EventPlace(_location) : old.EntityMetadata,
        };
        // Exceptions belong to the occurrences of one rule. Lists are compared by what is in them.
        if (_form.Has("recurrence_rule") && AuditChanges.Between(old.RecurrenceRule, _rule).Count > 0)
            changed = changed with { RecurrenceRule = _rule, GuildScheduledEventExceptions = [] };
        CheckTimes(old, changed, now);
        CheckPlace(changed, state);
        if (old.Status == EventStatus.Active && (changed.EntityType, changed.ChannelId) != (old.EntityType, old.ChannelId))
            _form.Fail("entity_type", "GUILD_SCHEDULED_EVENT_ACTIVE", "An event that has started stays where it is.");
        return changed;
    }

    private void CheckTimes(ScheduledEvent old, ScheduledEvent changed, DateTimeOffset now)
    {
        var (start, end) = (changed.ScheduledStartTime, changed.ScheduledEndTime);
        if (start != old.ScheduledStartTime)
        {
            if (old.Status == EventStatus.Active)
                _form.Fail("scheduled_start_time", "GUILD_SCHEDULED_EVENT_ACTIVE", "An event that has started stays as it started.");
            else if (start.Time <= now)
                _form.Fail("scheduled_start_time", Past, "Cannot schedule event in the past.");
            else if (start.Time > now + s_furthest)
                _form.Fail("scheduled_start_time", "GUILD_SCHEDULED_EVENT_TOO_FAR", "Cannot schedule event more than five years ahead.");
        }

        if (changed.RecurrenceRule?.Start.Time > now + s_furthest)
            _form.Fail("recurrence_rule.start", "GUILD_SCHEDULED_EVENT_TOO_FAR", "Cannot schedule event more than five years ahead.");
        if (end is { } until && until.Time <= start.Time)
            _form.Fail("scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", "Cannot end an event before it starts.");
        else if (end != old.ScheduledEndTime && end?.Time <= now)
            _form.Fail("scheduled_end_time", Past, "Cannot schedule event in the past.");
    }

    private void CheckPlace(ScheduledEvent changed, GuildState state)
    {
        if (changed.EntityType == EventEntity.External)
        {
            if (changed.ChannelId is not null)
                _form.Fail("channel_id", "GUILD_SCHEDULED_EVENT_CHANNEL", "An external event has no channel.");
            if (string.IsNullOrEmpty(changed.EntityMetadata?.Location))
                _form.Fail("entity_metadata.location", "BASE_TYPE_REQUIRED", "This field is required");
            if (changed.ScheduledEndTime is null)
                _form.Fail("scheduled_end_time", "BASE_TYPE_REQUIRED", "This field is required");
        }
        else if (changed.ChannelId is not { } id)
        {
            _form.Fail("channel_id", "BASE_TYPE_REQUIRED", "This field is required");
        }
        else if (state.Channels.GetValueOrDefault(id) is { } channel && channel.Type != (changed.EntityType == EventEntity.Stage ? ChannelType.GuildStageVoice : ChannelType.GuildVoice))
        {
            _form.Fail("channel_id", "GUILD_SCHEDULED_EVENT_CHANNEL", "The channel is not of the event's type.");
        }
    }
}
