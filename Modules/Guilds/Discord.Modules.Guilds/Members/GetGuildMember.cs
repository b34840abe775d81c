using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>GET /guilds/{guild_id}/members/{user_id}: one member.</summary>
internal sealed class GetGuildMember(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Get("get_guild_member", "/guilds/{guild_id}/members/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return await guild.Value.Home.Members.FindAsync(request.Id("user_id")) is { } member && await wire.WriteAsync(member) is { } found
            ? Reply.Ok(found)
            : ApiError.UnknownMember;
    }
}
