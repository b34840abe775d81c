using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.AuditLog;

/// <summary>Writes entries of the audit log into the unit of what they tell of.</summary>
internal sealed class AuditTrail(SnowflakeGenerator ids)
{
    /// <summary>Adds an entry for what the turn's member does.</summary>
    /// <param name="state">The guild as it is after the change.</param>
    /// <param name="changes">Empty: left out.</param>
    public WriteUnit Write(WriteUnit unit, GuildTurn turn, GuildState state, AuditLogEvent action, Snowflake? target, string? reason, IReadOnlyList<AuditLogChange>? changes = null, AuditLogOptions? options = null) =>
        Write(unit, state, turn.Member.UserId, action, target, reason, changes, options);

    /// <summary>The same for what somebody else, or the platform, does.</summary>
    public WriteUnit Write(WriteUnit unit, GuildState state, Snowflake? userId, AuditLogEvent action, Snowflake? target, string? reason, IReadOnlyList<AuditLogChange>? changes = null, AuditLogOptions? options = null) =>
        unit.Publish(new GuildAuditLogEntryCreated(state.Id, Entry(ids.Next(), userId, action, target, reason, changes, options)), state);

    /// <summary>An entry that somebody else publishes.</summary>
    public static AuditLogEntry Entry(Snowflake id, Snowflake? userId, AuditLogEvent action, Snowflake? target, string? reason, IReadOnlyList<AuditLogChange>? changes = null, AuditLogOptions? options = null) => new()
    {
        Id = id,
        UserId = userId,
        TargetId = target?.ToString(),
        ActionType = action,
        Changes = changes is { Count: > 0 } ? changes : null,
        Options = options,
        Reason = reason,
    };
}

/// <summary>Stores each entry in the commit that publishes it.</summary>
internal sealed class AuditLogProjection : ICommitProjection
{
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        if (e is GuildAuditLogEntryCreated entry)
            AuditLogStore.Save(unit, entry.GuildId, entry.Entry);
        else if (e is GuildAuditLogEntryCounted counted)
            AuditLogStore.Save(unit, counted.GuildId, counted.Entry);
    }
}
