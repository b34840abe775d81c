using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Emojis;

/// <summary>PATCH /guilds/{guild_id}/emojis/{emoji_id}: another name, other roles.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji, "Modify Guild Emoji". Needs CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for others'. Fires GUILD_EMOJIS_UPDATE.</remarks>
internal sealed class UpdateGuildEmoji(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_emoji", "/guilds/{guild_id}/emojis/{emoji_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.UpdateAsync<GuildEmoji>(request, request.Id("emoji_id"),
        (form, old, state) => old with { Name = EmojiNames.Read(form, required: false) ?? old.Name, Roles = GuildEmoji.ReadRoles(form, state) ?? old.Roles });
}
