using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Stages;

internal sealed class NoteStageSpeakerHandler(GuildHomes homes, Database database) : IRequestHandler<NoteStageSpeaker>
{
    public async Task<Unit> Handle(NoteStageSpeaker request, CancellationToken cancellationToken)
    {
        if (homes.FindLoaded(request.GuildId)?.State is { } state && StageInstance.In(state, request.ChannelId) is not null)
            await database.CommitAsync(new WriteUnit().Publish(new SystemMessageCaused(state.Id, request.ChannelId, request.UserId, MessageType.StageSpeaker), state));
        return Unit.Value;
    }
}
