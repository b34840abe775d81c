using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Voice.Calls;

/// <summary>Who is out of a group is out of its call.</summary>
internal sealed class GroupDepartures(VoiceChanges changes) : ICommitProjection
{
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        if (e is DirectMessageClosed { Channel: { Type: ChannelType.GroupDm } group } closed)
            unit.Then(() => changes.Start(() => changes.LeaveAsync(group.Id, closed.UserId, _ => true, CancellationToken.None)));
    }
}
