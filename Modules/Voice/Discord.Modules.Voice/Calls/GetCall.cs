using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.Calls;

/// <summary>GET /channels/{channel_id}/call: whether the caller may call there.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class GetCall(RunningCalls calls, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_call", "/channels/{channel_id}/call") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        return access.Value.GuildId is null ? Reply.Ok(new { ringable = await calls.MayJoinAsync(request.UserId, access.Value.ChannelId) }) : ApiError.ChannelType;
    }
}
