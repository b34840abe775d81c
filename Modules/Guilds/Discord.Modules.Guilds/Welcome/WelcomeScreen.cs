using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Welcome;

/// <summary>What those see first who come into the guild. A guild has one; whether it is shown is a feature of the guild.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Welcome Screen Object".</remarks>
[GuildObject("welcome_screen")]
internal sealed record WelcomeScreen : IGuildObject
{
    public static readonly ApiError Unknown = new(404, 10069, "Unknown Guild Welcome Screen");

    public required Snowflake Id { get; init; }
    /// <summary>At most 140 characters.</summary>
    public string? Description { get; init; }
    /// <summary>At most five.</summary>
    public IReadOnlyList<WelcomeChannel> WelcomeChannels { get; init; } = [];

    public static bool IsShown(GuildState state) => state.Settings.Features.Contains(GuildFeatures.WelcomeScreen);

    /// <summary>The published GuildWelcomeScreenResponse. Channels that were deleted since are left out.</summary>
    public Body ToWire(GuildState state) => new(Description, [.. WelcomeChannels.Where(channel => state.Channels.ContainsKey(channel.ChannelId))]);

    public sealed record Body([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Description, IReadOnlyList<WelcomeChannel> WelcomeChannels);
}

/// <param name="Description">1 to 50 characters.</param>
internal sealed record WelcomeChannel(Snowflake ChannelId, string Description)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? EmojiId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? EmojiName { get; init; }
}
