using Discord.BuildingBlocks.Api;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;

namespace Discord.Modules.Voice.Calls;

/// <summary>PATCH /channels/{channel_id}/call: moves a call that is on, and who is in it, to another region; for who is connected.</summary>
/// <remarks>Source: protocol.md 1.1 and 2.4, 40032. Fires CALL_UPDATE, and VOICE_SERVER_UPDATE for each who is in the call.</remarks>
internal sealed class UpdateCall(RunningCalls calls, VoiceChanges changes, IVoicePlacement placement) : IEndpoint
{
    public Route Route => Route.Patch("update_call", "/channels/{channel_id}/call") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var region = form.String("region", 1, 100, nullable: true);
        if (region is not null && !placement.Regions.Contains(region))
            form.Fail("region", "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", placement.Regions)}}}.");
        if (form.Error is { } invalid)
            return invalid;
        var entered = await calls.EnterAsync(request, connected: true);
        if (entered.Error is { } refused)
            return refused;
        var (turn, call) = entered.Value;
        using var held = turn;
        calls.Change(turn.Access, call with { Region = region ?? call.Region });
        await changes.MoveCallAsync(turn.Access, region ?? call.Region);
        return Reply.NoContent;
    }
}
