using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Emojis;

/// <summary>GET /guilds/{guild_id}/emojis/{emoji_id}: one of them, for every member.</summary>
internal sealed class GetGuildEmoji(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Get("get_guild_emoji", "/guilds/{guild_id}/emojis/{emoji_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.GetAsync<GuildEmoji>(request, request.Id("emoji_id"));
}
