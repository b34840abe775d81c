using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Calls;

/// <summary>Who is out of a group is out of its call.</summary>
internal sealed partial class GroupDepartures(VoiceChanges changes, ILogger<GroupDepartures> logger) : ICommitProjection
{
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        if (e is DirectMessageClosed { Channel: { Type: ChannelType.GroupDm } group } closed)
            unit.Then(() => _ = LeaveAsync(group.Id, closed.UserId));
    }

    // On a turn of its own: the one of the departure is still held.
    private async Task LeaveAsync(Snowflake channelId, Snowflake userId)
    {
        try
        {
            await changes.LeaveAsync(channelId, userId, _ => true, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(logger, e, userId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{UserId} left a group and could not be taken out of its call")]
    private static partial void LogFailed(ILogger logger, Exception e, Snowflake userId);
}
