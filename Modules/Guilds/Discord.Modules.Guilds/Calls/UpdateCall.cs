using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Calls;

/// <summary>PATCH /channels/{channel_id}/call: moves a call that is on to another region.</summary>
/// <remarks>Source: protocol.md 1.1 and 2.4, 40032.</remarks>
internal sealed class UpdateCall(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Patch("update_call", "/channels/{channel_id}/call") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => await CallAccess.RefuseAsync(homes, request.Id("channel_id"), request.UserId);
}
