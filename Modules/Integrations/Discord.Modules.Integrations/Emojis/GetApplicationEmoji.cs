using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Contracts;
using MediatR;

namespace Discord.Modules.Integrations.Emojis;

/// <summary>GET /applications/{application_id}/emojis/{emoji_id}: one of them.</summary>
internal sealed class GetApplicationEmoji(OwnEmojis own, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_application_emoji", "/applications/{application_id}/emojis/{emoji_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await own.FindAsync(request);
        return found.Error is { } refused ? refused : Reply.Ok(found.Value.ToWire(await mediator.Send(new GetUser(found.Value.UserId), request.Cancelled)));
    }
}
