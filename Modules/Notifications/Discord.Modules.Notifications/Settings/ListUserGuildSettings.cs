using Discord.BuildingBlocks.Api;
using Discord.Modules.Notifications.Contracts;
using MediatR;

namespace Discord.Modules.Notifications.Settings;

/// <summary>GET /users/@me/guilds/settings: of every guild where something was changed, and of direct messages.</summary>
internal sealed class ListUserGuildSettings(IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_user_guild_settings", "/users/@me/guilds/settings") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => Reply.Ok(await mediator.Send(new GetNotificationSettings(request.UserId), request.Cancelled));
}
