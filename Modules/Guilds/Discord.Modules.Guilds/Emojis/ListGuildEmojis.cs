using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Emojis;

/// <summary>GET /guilds/{guild_id}/emojis: all of them, for every member.</summary>
internal sealed class ListGuildEmojis(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Get("list_guild_emojis", "/guilds/{guild_id}/emojis");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var all = await shelf.ListAsync<GuildEmoji>(request);
        return all.Error is { } refused ? refused : Reply.Ok(all.Value);
    }
}
