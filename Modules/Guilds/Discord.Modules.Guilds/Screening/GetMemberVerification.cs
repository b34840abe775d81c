using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Screening;

/// <summary>GET /guilds/{guild_id}/member-verification: what those who join are asked.</summary>
/// <remarks>A user-account operation.</remarks>
internal sealed class GetMemberVerification(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_member_verification", "/guilds/{guild_id}/member-verification");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        return guild.Error is { } refused ? refused : Reply.Ok(MemberVerification.Of(guild.Value.State));
    }
}
