using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Stages;

/// <summary>GET /stage-instances/{channel_id}: what is on stage in a channel.</summary>
internal sealed class GetStageInstance(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_stage_instance", "/stage-instances/{channel_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var channelId = request.Id("channel_id");
        var access = await homes.AccessAsync(channelId, request.UserId);
        if (access.Error is { } refused)
            return refused;
        return access.Value.View is GuildState state && StageInstance.In(state, channelId) is { } stage ? Reply.Ok(stage) : StageAccess.Unknown;
    }
}
