using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>GET …/scheduled-events/{guild_scheduled_event_id}/users: who comes, by user id.</summary>
internal sealed class ListGuildScheduledEventUsers(EventUsers users) : IEndpoint
{
    public Route Route => Route.Get("list_guild_scheduled_event_users", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => users.ListAsync(request, null);
}
