using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>DELETE /guilds/{guild_id}/soundboard-sounds/{sound_id}.</summary>
/// <remarks>Source: Discord docs, Resources, Soundboard. Needs CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for others'. Fires GUILD_SOUNDBOARD_SOUND_DELETE.</remarks>
internal sealed class DeleteGuildSoundboardSound(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_soundboard_sound", "/guilds/{guild_id}/soundboard-sounds/{sound_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.DeleteAsync<GuildSound>(request, request.Id("sound_id"));
}
