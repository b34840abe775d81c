using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Typing;

/// <summary>POST /channels/{channel_id}/typing: shown to the others for ten seconds.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Trigger Typing Indicator". Fires TYPING_START, lossy by contract.</remarks>
internal sealed class TriggerTypingIndicator(IMediator mediator, IGatewayDispatcher dispatcher, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Post("trigger_typing_indicator", "/channels/{channel_id}/typing");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (found.Error is { } refused)
            return refused;
        var access = found.Value;
        if (!access.Type.TakesMessages())
            return ApiError.NonTextChannel;
        if (!access.Has(Permissions.SendMessages))
            return ApiError.MissingPermissions;
        if (access.Unreachable is { } unreachable)
            return unreachable;
        var member = access.Member is null ? null : access.Member with { User = await mediator.Send(new GetUser(request.UserId), request.Cancelled) };
        dispatcher.DispatchLossy(new TypingStarted(request.UserId, access.ChannelId, access.GuildId, clock.GetUtcNow().ToUnixTimeSeconds(), member, access.Audience), access.View);
        return Reply.NoContent;
    }
}
