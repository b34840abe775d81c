using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.Welcome;

/// <summary>GET /guilds/{guild_id}/new-member-welcome: the guide for new members; 204 when there is none.</summary>
internal sealed class GetGuildNewMemberWelcome(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_guild_new_member_welcome", "/guilds/{guild_id}/new-member-welcome");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var state = guild.Value.State;
        return state.Objects.Find<NewMemberWelcome>(state.Id) is { } welcome ? Reply.Ok(welcome.ToWire(state)) : Reply.NoContent;
    }
}
