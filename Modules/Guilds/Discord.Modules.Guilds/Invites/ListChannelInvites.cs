using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>GET /channels/{channel_id}/invites: the channel's invites, with their counters.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Get Channel Invites". Needs MANAGE_CHANNELS in the channel.</remarks>
internal sealed class ListChannelInvites(GuildHomes homes, InviteStore store, Joins joins) : IEndpoint
{
    public Route Route => Route.Get("list_channel_invites", "/channels/{channel_id}/invites");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var channelId = request.Id("channel_id");
        var access = await homes.AccessAsync(channelId, request.UserId);
        if (access.Error is { } refused)
            return refused;
        if (access.Value.GuildId is not { } guildId)
            return ApiError.CannotExecuteOnDm;
        if (!access.Value.Has(Permissions.ManageChannels))
            return ApiError.MissingPermissions;
        if (await homes.FindAsync(guildId) is not { State: { } state } home)
            return ApiError.UnknownChannel;
        return Reply.Ok(await joins.WriteValidAsync((await store.OfGuildAsync(guildId)).Where(invite => invite.ChannelId == channelId), home, state));
    }
}
