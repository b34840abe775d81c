using System.Globalization;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Messaging.AuditLog;

/// <summary>What moderators do to messages, in their guild's audit log: deletions and pins.</summary>
/// <remarks>Source: Discord docs, Resources, Audit Log, "Audit Log Events". Call on the channel's lane, with the unit of the change.</remarks>
internal sealed class MessageAudit(SnowflakeGenerator ids, TimeProvider clock)
{
    private readonly CountedEntries _deletions = new(clock);

    /// <summary>Somebody deleted another's message. One more of the same author's, in the same channel, by the same moderator counts the newest entry up.</summary>
    public WriteUnit Deleted(WriteUnit unit, ChannelAccess access, Snowflake moderator, Snowflake author, string? reason)
    {
        if (access.GuildId is not { } guildId || moderator == author)
            return unit;
        var (counted, committed) = _deletions.Count(guildId, Entry(AuditLogEvent.MessageDelete, moderator, author, reason, new AuditLogOptions { ChannelId = access.ChannelId }));
        return unit.Publish(counted, access.View).Then(committed);
    }

    public WriteUnit BulkDeleted(WriteUnit unit, ChannelAccess access, Snowflake moderator, int count, string? reason) =>
        Publish(unit, access, Entry(AuditLogEvent.MessageBulkDelete, moderator, access.ChannelId, reason, new AuditLogOptions { Count = count.ToString(CultureInfo.InvariantCulture) }));

    public WriteUnit Pinned(WriteUnit unit, ChannelAccess access, Snowflake moderator, Snowflake author, Snowflake messageId, bool pinned, string? reason) =>
        Publish(unit, access, Entry(pinned ? AuditLogEvent.MessagePin : AuditLogEvent.MessageUnpin, moderator, author, reason, new AuditLogOptions { ChannelId = access.ChannelId, MessageId = messageId }));

    private static WriteUnit Publish(WriteUnit unit, ChannelAccess access, AuditLogEntry entry) =>
        access.GuildId is { } guildId ? unit.Publish(new GuildAuditLogEntryCreated(guildId, entry), access.View) : unit;

    private AuditLogEntry Entry(AuditLogEvent action, Snowflake moderator, Snowflake target, string? reason, AuditLogOptions options) =>
        new() { Id = ids.Next(), UserId = moderator, TargetId = target.ToString(), ActionType = action, Options = options, Reason = reason };
}
