using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Voice.Calls;

/// <summary>Who is out of a group is out of its call, and is not called into it.</summary>
internal sealed class GroupDepartures(VoiceChanges changes, RunningCalls calls) : ICommitProjection
{
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        if (e is DirectMessageClosed { Channel: { Type: ChannelType.GroupDm } group } closed)
        {
            unit.Then(() => changes.Start(async () =>
            {
                await changes.LeaveAsync(group.Id, closed.UserId, _ => true, CancellationToken.None);
                await calls.QuietenAsync(group.Id, _ => [closed.UserId], CancellationToken.None);
            }));
        }
    }
}
