using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>GET /guilds/{guild_id}/auto-moderation/rules: every rule. Needs MANAGE_GUILD.</summary>
internal sealed class ListAutoModerationRules(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("list_auto_moderation_rules", "/guilds/{guild_id}/auto-moderation/rules");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        return guild.Value.Permissions.Has(Permissions.ManageGuild) ? Reply.Ok(guild.Value.State.Objects.All<AutoModerationRule>().ToList()) : ApiError.MissingPermissions;
    }
}
