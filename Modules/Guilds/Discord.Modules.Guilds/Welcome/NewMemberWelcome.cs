using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Onboarding;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Welcome;

/// <summary>The guide for new members: a greeting, first things to do, channels worth reading. A guild has one.</summary>
/// <remarks>Source: the published GuildHomeSettingsResponse.</remarks>
[GuildObject("new_member_welcome")]
internal sealed record NewMemberWelcome : IGuildObject
{
    [JsonPropertyName("guild_id")] public required Snowflake Id { get; init; }
    public bool Enabled { get; init; }
    public WelcomeMessage? WelcomeMessage { get; init; }
    public IReadOnlyList<NewMemberAction> NewMemberActions { get; init; } = [];
    public IReadOnlyList<ResourceChannel> ResourceChannels { get; init; } = [];

    public NewMemberWelcome ToWire(GuildState state) => this with
    {
        NewMemberActions = [.. NewMemberActions.Where(action => state.Channels.ContainsKey(action.ChannelId))],
        ResourceChannels = [.. ResourceChannels.Where(resource => state.Channels.ContainsKey(resource.ChannelId))],
    };
}

/// <param name="AuthorIds">Who greets.</param>
/// <param name="Message">At most 300 characters.</param>
internal sealed record WelcomeMessage(IReadOnlyList<Snowflake> AuthorIds, string Message);

/// <param name="ActionType">0 look at the channel, 1 write there.</param>
/// <param name="Title">At most 60 characters.</param>
/// <param name="Description">At most 200 characters.</param>
internal sealed record NewMemberAction(Snowflake ChannelId, int ActionType, string Title, string Description, OptionEmoji? Emoji);

/// <param name="Title">At most 60 characters.</param>
/// <param name="Description">At most 200 characters.</param>
internal sealed record ResourceChannel(Snowflake ChannelId, string Title, string Description, OptionEmoji? Emoji);
