using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Emojis;
using Discord.Modules.Guilds.Expressions;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>A sound of a guild's soundboard.</summary>
/// <param name="Volume">0 to 1.</param>
/// <param name="EmojiId">An emoji of the guild, or null.</param>
/// <param name="EmojiName">The characters of a unicode emoji, or null.</param>
/// <param name="UserId">Who made it.</param>
[GuildObject("sound", ListedAs = "soundboard_sounds")]
internal sealed record GuildSound(Snowflake Id, Snowflake GuildId, string Name, double Volume, Snowflake? EmojiId, string? EmojiName, Snowflake UserId) : IExpression<GuildSound>
{
    public static ImageKind File => ImageKind.Sound;

    public static ApiError Unknown => ApiError.UnknownSound;

    public static AuditLogEvent Made => AuditLogEvent.SoundboardSoundCreate;

    public static GatewayEvent Tell(GuildState next, GuildSound? old, GuildSound? changed) => old is null ? new GuildSoundboardSoundCreated(next.Id, changed!.Wire)
        : changed is null ? new GuildSoundboardSoundDeleted(next.Id, old.Id)
        : new GuildSoundboardSoundUpdated(next.Id, changed.Wire);

    [JsonIgnore] public object Wire => ToWire(null);

    [JsonIgnore] public object Audited => ToWire(null);

    public object ToWire(User? maker) => new SoundBody(Name, Id, Volume, GuildId) { EmojiId = EmojiId, EmojiName = EmojiName, User = maker };

    /// <summary>The sound with the fields of a form. Of the two emojis there is one: the guild's own if it is given.</summary>
    public GuildSound Apply(Form form, GuildState state)
    {
        var name = form.String("name", 2, 32);
        var volume = form.Number("volume", 0, 1, nullable: true);
        var emojiId = form.Id("emoji_id", nullable: true);
        var emojiName = form.String("emoji_name", 1, 32, nullable: true);
        if (emojiId is { } id && state.Objects.Find<GuildEmoji>(id) is null)
            form.Fail("emoji_id", "EMOJI_INVALID", "Not an emoji of this guild.");
        var hasEmoji = form.Has("emoji_id") || form.Has("emoji_name");
        return this with
        {
            Name = name ?? Name,
            Volume = form.IsNull("volume") ? 1 : volume ?? Volume,
            EmojiId = hasEmoji ? emojiId : EmojiId,
            EmojiName = hasEmoji ? (emojiId is null ? emojiName : null) : EmojiName,
        };
    }
}

/// <summary>The published SoundboardSoundResponse.</summary>
internal sealed record SoundBody(string Name, Snowflake SoundId, double Volume, Snowflake GuildId)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Snowflake? EmojiId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? EmojiName { get; init; }
    public bool Available => true;
    /// <summary>Who made it: only in answers to those who may make or manage sounds.</summary>
    public User? User { get; init; }
}
