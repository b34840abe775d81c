using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Messaging.Threads;

/// <summary>A message whose thread was deleted no longer says that it has one; another can be started from it.</summary>
internal sealed class ThreadForgetting : ICommitProjection
{
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        if (e is ThreadDeleted { Thread: var thread })
            MessageStore.ClearThread(unit, thread.ParentId, thread.Id);
    }
}
