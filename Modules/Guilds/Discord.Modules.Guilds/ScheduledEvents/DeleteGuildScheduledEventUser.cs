using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>DELETE …/scheduled-events/{guild_scheduled_event_id}/users/@me: the caller takes their answer back.</summary>
/// <remarks>A user-account operation. Fires GUILD_SCHEDULED_EVENT_USER_ADD or _REMOVE when it changes who comes.</remarks>
internal sealed class DeleteGuildScheduledEventUser(EventUsers users) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild_scheduled_event_user", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/@me") with { Access = Access.Users };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => users.WithdrawAsync(request, null);
}
