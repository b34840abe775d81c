using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.DirectMessages;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>GET /channels/{channel_id}: a channel or thread that the caller can see, or a direct message of theirs.</summary>
internal sealed class GetChannel(GuildHomes homes, DirectMessageWire direct) : IEndpoint
{
    public Route Route => Route.Get("get_channel", "/channels/{channel_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var channelId = request.Id("channel_id");
        var access = await homes.AccessAsync(channelId, request.UserId);
        if (access.Error is { } refused)
            return refused;
        if (access.Value.GuildId is not { } guildId)
            return Reply.Ok(await direct.WriteAsync((await homes.FindDirectMessageAsync(channelId))!, request.UserId));
        if (await homes.FindAsync(guildId) is not { State: { } state })
            return ApiError.UnknownChannel;
        if (state.Channels.TryGetValue(channelId, out var channel))
            return Reply.Ok(state.WireOf(channel));
        return await homes.FindThreadAsync(state, channelId) is { } thread ? Reply.Ok(state.WireOf(thread, request.UserId)) : ApiError.UnknownChannel;
    }
}
