using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>A guild's emoji by its id.</summary>
/// <returns>Null: unknown, of a guild that the user is not in, or for roles that they have none of.</returns>
public sealed record FindEmoji(Snowflake UserId, Snowflake EmojiId) : IRequest<FoundEmoji?>;

/// <param name="GuildId">Whose it is: elsewhere it is external.</param>
public sealed record FoundEmoji(Emoji Emoji, Snowflake GuildId);

/// <summary>A guild's sticker by its id.</summary>
/// <returns>Null: unknown, or of a guild that the user is not in.</returns>
public sealed record FindSticker(Snowflake UserId, Snowflake StickerId) : IRequest<FoundSticker?>;

/// <param name="GuildId">Whose it is: elsewhere it is external.</param>
public sealed record FoundSticker(StickerItem Item, Snowflake GuildId);

/// <summary>A sound of a guild's soundboard.</summary>
/// <returns>Null: unknown, or of a guild that the user is not in.</returns>
public sealed record FindSound(Snowflake UserId, Snowflake GuildId, Snowflake SoundId) : IRequest<FoundSound?>;

/// <param name="Volume">0 to 1.</param>
/// <param name="Emoji">What is shown with it; null: nothing.</param>
public sealed record FoundSound(Snowflake Id, double Volume, Emoji? Emoji);

/// <summary>The soundboards of guilds, for op 31: of those that the user is in.</summary>
public sealed record GetSoundboards(Snowflake UserId, IReadOnlyList<Snowflake> GuildIds) : IRequest<IReadOnlyDictionary<Snowflake, IReadOnlyList<object>>>;

/// <param name="Emojis">All of them, as they are now.</param>
public sealed record GuildEmojisUpdated(Snowflake GuildId, IReadOnlyList<object> Emojis) : GatewayEvent
{
    public override string Name => "GUILD_EMOJIS_UPDATE";
    public override Intents Intents => Intents.GuildExpressions;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId, emojis = Emojis };
}

/// <param name="Stickers">All of them, as they are now.</param>
public sealed record GuildStickersUpdated(Snowflake GuildId, IReadOnlyList<object> Stickers) : GatewayEvent
{
    public override string Name => "GUILD_STICKERS_UPDATE";
    public override Intents Intents => Intents.GuildExpressions;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { guild_id = GuildId, stickers = Stickers };
}

public sealed record GuildSoundboardSoundCreated(Snowflake GuildId, object Sound) : GatewayEvent
{
    public override string Name => "GUILD_SOUNDBOARD_SOUND_CREATE";
    public override Intents Intents => Intents.GuildExpressions;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => Sound;
}

public sealed record GuildSoundboardSoundUpdated(Snowflake GuildId, object Sound) : GatewayEvent
{
    public override string Name => "GUILD_SOUNDBOARD_SOUND_UPDATE";
    public override Intents Intents => Intents.GuildExpressions;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => Sound;
}

public sealed record GuildSoundboardSoundDeleted(Snowflake GuildId, Snowflake SoundId) : GatewayEvent
{
    public override string Name => "GUILD_SOUNDBOARD_SOUND_DELETE";
    public override Intents Intents => Intents.GuildExpressions;
    public override Audience Audience => Audience.Guild(GuildId);
    public override object Data => new { sound_id = SoundId, guild_id = GuildId };
}
