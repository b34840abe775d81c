using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>DELETE /guilds/{guild_id}/stickers/{sticker_id}: messages that show it keep its name.</summary>
/// <remarks>Source: Discord docs, Resources, Sticker. Needs CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for others'. Fires GUILD_STICKERS_UPDATE.</remarks>
internal sealed class DeleteGuildSticker(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_sticker", "/guilds/{guild_id}/stickers/{sticker_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.DeleteAsync<GuildSticker>(request, request.Id("sticker_id"));
}
