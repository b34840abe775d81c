using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Calls;

/// <summary>POST /channels/{channel_id}/call/ring: rings the others, for somebody who is connected.</summary>
/// <remarks>Source: protocol.md 1.1 and 2.4, 40032.</remarks>
internal sealed class RingCall(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Post("ring_call", "/channels/{channel_id}/call/ring") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => await CallAccess.RefuseAsync(homes, request.Id("channel_id"), request.UserId);
}
