using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>GET /stickers/{sticker_id}: any sticker by its id: who met it in a message may ask what it is.</summary>
/// <remarks>Source: Discord docs, Resources, Sticker, "Get Sticker". Who made it is not said here.</remarks>
internal sealed class GetSticker(FindExpressions expressions) : IEndpoint
{
    public Route Route => Route.Get("get_sticker", "/stickers/{sticker_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        await expressions.FindStickerAsync(request.Id("sticker_id")) is { } sticker ? Reply.Ok(sticker.ToWire(null)) : ApiError.UnknownSticker;
}
