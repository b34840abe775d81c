using Discord.BuildingBlocks.Api;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>GET /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/counts: how many come, and to which of the exceptions asked for.</summary>
/// <remarks>Source: the published description: guild_scheduled_event_exception_ids, at most 10.</remarks>
internal sealed class CountGuildScheduledEventUsers(EventAccess access, EventStore store) : IEndpoint
{
    private const string ExceptionIds = "guild_scheduled_event_exception_ids";
    private const int MaxExceptions = 10;

    public Route Route => Route.Get("count_guild_scheduled_event_users", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/counts");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var asked = request.Http.Request.Query[ExceptionIds].SelectMany(value => value?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []).Distinct().ToList();
        if (asked.Count > MaxExceptions)
            return ApiError.InvalidField(ExceptionIds, "BASE_TYPE_MAX_LENGTH", $"Must be {MaxExceptions} or fewer in length.");
        var wrong = asked.Find(text => !Snowflake.TryParse(text, out _));
        if (wrong is not null)
            return ApiError.InvalidField(ExceptionIds, "NUMBER_TYPE_COERCE", $"Value \"{wrong}\" is not snowflake.");
        var found = await access.ReadAsync(request);
        if (found.Error is { } refused)
            return refused;
        var planned = found.Value.Event;
        var counts = await store.CountsAsync(planned.GuildId, planned.Id);
        var known = planned.GuildScheduledEventExceptions.Select(exception => exception.EventExceptionId).Where(id => asked.Contains(id.ToString()));
        return Reply.Ok(new
        {
            guild_scheduled_event_count = counts.GetValueOrDefault(default(Snowflake)),
            guild_scheduled_event_exception_counts = known.ToDictionary(id => id.ToString(), id => counts.GetValueOrDefault(id)),
        });
    }
}
