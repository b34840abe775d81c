using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Integrations.OAuth2;

/// <summary>POST /oauth2/authorize: the caller consents, and the bot joins the guild. Needs MANAGE_GUILD there.</summary>
/// <remarks>A user-account operation: protocol.md 1.1. Answers {location}. Fires GUILD_MEMBER_ADD, and GUILD_ROLE_CREATE when permissions were asked for; for a bot that is there, GUILD_ROLE_UPDATE when others are.</remarks>
internal sealed class CreateOauth2Authorize(BotAuthorization authorization, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("create_oauth2_authorize", "/oauth2/authorize") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var asked = await authorization.ReadAsync(request);
        if (asked.Error is { } refused)
            return refused;
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var authorize = form.Bool("authorize") ?? true;
        var permissions = form.Bits("permissions") ?? asked.Value.Permissions;
        var guildId = form.Id("guild_id") ?? asked.Value.GuildId;
        if (guildId is null)
            form.Fail("guild_id", "BASE_TYPE_REQUIRED", "This field is required");
        if (form.Error is { } invalid)
            return invalid;
        if (!authorize)
            return Reply.Ok(new { location = "/?error=access_denied", url = "/?error=access_denied" });
        var bot = await mediator.Send(new GetUser(asked.Value.Application.BotId), request.Cancelled);
        var added = await mediator.Send(new AddBotToGuild(guildId!.Value, request.UserId, asked.Value.Application.Id, bot!, permissions, asked.Value.Scopes), request.Cancelled);
        if (added.Error is { } notAdded)
            return notAdded;
        return Reply.Ok(new { location = "/oauth2/authorized", url = "/oauth2/authorized", guild = added.Value });
    }
}
