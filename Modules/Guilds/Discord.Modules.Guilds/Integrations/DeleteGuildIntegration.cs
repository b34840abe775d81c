using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Integrations;

/// <summary>DELETE /guilds/{guild_id}/integrations/{integration_id}: the bot goes, with its role.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Delete Guild Integration". Needs MANAGE_GUILD. Fires INTEGRATION_DELETE, GUILD_INTEGRATIONS_UPDATE and GUILD_MEMBER_REMOVE.</remarks>
internal sealed class DeleteGuildIntegration(GuildHomes homes, Departures departures, AuditTrail audit, IMediator mediator) : IEndpoint
{
    private static readonly ApiError s_unknown = new(404, 10005, "Unknown Integration");

    public Route Route => Route.Delete("delete_guild_integration", "/guilds/{guild_id}/integrations/{integration_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (turn.State.Objects.Find<GuildIntegration>(request.Id("integration_id")) is not { } integration || await mediator.Send(new GetUser(integration.BotId), request.Cancelled) is not { } bot)
            return s_unknown;
        var unit = audit.Write(new WriteUnit(), turn, turn.State, AuditLogEvent.IntegrationDelete, integration.Id, request.Reason, AuditChanges.Between(integration.Audited, null));
        await departures.RemoveAsync(turn, [bot], unit);
        return Reply.NoContent;
    }
}
