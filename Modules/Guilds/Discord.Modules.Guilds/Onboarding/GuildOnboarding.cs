using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>What newcomers see and are asked. A guild has one.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Guild Onboarding Object".</remarks>
[GuildObject("onboarding")]
internal sealed record GuildOnboarding : IGuildObject
{
    // An enabled onboarding needs so many default channels, and so many where everybody may write.
    private const int MinChannels = 7;
    private const int MinWritable = 5;

    public required Snowflake Id { get; init; }
    public IReadOnlyList<OnboardingPrompt> Prompts { get; init; } = [];
    public IReadOnlyList<Snowflake> DefaultChannelIds { get; init; } = [];
    public bool Enabled { get; init; }
    /// <summary>0: only default channels count for <see cref="IsComplete"/>; 1: those of the questions too.</summary>
    public int Mode { get; init; }

    public static GuildOnboarding Of(GuildState state) => state.Objects.Find<GuildOnboarding>(state.Id) ?? new GuildOnboarding { Id = state.Id };

    /// <summary>The published GuildOnboardingResponse. Roles and channels that were deleted since are left out.</summary>
    public object ToWire(GuildState state) => new
    {
        guild_id = Id,
        prompts = Prompts.Select(prompt => prompt with
        {
            Options = [.. prompt.Options.Select(option => option with { RoleIds = [.. option.RoleIds.Where(state.Roles.ContainsKey)], ChannelIds = [.. option.ChannelIds.Where(state.Channels.ContainsKey)] })],
        }),
        default_channel_ids = DefaultChannelIds.Where(state.Channels.ContainsKey),
        enabled = Enabled,
        mode = Mode,
    };

    /// <summary>Whether it may be enabled: enough channels that everybody sees, and enough of them where everybody may write.</summary>
    public bool IsComplete(GuildState state)
    {
        var counted = DefaultChannelIds.Concat(Mode == 0 ? [] : Prompts.Where(prompt => prompt.InOnboarding).SelectMany(prompt => prompt.Options).SelectMany(option => option.ChannelIds)).Distinct();
        var held = counted.Select(id => state.InChannel(id, default, [])).Where(permissions => permissions.Has(Permissions.ViewChannel)).ToList();
        return held.Count >= MinChannels && held.Count(permissions => permissions.Has(Permissions.SendMessages)) >= MinWritable;
    }
}

/// <summary>A question.</summary>
/// <param name="InOnboarding">Asked of newcomers; others are found in the guild's settings of a member.</param>
/// <param name="Type">0 buttons, 1 a list.</param>
internal sealed record OnboardingPrompt(Snowflake Id, string Title, IReadOnlyList<OnboardingOption> Options, bool SingleSelect, bool Required, bool InOnboarding, int Type);

/// <summary>An answer, and the roles and channels that come with it.</summary>
internal sealed record OnboardingOption(Snowflake Id, string Title, string Description, OptionEmoji Emoji, IReadOnlyList<Snowflake> RoleIds, IReadOnlyList<Snowflake> ChannelIds);

/// <remarks>Source: the published SettingsEmojiResponse.</remarks>
internal sealed record OptionEmoji([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Snowflake? Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name, bool Animated);
