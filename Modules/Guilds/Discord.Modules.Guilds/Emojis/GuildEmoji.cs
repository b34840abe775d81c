using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Expressions;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Emojis;

/// <summary>An emoji of a guild.</summary>
/// <param name="Roles">Who has none of these may not use it; empty: everybody may.</param>
/// <param name="UserId">Who made it.</param>
[GuildObject("emoji", ListedAs = "emojis")]
internal sealed record GuildEmoji(Snowflake Id, string Name, IReadOnlyList<Snowflake> Roles, bool Animated, Snowflake UserId) : IExpression<GuildEmoji>
{
    public static ImageKind File => ImageKind.Emoji;

    public static ApiError Unknown => ApiError.UnknownGuildEmoji;

    public static AuditLogEvent Made => AuditLogEvent.EmojiCreate;

    public static GatewayEvent Tell(GuildState next, GuildEmoji? old, GuildEmoji? changed) => new GuildEmojisUpdated(next.Id, next.Objects.Listed("emojis"));

    [JsonIgnore] public object Wire => ToWire(null);

    [JsonIgnore] public object Audited => new { name = Name };

    public object ToWire(User? maker) => new EmojiDetails(Id, Name, Roles, Animated) { User = maker };

    // Of lists records compare the places in memory.
    public bool Equals(GuildEmoji? other) => other is not null && (Id, Name, Animated, UserId) == (other.Id, other.Name, other.Animated, other.UserId) && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>The roles of a form, which are roles of the guild.</summary>
    /// <returns>Null: not sent.</returns>
    public static IReadOnlyList<Snowflake>? ReadRoles(Form form, GuildState state)
    {
        var roles = form.IsNull("roles") ? [] : form.Ids("roles");
        for (var i = 0; i < roles?.Count; i++)
        {
            if (!state.Roles.ContainsKey(roles[i]))
                form.Fail($"roles.{i}", "ROLE_INVALID", "Not a role of this guild.");
        }

        return roles is null ? null : [.. roles.Distinct().Order()];
    }
}
