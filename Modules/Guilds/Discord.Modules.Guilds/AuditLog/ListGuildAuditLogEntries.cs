using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Integrations;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.AuditLog;

/// <summary>GET /guilds/{guild_id}/audit-logs: what was done to the guild, the newest first, or with "after" alone the oldest first.</summary>
/// <remarks>Source: Discord docs, Resources, Audit Log, "Get Guild Audit Log". Needs VIEW_AUDIT_LOG.</remarks>
internal sealed class ListGuildAuditLogEntries(GuildHomes homes, AuditLogStore store, TimeProvider clock, IMediator mediator, IntegrationWire integrations) : IEndpoint
{
    public Route Route => Route.Get("list_guild_audit_log_entries", "/guilds/{guild_id}/audit-logs");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var userId = query.Id("user_id");
        var targetId = query.Id("target_id");
        var action = query.Int("action_type", 0);
        var before = query.Id("before");
        // 0 is "from the start", and not an id.
        var after = query.Long("after", 0);
        var limit = query.Int("limit", 1, 100) ?? 50;
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (_, state, _, permissions) = guild.Value;
        if (!permissions.Has(Permissions.ViewAuditLog))
            return ApiError.MissingPermissions;

        // What the sweep has not taken yet is over all the same.
        var oldest = Snowflake.FirstAt(clock.GetUtcNow() - AuditLogSweep.Kept);
        var from = after is { } given && given > oldest.Stored ? Snowflake.FromStored(given) : oldest;
        var entries = await store.ListAsync(state.Id, userId, targetId?.ToString(), action is 0 ? null : action, from, before ?? Snowflake.FromStored(long.MaxValue), oldestFirst: after is not null && before is null, limit);
        var targets = entries.Select(entry => Snowflake.TryParse(entry.TargetId, out var id) ? id : default).ToHashSet();
        var people = entries.Where(entry => IsOfUser(entry.ActionType) && entry.TargetId is not null).Select(entry => Snowflake.TryParse(entry.TargetId, out var id) ? id : default)
            .Concat(entries.Select(entry => entry.UserId).OfType<Snowflake>()).ToHashSet();
        var threads = new List<ThreadChannel>();
        foreach (var id in entries.Where(entry => entry.ActionType is >= AuditLogEvent.ThreadCreate and <= AuditLogEvent.ThreadDelete).Select(entry => Snowflake.TryParse(entry.TargetId, out var id) ? id : default).Distinct())
        {
            if (await homes.FindThreadAsync(state, id) is { } thread)
                threads.Add(state.WireOf(thread, request.UserId));
        }

        return Reply.Ok(new AuditLogBody(entries, [.. (await mediator.Send(new GetUsers(people), request.Cancelled)).Values])
        {
            Integrations = await integrations.WritePartialAsync([.. state.Objects.All<GuildIntegration>().Where(integration => targets.Contains(integration.Id))]),
            Threads = threads,
            AutoModerationRules = state.Objects.Listed("auto_moderation_rules", only: targets),
            GuildScheduledEvents = state.Objects.Listed("guild_scheduled_events", only: targets),
        });
    }

    private static bool IsOfUser(AuditLogEvent action) =>
        action is (>= AuditLogEvent.MemberKick and <= AuditLogEvent.BotAdd) or AuditLogEvent.MessageDelete or AuditLogEvent.MessagePin or AuditLogEvent.MessageUnpin
            or (>= AuditLogEvent.AutoModerationBlockMessage and <= AuditLogEvent.AutoModerationQuarantineUser);

    /// <summary>The published GuildAuditLogResponse.</summary>
    private sealed record AuditLogBody(IReadOnlyList<AuditLogEntry> AuditLogEntries, IReadOnlyList<User> Users)
    {
        public IReadOnlyList<object> Integrations { get; init; } = [];
        public IReadOnlyList<object> Webhooks { get; init; } = [];
        public IReadOnlyList<object> GuildScheduledEvents { get; init; } = [];
        public IReadOnlyList<ThreadChannel> Threads { get; init; } = [];
        public IReadOnlyList<object> ApplicationCommands { get; init; } = [];
        public IReadOnlyList<object> AutoModerationRules { get; init; } = [];
    }
}
