using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Profiles;

/// <summary>What somebody writes about themselves: everywhere, or in the guild that it names.</summary>
internal sealed record ProfileBody(string Bio, string Pronouns,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Banner,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? AccentColor)
{
    public Snowflake? GuildId { get; init; }

    public static ProfileBody Of(Account account) => new(account.Bio, account.Pronouns, account.Banner, account.AccentColor);

    public static ProfileBody Of(Snowflake guildId, GuildProfile profile) => new(profile.Bio, profile.Pronouns, null, profile.AccentColor) { GuildId = guildId };
}

/// <summary>The answer of GET /users/{user_id}/profile.</summary>
internal sealed record ProfileAnswer(User User, ProfileBody UserProfile)
{
    public IReadOnlyList<object> Badges => [];
    public IReadOnlyList<object> GuildBadges => [];
    public IReadOnlyList<object> ConnectedAccounts => [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? PremiumType { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? PremiumSince => null;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? PremiumGuildSince => null;
    public IReadOnlyList<MutualGuild>? MutualGuilds { get; init; }
    public IReadOnlyList<User>? MutualFriends { get; init; }
    public int? MutualFriendsCount { get; init; }
    public Member? GuildMember { get; init; }
    public ProfileBody? GuildMemberProfile { get; init; }
}
