using System.Collections.Concurrent;
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
    // Deletions that follow each other within this time are one entry: ours, the service publishes no number.
    private static readonly TimeSpan s_together = TimeSpan.FromMinutes(5);

    // Of each guild the newest entry of a deletion.
    private readonly ConcurrentDictionary<Snowflake, Deletions> _newest = new();

    /// <summary>Somebody deleted another's message. One more of the same author's, in the same channel, by the same moderator counts the newest entry up.</summary>
    public WriteUnit Deleted(WriteUnit unit, ChannelAccess access, Snowflake moderator, Snowflake author, string? reason)
    {
        if (access.GuildId is not { } guildId || moderator == author)
            return unit;
        var now = clock.GetUtcNow();
        var known = _newest.GetValueOrDefault(guildId);
        var goesOn = known is not null && now - known.At < s_together && known.Entry.UserId == moderator && known.Entry.TargetId == author.ToString() && known.Entry.Options!.ChannelId == access.ChannelId && known.Entry.Reason == reason;
        var entry = Entry(AuditLogEvent.MessageDelete, moderator, author, reason, new AuditLogOptions { ChannelId = access.ChannelId, Count = Number(goesOn ? known!.Count + 1 : 1) });
        if (goesOn)
            entry = entry with { Id = known!.Entry.Id };
        return unit.Publish(goesOn ? new GuildAuditLogEntryCounted(guildId, entry) : new GuildAuditLogEntryCreated(guildId, entry), access.View)
            .Then(() => _newest[guildId] = new Deletions(entry, goesOn ? known!.Count + 1 : 1, now));
    }

    public WriteUnit BulkDeleted(WriteUnit unit, ChannelAccess access, Snowflake moderator, int count, string? reason) =>
        Publish(unit, access, Entry(AuditLogEvent.MessageBulkDelete, moderator, access.ChannelId, reason, new AuditLogOptions { Count = Number(count) }));

    public WriteUnit Pinned(WriteUnit unit, ChannelAccess access, Snowflake moderator, Snowflake author, Snowflake messageId, bool pinned, string? reason) =>
        Publish(unit, access, Entry(pinned ? AuditLogEvent.MessagePin : AuditLogEvent.MessageUnpin, moderator, author, reason, new AuditLogOptions { ChannelId = access.ChannelId, MessageId = messageId }));

    private static WriteUnit Publish(WriteUnit unit, ChannelAccess access, AuditLogEntry entry) =>
        access.GuildId is { } guildId ? unit.Publish(new GuildAuditLogEntryCreated(guildId, entry), access.View) : unit;

    private AuditLogEntry Entry(AuditLogEvent action, Snowflake moderator, Snowflake target, string? reason, AuditLogOptions options) =>
        new() { Id = ids.Next(), UserId = moderator, TargetId = target.ToString(), ActionType = action, Options = options, Reason = reason };

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private sealed record Deletions(AuditLogEntry Entry, int Count, DateTimeOffset At);
}
