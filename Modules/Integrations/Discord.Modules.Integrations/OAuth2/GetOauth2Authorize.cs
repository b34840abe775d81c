using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Applications;
using Discord.Modules.Users.Contracts;
using MediatR;

namespace Discord.Modules.Integrations.OAuth2;

/// <summary>GET /oauth2/authorize: what the consent page shows: the application, its bot, the guilds where the caller may add it.</summary>
/// <remarks>A user-account operation: protocol.md 1.1.</remarks>
internal sealed class GetOauth2Authorize(BotAuthorization authorization, ApplicationWire wire, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_oauth2_authorize", "/oauth2/authorize") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var asked = await authorization.ReadAsync(request);
        if (asked.Error is { } refused)
            return refused;
        var application = await wire.WriteAsync(asked.Value.Application, isPrivate: false);
        var guilds = await mediator.Send(new GetManageableGuilds(request.UserId), request.Cancelled);
        return Reply.Ok(new
        {
            application,
            bot = application.Bot,
            user = await mediator.Send(new GetUser(request.UserId), request.Cancelled),
            authorized = false,
            guilds = guilds.Select(guild => new { id = guild.Id, name = guild.Name, icon = guild.Icon, permissions = guild.Permissions }),
            permissions = asked.Value.Permissions,
        });
    }
}
