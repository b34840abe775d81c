using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Stickers;

/// <summary>PATCH /guilds/{guild_id}/stickers/{sticker_id}: another name, description, tags.</summary>
/// <remarks>Source: Discord docs, Resources, Sticker, "Modify Guild Sticker". Needs CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for others'. Fires GUILD_STICKERS_UPDATE.</remarks>
internal sealed class UpdateGuildSticker(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_sticker", "/guilds/{guild_id}/stickers/{sticker_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.UpdateAsync<GuildSticker>(request, request.Id("sticker_id"), (form, old, _) =>
    {
        var (name, description, tags) = GuildSticker.Read(form, isNew: false);
        return old with { Name = name ?? old.Name, Description = form.Has("description") ? description : old.Description, Tags = tags ?? old.Tags };
    });
}
