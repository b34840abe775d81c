using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Expressions;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>POST /guilds/{guild_id}/stickers: a new sticker from a form with its file, PNG, APNG or GIF of at most 512 KiB.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Sticker, "Create Guild Sticker". Needs CREATE_GUILD_EXPRESSIONS. Lottie is for verified and partnered
/// guilds, of which there are none here. Fires GUILD_STICKERS_UPDATE.
/// </remarks>
internal sealed class CreateGuildSticker(GuildHomes homes, ExpressionShelf shelf, IImages images, SnowflakeGenerator ids) : IEndpoint
{
    public Route Route => Route.Post("create_guild_sticker", "/guilds/{guild_id}/stickers");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        // Before any file is stored.
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } unknown)
            return unknown;
        if (!guild.Value.Permissions.Has(Permissions.CreateGuildExpressions))
            return ApiError.MissingPermissions;
        var read = await request.UploadAsync();
        if (read.Error is { } unreadable)
            return unreadable;
        using var upload = read.Value;
        var form = upload.Form;
        var (name, description, tags) = GuildSticker.Read(form, isNew: true);
        var file = upload.Files is [var first, ..] ? first : null;
        if (file is { ContentType: FileTypes.Text } && file.Filename.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return ApiError.InvalidLottie;
        using var image = images.Take(form, "file", ImageKind.Sticker, file);
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.CreateGuildExpressions, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (turn.State.Objects.Count<GuildSticker>() is var count && count >= ExpressionRules.StickerSlots.Of(turn.State))
            return ApiError.MaximumStickers(count);
        var format = file!.ContentType == FileTypes.Gif ? StickerFormat.Gif : file.IsAnimated ? StickerFormat.Apng : StickerFormat.Png;
        var sticker = new GuildSticker(ids.Next(), turn.State.Id, name!, description, tags!, format, request.UserId);
        return await shelf.CreateAsync(request, turn, sticker, image);
    }
}
