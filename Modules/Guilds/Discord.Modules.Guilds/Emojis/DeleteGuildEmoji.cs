using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Emojis;

/// <summary>DELETE /guilds/{guild_id}/emojis/{emoji_id}: messages that show it keep its name.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji. Needs CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for others'. Fires GUILD_EMOJIS_UPDATE.</remarks>
internal sealed class DeleteGuildEmoji(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_emoji", "/guilds/{guild_id}/emojis/{emoji_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.DeleteAsync<GuildEmoji>(request, request.Id("emoji_id"));
}
