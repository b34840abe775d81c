using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>POST /guilds/{guild_id}/ack/{type}/{entity_id}: what is no message was seen: 1 a scheduled event, 3 home, 4 onboarding.</summary>
/// <remarks>Source: protocol.md 1.1, 3.11. Fires GUILD_FEATURE_ACK to the user's other sessions.</remarks>
internal sealed class AckGuildEntity(Acknowledging acknowledging, IMediator mediator) : IEndpoint
{
    public const int MaxType = 5;

    public Route Route => Route.Post("ack_guild_entity", "/guilds/{guild_id}/ack/{type}/{entity_id}") with { Access = Access.Users, RateLimit = RateLimit.Per("ack", 50, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        if (!int.TryParse(request.Text("type"), out var type) || type is < 1 or > MaxType)
            return ApiError.InvalidField("type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5}.");
        if (!(await mediator.Send(new GetGuildIdsOf(request.UserId), request.Cancelled)).Contains(request.Id("guild_id")))
            return ApiError.UnknownGuild;
        await acknowledging.SeeAsync(request, type, request.Id("guild_id"), request.Id("entity_id"));
        return Reply.NoContent;
    }
}
