using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>GET /users/@me/dms/{user_id}: the direct message channel with somebody, if there is one.</summary>
internal sealed class GetMyDm(GuildHomes homes, GuildStore store, DirectMessageWire wire) : IEndpoint
{
    public Route Route => Route.Get("get_my_dm", "/users/@me/dms/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        await store.FindPairAsync(DirectMessageWire.KeyOf(request.UserId, request.Id("user_id"))) is { } id && await homes.FindDirectMessageAsync(id) is { } home
            ? Reply.Ok(await wire.WriteAsync(home, request.UserId))
            : ApiError.UnknownChannel;
}
