using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>PATCH /guilds/{guild_id}/soundboard-sounds/{sound_id}: another name, volume, emoji.</summary>
/// <remarks>Source: Discord docs, Resources, Soundboard, "Modify Guild Soundboard Sound". Needs CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for others'. Fires GUILD_SOUNDBOARD_SOUND_UPDATE.</remarks>
internal sealed class UpdateGuildSoundboardSound(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_soundboard_sound", "/guilds/{guild_id}/soundboard-sounds/{sound_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.UpdateAsync<GuildSound>(request, request.Id("sound_id"), (form, old, state) => old.Apply(form, state));
}
