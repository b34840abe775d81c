using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.Regions;

/// <summary>GET /guilds/{guild_id}/regions: where a guild's voice can be served from: the same for all guilds.</summary>
internal sealed class ListGuildVoiceRegions(IMediator mediator, IVoicePlacement placement) : IEndpoint
{
    public Route Route => Route.Get("list_guild_voice_regions", "/guilds/{guild_id}/regions");

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        (await mediator.Send(new GetGuildIdsOf(request.UserId), request.Cancelled)).Contains(request.Id("guild_id")) ? Reply.Ok(VoiceRegion.All(placement)) : ApiError.UnknownGuild;
}
