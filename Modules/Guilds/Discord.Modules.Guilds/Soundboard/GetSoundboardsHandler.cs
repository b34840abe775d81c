using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Emojis;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Soundboard;

internal sealed class GetSoundboardsHandler(GuildHomes homes) : IRequestHandler<GetSoundboards, IReadOnlyDictionary<Snowflake, IReadOnlyList<object>>>, IRequestHandler<FindSound, FoundSound?>
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

    public async Task<FoundSound?> Handle(FindSound request, CancellationToken cancellationToken)
    {
        var guild = await homes.ReadAsync(request.GuildId, request.UserId);
        if (guild.Error is not null || guild.Value.State.Objects.Find<GuildSound>(request.SoundId) is not { } sound)
            return null;
        var own = sound.EmojiId is { } id ? guild.Value.State.Objects.Find<GuildEmoji>(id) : null;
        var emoji = own is not null ? new Emoji(own.Id, own.Name) { Animated = own.Animated ? true : null } : sound.EmojiName is { } name ? new Emoji(null, name) : null;
        return new FoundSound(sound.Id, sound.Volume, emoji);
    }
}
