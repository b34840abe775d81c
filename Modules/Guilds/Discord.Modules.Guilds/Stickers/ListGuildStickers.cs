using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>GET /guilds/{guild_id}/stickers: all of them, for every member.</summary>
internal sealed class ListGuildStickers(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Get("list_guild_stickers", "/guilds/{guild_id}/stickers");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var all = await shelf.ListAsync<GuildSticker>(request);
        return all.Error is { } refused ? refused : Reply.Ok(all.Value);
    }
}
