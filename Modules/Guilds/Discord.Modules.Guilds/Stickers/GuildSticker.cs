using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Expressions;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>A sticker of a guild.</summary>
/// <param name="Tags">What the sticker is found by: an emoji's name, most often. 1 to 200 characters.</param>
/// <param name="UserId">Who made it.</param>
[GuildObject("sticker", ListedAs = "stickers")]
internal sealed record GuildSticker(Snowflake Id, Snowflake GuildId, string Name, string? Description, string Tags, StickerFormat FormatType, Snowflake UserId) : IExpression<GuildSticker>
{
    public static ImageKind File => ImageKind.Sticker;

    public static ApiError Unknown => ApiError.UnknownSticker;

    public static AuditLogEvent Made => AuditLogEvent.StickerCreate;

    public static GatewayEvent Tell(GuildState next, GuildSticker? old, GuildSticker? changed) => new GuildStickersUpdated(next.Id, next.Objects.Listed("stickers"));

    [JsonIgnore] public object Wire => ToWire(null);

    [JsonIgnore] public object Audited => ToWire(null);

    public object ToWire(User? maker) => new StickerBody(Id, Name, Tags, FormatType, GuildId) { Description = Description, User = maker };

    /// <summary>The fields that making and changing one share.</summary>
    public static (string? Name, string? Description, string? Tags) Read(Form form, bool isNew) =>
        (form.String("name", 2, 30, isNew), form.String("description", 0, 100, nullable: true) is { Length: > 0 } text ? text : null, form.String("tags", 1, 200, isNew));
}

/// <summary>The published GuildStickerResponse.</summary>
internal sealed record StickerBody(Snowflake Id, string Name, string Tags, StickerFormat FormatType, Snowflake GuildId)
{
    /// <summary>2: of a guild.</summary>
    public int Type => 2;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
    public bool Available => true;
    /// <summary>Who made it: only in answers to those who may make or manage stickers.</summary>
    public User? User { get; init; }
}
