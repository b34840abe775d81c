using Discord.Modules.Voice.Contracts;
using MediatR;

namespace Discord.Modules.Voice.States;

/// <summary>A moderator moves somebody, or disconnects them; whether they may was decided before, whether there is room is looked at once more.</summary>
internal sealed class MoveVoiceStateHandler(VoiceChanges changes) : IRequestHandler<MoveVoiceState>
{
    public async Task<Unit> Handle(MoveVoiceState request, CancellationToken cancellationToken)
    {
        await changes.ChangeInGuildAsync(request.GuildId, request.UserId, (turn, roster, before) =>
        {
            if (before is null || before.ChannelId == request.ChannelId)
                return before;
            if (request.ChannelId is not { } channelId)
                return null;
            return turn.FindChannel(channelId) is { } channel && SeatRules.HasRoom(channel, request.Held, roster.CountIn(channelId)) ? VoiceChanges.Seated(turn, before, channel) : before;
        }, cancellationToken);
        return Unit.Value;
    }
}
