using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Integrations.Applications;

/// <summary>POST /applications/{application_id}/bot/reset: a new token for the bot; the old one and its sessions end at once.</summary>
/// <remarks>A user-account operation: protocol.md 1.1. The token is shown here and never again.</remarks>
internal sealed class ResetBotTokenEndpoint(ApplicationStore store, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("reset_bot_token", "/applications/{application_id}/bot/reset") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await store.FindOwnAsync(request, request.Id("application_id"));
        if (found.Error is { } refused)
            return refused;
        if (found.Value.OwnerId != request.UserId)
            return ApiError.NotAuthorisedOnApplication;
        var token = await mediator.Send(new ResetBotToken(found.Value.BotId, found.Value.Id), request.Cancelled);
        return Reply.Ok(new { token });
    }
}
