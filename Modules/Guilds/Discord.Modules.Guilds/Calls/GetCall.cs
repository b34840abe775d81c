using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Calls;

/// <summary>GET /channels/{channel_id}/call: whether the others could be rung: whether the caller may write to them.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class GetCall(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_call", "/channels/{channel_id}/call") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var access = await CallAccess.ReadAsync(homes, request.Id("channel_id"), request.UserId);
        return access.Error is { } refused ? refused : Reply.Ok(new { ringable = access.Value.Unreachable is null });
    }
}
