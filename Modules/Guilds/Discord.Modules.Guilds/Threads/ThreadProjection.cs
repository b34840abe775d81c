using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Threads;

/// <summary>Stores a thread in the commit that starts it, and counts its messages in the commits that store them: one statement more for a message in a thread, none elsewhere.</summary>
internal sealed class ThreadProjection(GuildHomes homes) : ICommitProjection
{
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        switch (e)
        {
            case ThreadStarted { Thread: var thread }:
                ThreadStore.Insert(ThreadStore.Insert(unit, thread), thread.Member!);
                break;
            case MessageCreated { Message: { ChannelType: { } type, GuildId: { } guildId } message } when type.IsThread():
                // What the thread was started with is not counted.
                var counted = message.Id == message.ChannelId || message.Type == MessageType.ThreadStarterMessage ? 0 : 1;
                ThreadStore.CountMessage(unit, message.ChannelId, message.Id, counted).Then(() => FindMarks(guildId, message.ChannelId)?.Count(counted));
                break;
            case MessageDeleted { GuildId: { } guildId } deleted when IsThread(guildId, deleted.ChannelId):
                CountDeleted(unit, guildId, deleted.ChannelId, [deleted.Id]);
                break;
            case MessagesDeleted { GuildId: { } guildId } deleted when IsThread(guildId, deleted.ChannelId):
                CountDeleted(unit, guildId, deleted.ChannelId, deleted.Ids);
                break;
            case ChannelPinsUpdated { GuildId: { } guildId } pins when IsThread(guildId, pins.ChannelId):
                ThreadStore.SetLastPin(unit, pins.ChannelId, pins.LastPin);
                break;
        }
    }

    private void CountDeleted(WriteUnit unit, Snowflake guildId, Snowflake threadId, IReadOnlyList<Snowflake> ids)
    {
        var count = ids.Count(id => id != threadId);
        ThreadStore.CountDeleted(unit, threadId, count).Then(() => FindMarks(guildId, threadId)?.Count(-count));
    }

    // Whoever writes in a channel has loaded its guild.
    private bool IsThread(Snowflake guildId, Snowflake channelId) => homes.FindLoaded(guildId)?.State?.HasChannel(channelId) == false;

    private Marks? FindMarks(Snowflake guildId, Snowflake threadId) => homes.FindLoaded(guildId)?.Marks.GetValueOrDefault(threadId);
}
