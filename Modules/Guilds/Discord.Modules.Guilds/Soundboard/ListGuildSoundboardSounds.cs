using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Expressions;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>GET /guilds/{guild_id}/soundboard-sounds: all of them, for every member.</summary>
internal sealed class ListGuildSoundboardSounds(ExpressionShelf shelf) : IEndpoint
{
    public Route Route => Route.Get("list_guild_soundboard_sounds", "/guilds/{guild_id}/soundboard-sounds");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var all = await shelf.ListAsync<GuildSound>(request);
        return all.Error is { } refused ? refused : Reply.Ok(new { items = all.Value });
    }
}
