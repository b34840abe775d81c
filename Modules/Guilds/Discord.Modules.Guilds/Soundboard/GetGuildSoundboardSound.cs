using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>GET /guilds/{guild_id}/soundboard-sounds/{sound_id}: one of them, for every member.</summary>
internal sealed class GetGuildSoundboardSound(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Get("get_guild_soundboard_sound", "/guilds/{guild_id}/soundboard-sounds/{sound_id}");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => shelf.GetAsync<GuildSound>(request, request.Id("sound_id"));
}
