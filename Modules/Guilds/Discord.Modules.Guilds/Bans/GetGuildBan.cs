using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Bans;

/// <summary>GET /guilds/{guild_id}/bans/{user_id}: one ban. Needs BAN_MEMBERS.</summary>
internal sealed class GetGuildBan(GuildHomes homes, GuildStore store, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_guild_ban", "/guilds/{guild_id}/bans/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.BanMembers))
            return ApiError.MissingPermissions;
        return await store.FindBanAsync(guild.Value.State.Id, request.Id("user_id")) is { } ban && await BanWire.WriteAsync([ban], mediator) is [var found]
            ? Reply.Ok(found)
            : ApiError.UnknownBan;
    }
}
