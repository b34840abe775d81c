using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>Who somebody is, as everybody may see it.</summary>
/// <remarks>Source: Discord docs, Resources, User. New-style accounts have the discriminator "0".</remarks>
public record User
{
    public required Snowflake Id { get; init; }
    public required string Username { get; init; }
    public string Discriminator { get; init; } = "0";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? GlobalName { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Avatar { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Banner { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? AccentColor { get; init; }
    /// <summary>Present only when true.</summary>
    public bool? Bot { get; init; }
    /// <summary>Present only when true: the instance's own account.</summary>
    public bool? System { get; init; }
    public int PublicFlags { get; init; }
    public int Flags { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public object? AvatarDecorationData { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public object? PrimaryGuild { get; init; }

    [JsonIgnore] public bool IsBot => Bot == true;

    /// <summary>Stands for an account that is gone: what it wrote stays.</summary>
    public static User Deleted(Snowflake id) => new() { Id = id, Username = "Deleted User", Discriminator = "0000" };
}
