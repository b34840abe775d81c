using System.Text.Json;
using System.Text.Json.Serialization;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Templates;

/// <summary>A guild's mould, by whose code anybody can make one like it.</summary>
/// <remarks>Source: Discord docs, Resources, Guild Template; the form is that of the published GuildTemplateResponse.</remarks>
internal sealed record GuildTemplate
{
    /// <summary>Cannot be guessed: who has it may use it.</summary>
    public required string Code { get; init; }
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    /// <summary>Guilds that were made of it.</summary>
    public int UsageCount { get; init; }
    public required Snowflake CreatorId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public User? Creator { get; init; }
    public required Timestamp CreatedAt { get; init; }
    public required Timestamp UpdatedAt { get; init; }
    public required Snowflake SourceGuildId { get; init; }
    /// <summary>A <see cref="GuildSnapshot"/>.</summary>
    public required JsonElement SerializedSourceGuild { get; init; }
    /// <summary>The guild is no longer as it is here.</summary>
    public bool IsDirty { get; init; }
}
