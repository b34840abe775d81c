using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>DELETE …/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users/@me: the same for one occurrence of a series.</summary>
/// <remarks>A user-account operation. Fires GUILD_SCHEDULED_EVENT_USER_ADD or _REMOVE when it changes who comes.</remarks>
internal sealed class DeleteGuildScheduledEventExceptionUser(EventUsers users) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_scheduled_event_exception_user", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users/@me") with { Access = Access.Users };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => users.WithdrawAsync(request, request.Id("guild_scheduled_event_exception_id"));
}
