using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Soundboard;

internal sealed class GetSoundboardsHandler(GuildHomes homes) : IRequestHandler<GetSoundboards, IReadOnlyDictionary<Snowflake, IReadOnlyList<object>>>
{
    public async Task<IReadOnlyDictionary<Snowflake, IReadOnlyList<object>>> Handle(GetSoundboards request, CancellationToken cancellationToken)
    {
        var boards = new Dictionary<Snowflake, IReadOnlyList<object>>();
        foreach (var id in request.GuildIds)
        {
            var guild = await homes.ReadAsync(id, request.UserId);
            if (guild.Error is null)
                boards[id] = guild.Value.State.Objects.Listed("soundboard_sounds");
        }

        return boards;
    }
}
