using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>The fields of a rule as creating and editing read them.</summary>
/// <remarks>Source: Discord docs, Resources, Auto Moderation, "Create Auto Moderation Rule", "Trigger Metadata", "Action Metadata".</remarks>
internal sealed class RuleForm
{
    private const int MaxName = 100;
    private const int MaxKeywords = 1000;
    private const int MaxKeywordLength = 60;
    private const int MaxPatterns = 10;
    private const int MaxPatternLength = 260;
    private const int MaxAllowed = 100;
    private const int MaxAllowedOfPresets = 1000;
    private const int MaxMentions = 50;
    private const int UsualMentions = 20;
    private const int MaxActions = 5;
    private const int MaxExemptRoles = 20;
    private const int MaxExemptChannels = 50;
    private const int MaxTimeoutSeconds = 2_419_200;

    private readonly Form _form;
    private readonly string? _name;
    private readonly int? _event;
    private readonly bool? _enabled;
    private readonly TriggerMetadata? _metadata;
    private readonly IReadOnlyList<Form>? _actionForms;
    private readonly IReadOnlyList<RuleAction>? _actions;
    private readonly IReadOnlyList<Snowflake>? _exemptRoles;
    private readonly IReadOnlyList<Snowflake>? _exemptChannels;

    /// <param name="old">The rule to change; null: a new one.</param>
    public RuleForm(Form form, AutoModerationRule? old)
    {
        _form = form;
        _name = form.String("name", 1, MaxName, required: old is null)?.Trim();
        if (_name is { Length: 0 })
            form.Fail("name", "BASE_TYPE_REQUIRED", "This field is required");
        Trigger = old?.TriggerType ?? (RuleTrigger)(form.Choice("trigger_type", 1, 3, 4, 5, 6) ?? 0);
        if (Trigger == 0 && !form.Has("trigger_type"))
            form.Fail("trigger_type", "BASE_TYPE_REQUIRED", "This field is required");
        _event = form.Choice("event_type", 1, 2);
        if (old is null && !form.Has("event_type"))
            form.Fail("event_type", "BASE_TYPE_REQUIRED", "This field is required");
        if (_event is { } wanted && Trigger != 0 && wanted == (int)RuleEvent.MemberUpdate != (Trigger == RuleTrigger.MemberProfile))
            form.Fail("event_type", "AUTO_MODERATION_INVALID_EVENT_TYPE", "The event does not go with the trigger.");
        _enabled = form.Bool("enabled");
        _metadata = Trigger == 0 ? null : ReadMetadata(form.IsNull("trigger_metadata") ? null : form.Object("trigger_metadata"), old);
        _actionForms = form.IsNull("actions") ? null : form.Items("actions", MaxActions);
        _actions = _actionForms?.Select(ReadAction).ToList();
        if (_actions is null or { Count: 0 } && (old is null || form.Has("actions")))
            form.Fail("actions", "BASE_TYPE_REQUIRED", "This field is required");
        _exemptRoles = ReadIds("exempt_roles", MaxExemptRoles);
        _exemptChannels = ReadIds("exempt_channels", MaxExemptChannels);
    }

    public RuleTrigger Trigger { get; }

    /// <summary>Whether the caller asks for a timeout: that needs MODERATE_MEMBERS.</summary>
    public bool TimesOut => _actions?.Any(action => action.Type == RuleActions.Timeout) == true;

    /// <summary>Reports roles and channels that are none of the guild's. Those that the rule has already may stay.</summary>
    public void CheckFor(GuildState state, AutoModerationRule? old)
    {
        foreach (var (id, i) in (_exemptRoles ?? []).Select((id, i) => (id, i)).Where(pair => !state.Roles.ContainsKey(pair.id) && old?.ExemptRoles.Contains(pair.id) != true))
            _form.Fail($"exempt_roles.{i}", "ROLE_INVALID", $"Unknown role {id}.");
        foreach (var (id, i) in (_exemptChannels ?? []).Select((id, i) => (id, i)).Where(pair => !state.Channels.ContainsKey(pair.id) && old?.ExemptChannels.Contains(pair.id) != true))
            _form.Fail($"exempt_channels.{i}", "CHANNEL_INVALID", $"Unknown channel {id}.");
        for (var i = 0; i < (_actions?.Count ?? 0); i++)
        {
            if (_actions![i].Metadata.ChannelId is { } alert && !(state.Channels.TryGetValue(alert, out var channel) && channel.Type.TakesMessages()))
                _form.Fail($"actions.{i}.metadata.channel_id", "CHANNEL_INVALID", "The channel is not one of this guild, or takes no messages.");
        }
    }

    public AutoModerationRule Apply(AutoModerationRule rule) => rule with
    {
        Name = _name ?? rule.Name,
        EventType = (RuleEvent?)_event ?? rule.EventType,
        TriggerMetadata = _metadata ?? rule.TriggerMetadata,
        Actions = _actions ?? rule.Actions,
        Enabled = _enabled ?? rule.Enabled,
        ExemptRoles = _exemptRoles ?? rule.ExemptRoles,
        ExemptChannels = _exemptChannels ?? rule.ExemptChannels,
    };

    public AutoModerationRule Make(Snowflake id, Snowflake guildId, Snowflake creatorId) => Apply(new AutoModerationRule
    {
        Id = id,
        GuildId = guildId,
        CreatorId = creatorId,
        Name = _name!,
        EventType = (RuleEvent)_event!.Value,
        TriggerType = Trigger,
        TriggerMetadata = _metadata!,
        Actions = _actions!,
    });

    // Fields that are not sent stay as they are.
    private TriggerMetadata? ReadMetadata(Form? form, AutoModerationRule? old)
    {
        if (form is null && old is not null)
            return null;
        var known = old?.TriggerMetadata ?? new TriggerMetadata();
        switch (Trigger)
        {
            case RuleTrigger.Spam:
                return known;
            case RuleTrigger.MentionSpam:
                return new TriggerMetadata
                {
                    MentionTotalLimit = form?.Int("mention_total_limit", 0, MaxMentions) ?? known.MentionTotalLimit ?? UsualMentions,
                    MentionRaidProtectionEnabled = form?.Bool("mention_raid_protection_enabled") ?? known.MentionRaidProtectionEnabled ?? false,
                };
            case RuleTrigger.KeywordPreset:
                var presets = form is null ? null : ReadPresets(form) ?? known.Presets;
                if (presets is null)
                    _form.Fail("trigger_metadata.presets", "BASE_TYPE_REQUIRED", "This field is required");
                return new TriggerMetadata { Presets = presets, AllowList = ReadTexts(form, "allow_list", MaxAllowedOfPresets, MaxKeywordLength) ?? known.AllowList ?? [] };
            default:
                var metadata = new TriggerMetadata
                {
                    KeywordFilter = ReadTexts(form, "keyword_filter", MaxKeywords, MaxKeywordLength) ?? known.KeywordFilter ?? [],
                    RegexPatterns = ReadTexts(form, "regex_patterns", MaxPatterns, MaxPatternLength) ?? known.RegexPatterns ?? [],
                    AllowList = ReadTexts(form, "allow_list", MaxAllowed, MaxKeywordLength) ?? known.AllowList ?? [],
                };
                Check(form, "keyword_filter", metadata.KeywordFilter, TextMatcher.IsKeyword, "BASE_TYPE_REQUIRED", "A keyword needs more than asterisks.");
                Check(form, "allow_list", metadata.AllowList, TextMatcher.IsKeyword, "BASE_TYPE_REQUIRED", "A keyword needs more than asterisks.");
                Check(form, "regex_patterns", metadata.RegexPatterns, pattern => TextMatcher.Compile(pattern) is not null, "AUTO_MODERATION_INVALID_REGEX", "Not a pattern, or one that cannot be matched in linear time.");
                if (metadata.KeywordFilter.Count + metadata.RegexPatterns.Count == 0 && _form.Error is null)
                    _form.Fail("trigger_metadata", "BASE_TYPE_REQUIRED", "keyword_filter or regex_patterns is required.");
                return metadata;
        }
    }

    private static void Check(Form? form, string name, IReadOnlyList<string> texts, Func<string, bool> isValid, string code, string message)
    {
        if (form?.Has(name) != true)
            return;
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length > 0 && !isValid(texts[i]))
                form.Fail($"{name}.{i}", code, message);
        }
    }

    private static IReadOnlyList<int>? ReadPresets(Form form)
    {
        if ((form.IsNull("presets") ? null : form.List("presets", Presets.Count)) is not { } listed)
            return null;
        var presets = new List<int>();
        for (var i = 0; i < listed.Count; i++)
        {
            if (listed[i].ValueKind == JsonValueKind.Number && listed[i].TryGetInt32(out var preset) && preset is >= 1 and <= Presets.Count)
                presets.Add(preset);
            else
                form.Fail($"presets.{i}", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3}.");
        }

        return [.. presets.Distinct()];
    }

    // What is wrong is reported and read as "".
    private static List<string>? ReadTexts(Form? form, string name, int max, int maxLength)
    {
        if (form is null || form.IsNull(name) || form.List(name, max) is not { } listed)
            return null;
        var texts = new List<string>();
        for (var i = 0; i < listed.Count; i++)
        {
            var text = listed[i].ValueKind == JsonValueKind.String ? listed[i].GetString()! : null;
            if (text is null)
                form.Fail($"{name}.{i}", "STRING_TYPE_CONVERT", "Could not interpret as string.");
            else if (text.Length is 0 || text.Length > maxLength)
                form.Fail($"{name}.{i}", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {maxLength} in length.");
            texts.Add(text is null || text.Length > maxLength ? "" : text);
        }

        return texts;
    }

    private RuleAction ReadAction(Form form)
    {
        var type = form.Int("type", required: true) ?? 0;
        var allowed = Trigger switch
        {
            RuleTrigger.MemberProfile => type is RuleActions.Alert or RuleActions.BlockInteraction,
            RuleTrigger.Keyword or RuleTrigger.MentionSpam => type is RuleActions.BlockMessage or RuleActions.Alert or RuleActions.Timeout,
            _ => type is RuleActions.BlockMessage or RuleActions.Alert,
        };
        if (form.Has("type") && !allowed)
            form.Fail("type", "AUTO_MODERATION_INVALID_ACTION_TYPE", "The action does not go with the trigger.");
        var metadata = form.IsNull("metadata") ? null : form.Object("metadata");
        if (metadata is null && type is RuleActions.Alert or RuleActions.Timeout)
            form.Fail("metadata", "BASE_TYPE_REQUIRED", "This field is required");
        return new RuleAction(type)
        {
            Metadata = new RuleActionMetadata
            {
                ChannelId = type == RuleActions.Alert ? metadata?.Id("channel_id", required: true) : null,
                DurationSeconds = type == RuleActions.Timeout ? metadata?.Int("duration_seconds", 0, MaxTimeoutSeconds, required: true) : null,
                CustomMessage = type == RuleActions.BlockMessage && metadata?.String("custom_message", 0, 300, nullable: true) is { Length: > 0 } words ? words : null,
            },
        };
    }

    private List<Snowflake>? ReadIds(string name, int max) => _form.IsNull(name) ? [] : _form.Ids(name, max)?.Distinct().ToList();
}
