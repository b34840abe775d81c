using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>GET …/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users: who comes to one occurrence of a series.</summary>
internal sealed class ListGuildScheduledEventExceptionUsers(EventUsers users) : IEndpoint
{
    public Route Route => Route.Get("list_guild_scheduled_event_exception_users", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users");

    public ValueTask<Reply> HandleAsync(ApiRequest request) => users.ListAsync(request, request.Id("guild_scheduled_event_exception_id"));
}
