using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>What the audit log says of a thread: its fields side by side, as the log has them.</summary>
internal static class ThreadAudit
{
    public static IReadOnlyList<AuditLogChange> Changes(ThreadChannel? before, ThreadChannel? after) => AuditChanges.Between(Fields(before), Fields(after));

    private static object? Fields(ThreadChannel? thread) => thread is null ? null : new
    {
        thread.Name,
        thread.Type,
        thread.ThreadMetadata.Archived,
        thread.ThreadMetadata.Locked,
        thread.ThreadMetadata.AutoArchiveDuration,
        thread.ThreadMetadata.Invitable,
        thread.RateLimitPerUser,
        thread.Flags,
        thread.AppliedTags,
    };
}
