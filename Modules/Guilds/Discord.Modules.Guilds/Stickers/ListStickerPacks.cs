using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>GET /sticker-packs: stickers that everybody has. This instance comes with none.</summary>
internal sealed class ListStickerPacks : IEndpoint
{
    public Route Route => Route.Get("list_sticker_packs", "/sticker-packs") with { Access = Access.Anyone };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Ok(new { sticker_packs = Array.Empty<object>() }));
}
