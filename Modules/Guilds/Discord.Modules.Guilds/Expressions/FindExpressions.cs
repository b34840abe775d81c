using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Emojis;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Stickers;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Expressions;

/// <summary>Finds emojis and stickers by their id alone, wherever they are, for those who may use them.</summary>
internal sealed class FindExpressions(GuildHomes homes, IImages images) : IRequestHandler<FindEmoji, FoundEmoji?>, IRequestHandler<FindSticker, FoundSticker?>
{
    public async Task<FoundEmoji?> Handle(FindEmoji request, CancellationToken cancellationToken)
    {
        if (await images.FindGuildAsync(ImageKind.Emoji, request.EmojiId) is not { } guildId)
            return null;
        var guild = await homes.ReadAsync(guildId, request.UserId);
        if (guild.Error is not null || guild.Value.State.Objects.Find<GuildEmoji>(request.EmojiId) is not { } emoji)
            return null;
        return emoji.Roles.Count == 0 || emoji.Roles.Any(guild.Value.Member.Roles.Contains)
            ? new FoundEmoji(new Emoji(emoji.Id, emoji.Name) { Animated = emoji.Animated ? true : null }, guildId)
            : null;
    }

    public async Task<FoundSticker?> Handle(FindSticker request, CancellationToken cancellationToken) =>
        await FindStickerAsync(request.StickerId) is { } sticker && (await homes.ReadAsync(sticker.GuildId, request.UserId)).Error is null
            ? new FoundSticker(new StickerItem(sticker.Id, sticker.Name, sticker.FormatType), sticker.GuildId)
            : null;

    public async ValueTask<GuildSticker?> FindStickerAsync(Snowflake id) =>
        await images.FindGuildAsync(ImageKind.Sticker, id) is { } guildId && await homes.FindAsync(guildId) is { State: { } state } ? state.Objects.Find<GuildSticker>(id) : null;
}
