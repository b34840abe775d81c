using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.Calls;

/// <summary>POST /channels/{channel_id}/call/ring: rings those who are not connected, or those who are named, for a minute.</summary>
/// <remarks>Source: protocol.md 1.1 and 2.4. For who is connected (40032). Who blocked the caller, or is blocked by them, is not rung. Fires CALL_UPDATE.</remarks>
internal sealed class RingCall(RunningCalls calls, VoiceRosters rosters, IMediator mediator, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Post("ring_call", "/channels/{channel_id}/call/ring") with { Access = Access.Users, RateLimit = RateLimit.Per("ring_call", 5, 10) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var named = body.Value.Ids("recipients");
        if (body.Value.Error is { } invalid)
            return invalid;
        var entered = await calls.EnterAsync(request, connected: true);
        if (entered.Error is { } refused)
            return refused;
        var (turn, call) = entered.Value;
        using var held = turn;
        if (turn.Access.Unreachable is { } unreachable)
            return unreachable;
        if (named?.Any(user => !turn.Access.Recipients.Contains(user)) == true)
            return ApiError.InvalidRecipients;
        var until = clock.GetUtcNow() + RunningCalls.RingFor;
        foreach (var user in (named ?? turn.Access.Recipients).Where(user => user != request.UserId && rosters.Find(call.ChannelId, user) is null))
        {
            if (!(await mediator.Send(new GetRelation(request.UserId, user), request.Cancelled)).IsBlock)
                call = call with { Ringing = call.Ringing.SetItem(user, until) };
        }

        calls.Change(turn.Access, call);
        return Reply.NoContent;
    }
}
