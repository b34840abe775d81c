using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Crossposts;

internal static class CrosspostChanges
{
    /// <summary>Notes in the unit of an edit or a deletion that copies of the message follow it, if there are any.</summary>
    public static WriteUnit Note(WriteUnit unit, ChannelAccess access, StoredMessage message) => message.Flags.HasFlag(MessageFlags.Crossposted) && access.GuildId is { } guild
        ? unit.Publish(new CrosspostChanged(guild, access.ChannelId, message.Id, IsNew: false))
        : unit;
}
