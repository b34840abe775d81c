using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>What the audit log says of a thread: the fields for which the published log has a key, side by side.</summary>
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
        thread.RateLimitPerUser,
        thread.Flags,
    };
}
