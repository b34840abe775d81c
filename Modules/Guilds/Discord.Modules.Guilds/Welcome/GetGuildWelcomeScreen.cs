using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Welcome;

/// <summary>GET /guilds/{guild_id}/welcome-screen: what newcomers see first.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Welcome Screen": one that is off is seen with MANAGE_GUILD only.</remarks>
internal sealed class GetGuildWelcomeScreen(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_guild_welcome_screen", "/guilds/{guild_id}/welcome-screen");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (_, state, _, permissions) = guild.Value;
        return state.Objects.Find<WelcomeScreen>(state.Id) is { } screen && (WelcomeScreen.IsShown(state) || permissions.Has(Permissions.ManageGuild)) ? Reply.Ok(screen.ToWire(state)) : WelcomeScreen.Unknown;
    }
}
