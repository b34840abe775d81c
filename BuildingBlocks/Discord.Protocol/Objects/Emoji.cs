using System.Text.Json.Serialization;

namespace Discord.Protocol;

/// <summary>A unicode emoji (id null, name the characters) or one of a guild or application.</summary>
public sealed record Emoji(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Snowflake? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name)
{
    /// <summary>Null and left out when it does not move.</summary>
    public bool? Animated { get; init; }

    /// <summary>The form of paths and of the store: "name:id", "a:name:id" for one that moves, or the characters.</summary>
    [JsonIgnore] public string Key => Id is { } id ? $"{(Animated == true ? "a:" : "")}{Name}:{id}" : Name ?? "";
}

/// <summary>An emoji of a guild or application, with all that is known of it.</summary>
/// <param name="Roles">Of guilds: who has none of these may not use it; empty: everybody may.</param>
/// <remarks>Source: the published EmojiResponse.</remarks>
public sealed record EmojiDetails(Snowflake Id, string Name, IReadOnlyList<Snowflake> Roles, bool Animated)
{
    public bool RequireColons => true;
    public bool Managed => false;
    public bool Available => true;
    /// <summary>Who made it: only in answers to those who may make or manage emojis.</summary>
    public User? User { get; init; }
}
