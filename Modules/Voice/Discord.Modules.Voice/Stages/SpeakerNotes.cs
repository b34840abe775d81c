using Discord.BuildingBlocks;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.States;
using MediatR;

namespace Discord.Modules.Voice.Stages;

/// <summary>Has the text chat of a stage tell who speaks from now on.</summary>
internal sealed class SpeakerNotes(VoiceRosters rosters, VoiceChanges changes, IMediator mediator) : IStartup
{
    public ValueTask StartAsync(CancellationToken cancellationToken)
    {
        rosters.Changed += (before, after) =>
        {
            if (after is { GuildId: { } guildId } && Speaks(after) && before?.ChannelId == after.ChannelId && !Speaks(before))
                changes.Start(() => mediator.Send(new NoteStageSpeaker(guildId, after.ChannelId, after.UserId)));
        };
        return ValueTask.CompletedTask;
    }

    // Who is invited has yet to accept: until then the time of the invitation stands there.
    private static bool Speaks(Seat seat) => seat is { Suppress: false, RequestToSpeak: null };
}
