using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>GET /guilds/{guild_id}/stickers/{sticker_id}: one of them, for every member.</summary>
internal sealed class GetGuildSticker(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Get("get_guild_sticker", "/guilds/{guild_id}/stickers/{sticker_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.GetAsync<GuildSticker>(request, request.Id("sticker_id"));
}
