using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Voice.Calls;

/// <summary>POST /channels/{channel_id}/call/stop-ringing: declines a call; with recipients stops it ringing for them, for who is connected.</summary>
/// <remarks>Source: protocol.md 1.1 and 2.4, 40032. Fires CALL_UPDATE.</remarks>
internal sealed class StopRingingCall(RunningCalls calls) : IEndpoint
{
    public Route Route => Route.Post("stop_ringing_call", "/channels/{channel_id}/call/stop-ringing") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var named = body.Value.Ids("recipients") ?? [request.UserId];
        if (body.Value.Error is { } invalid)
            return invalid;
        var entered = await calls.EnterAsync(request, connected: named.Any(user => user != request.UserId));
        if (entered.Error is { } refused)
            return refused;
        var (turn, call) = entered.Value;
        using var held = turn;
        if (named.Any(user => !turn.Access.Recipients.Contains(user)))
            return ApiError.InvalidRecipients;
        calls.Change(turn.Access, call.WithoutRinging(named));
        return Reply.NoContent;
    }
}
