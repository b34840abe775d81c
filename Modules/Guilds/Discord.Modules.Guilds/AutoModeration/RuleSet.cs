using System.Runtime.CompilerServices;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>The rules of one state of a guild that are switched on. What a rule looks for is compiled once for each version of it.</summary>
internal sealed class RuleSet
{
    private static readonly RuleSet s_none = new([]);
    private static readonly ConditionalWeakTable<AutoModerationRule, ReadyRule> s_ready = [];

    private readonly ReadyRule[] _onMessage;
    private readonly ReadyRule[] _onProfile;
    private readonly bool _counts;

    private RuleSet(IReadOnlyList<ReadyRule> rules)
    {
        _onMessage = [.. rules.Where(rule => rule.Rule.EventType == RuleEvent.MessageSend)];
        _onProfile = [.. rules.Where(rule => rule.Rule.EventType == RuleEvent.MemberUpdate)];
        _counts = _onMessage.Any(rule => rule.Rule.TriggerType == RuleTrigger.Spam || rule.Rule.TriggerMetadata.MentionRaidProtectionEnabled == true);
        Quarantines = _onProfile.Any(rule => rule.Rule.Actions.Any(action => action.Type == RuleActions.BlockInteraction));
    }

    /// <summary>Whether some rule can hold a member for their name.</summary>
    public bool Quarantines { get; }

    public bool HasProfileRules => _onProfile.Length > 0;

    public static RuleSet Of(GuildObjects objects) =>
        objects.Count<AutoModerationRule>() == 0 ? s_none : new RuleSet([.. objects.All<AutoModerationRule>().Where(rule => rule.Enabled).Select(rule => s_ready.GetValue(rule, static made => new ReadyRule(made)))]);

    /// <summary>Asks about a message, on the guild's lane. Guilds without rules pay one comparison.</summary>
    /// <param name="parentId">Of a thread its channel, of a channel its category.</param>
    /// <param name="mentions">Users and roles that it names, each once.</param>
    /// <param name="recent">Null for an edit: it repeats nothing.</param>
    public Moderation? AskMessage(GuildState state, Snowflake channelId, Snowflake? parentId, MemberState author, string content, int mentions, SpamMemory? recent, TimeProvider clock)
    {
        if (_onMessage.Length == 0 || IsExempt(state, author))
            return null;
        var counted = _counts ? recent?.Note(author.UserId, clock.GetUtcNow().ToUnixTimeMilliseconds(), content, mentions) : null;
        List<(ReadyRule Rule, RuleHit Hit)>? hits = null;
        foreach (var rule in _onMessage)
        {
            if (!rule.Exempts(author, channelId, parentId) && rule.FindInMessage(content, mentions, counted) is { } hit)
                (hits ??= []).Add((rule, hit));
        }

        return hits is null ? null : Judge(state, channelId, author, content, hits);
    }

    /// <summary>Asks about a member's names.</summary>
    public Moderation? AskProfile(GuildState state, MemberState member, User user)
    {
        if (_onProfile.Length == 0 || IsExempt(state, member))
            return null;
        List<(ReadyRule Rule, RuleHit Hit)>? hits = null;
        var found = "";
        foreach (var rule in _onProfile.Where(rule => !rule.Exempts(member, null, null)))
        {
            foreach (var name in new[] { member.Nick, user.GlobalName, user.Username }.OfType<string>())
            {
                if (rule.FindInText(name) is not { } hit)
                    continue;
                (hits ??= []).Add((rule, hit));
                found = name;
                break;
            }
        }

        return hits is null ? null : Judge(state, null, member, found, hits);
    }

    // Source: Discord docs, Resources, Auto Moderation: administrators and those who may manage the guild are exempt from every rule.
    private static bool IsExempt(GuildState state, MemberState member) => (state.InGuild(member.UserId, member.Roles) & (Permissions.Administrator | Permissions.ManageGuild)) != 0;

    private static Moderation Judge(GuildState state, Snowflake? channelId, MemberState member, string content, List<(ReadyRule Rule, RuleHit Hit)> hits)
    {
        var block = hits.SelectMany(hit => hit.Rule.Rule.Actions).FirstOrDefault(action => action.Type == RuleActions.BlockMessage);
        return new Moderation(state.Id, channelId, member.UserId, content, [.. hits.Select(hit => hit.Hit)]) { Blocks = block is not null, Words = block?.Metadata.CustomMessage };
    }

    /// <summary>A rule with what it looks for.</summary>
    private sealed class ReadyRule
    {
        private readonly TextMatcher? _words;

        public ReadyRule(AutoModerationRule rule)
        {
            Rule = rule;
            var metadata = rule.TriggerMetadata;
            if (rule.TriggerType is RuleTrigger.Keyword or RuleTrigger.KeywordPreset or RuleTrigger.MemberProfile)
                _words = new TextMatcher((metadata.KeywordFilter ?? []).Concat((metadata.Presets ?? []).SelectMany(Presets.Words)), metadata.RegexPatterns ?? [], metadata.AllowList ?? []);
        }

        public AutoModerationRule Rule { get; }

        /// <param name="parentId">Threads go with their channel, channels with their category.</param>
        public bool Exempts(MemberState member, Snowflake? channelId, Snowflake? parentId) =>
            (Rule.ExemptRoles.Count > 0 && member.Roles.Any(Rule.ExemptRoles.Contains)) || (Rule.ExemptChannels.Count > 0 && Rule.ExemptChannels.Any(id => id == channelId || id == parentId));

        public RuleHit? FindInText(string text) => _words?.Find(text) is var (keyword, matched) ? new RuleHit(Rule.Id, keyword, matched) : null;

        public RuleHit? FindInMessage(string content, int mentions, SpamMemory.Recent? recent) => Rule.TriggerType switch
        {
            RuleTrigger.Spam => recent is { IsSpam: true } ? new RuleHit(Rule.Id, null, null) : null,
            RuleTrigger.MentionSpam => (Rule.TriggerMetadata.MentionRaidProtectionEnabled == true && recent is { } counted ? counted.Mentions : mentions) > Rule.TriggerMetadata.MentionTotalLimit
                ? new RuleHit(Rule.Id, null, null)
                : null,
            _ => FindInText(content),
        };
    }
}
