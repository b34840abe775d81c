using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>GET /sticker-packs/{pack_id}: none of them is known, for there are none.</summary>
internal sealed class GetStickerPack : IEndpoint
{
    public Route Route => Route.Get("get_sticker_pack", "/sticker-packs/{pack_id}") with { Access = Access.Anyone };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult<Reply>(ApiError.UnknownStickerPack);
}
