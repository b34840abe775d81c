using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>GET /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}: one event, also one that is over, while it is kept.</summary>
internal sealed class GetGuildScheduledEvent(EventAccess access) : IEndpoint
{
    public Route Route => Route.Get("get_guild_scheduled_event", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withCount = query.Bool("with_user_count") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        var found = await access.ReadAsync(request);
        return found.Error is { } refused ? refused : await access.ReplyAsync(found.Value.Event, withCount);
    }
}
