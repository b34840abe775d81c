using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>GET /users/@me/guilds/{guild_id}/member: the caller as a member.</summary>
internal sealed class GetMyGuildMember(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Get("get_my_guild_member", "/users/@me/guilds/{guild_id}/member");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return await wire.WriteAsync(guild.Value.Member) is { } member ? Reply.Ok(member) : ApiError.UnknownMember;
    }
}
