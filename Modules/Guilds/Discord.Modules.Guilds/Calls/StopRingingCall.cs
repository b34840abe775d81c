using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Calls;

/// <summary>POST /channels/{channel_id}/call/stop-ringing: stops ringing, for a call that is on.</summary>
/// <remarks>Source: protocol.md 1.1 and 2.4, 40032.</remarks>
internal sealed class StopRingingCall(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Post("stop_ringing_call", "/channels/{channel_id}/call/stop-ringing") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => await CallAccess.RefuseAsync(homes, request.Id("channel_id"), request.UserId);
}
