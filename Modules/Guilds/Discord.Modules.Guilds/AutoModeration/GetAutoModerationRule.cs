using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>GET /guilds/{guild_id}/auto-moderation/rules/{rule_id}: one rule. Needs MANAGE_GUILD.</summary>
internal sealed class GetAutoModerationRule(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_auto_moderation_rule", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.ManageGuild))
            return ApiError.MissingPermissions;
        return guild.Value.State.Objects.Find<AutoModerationRule>(request.Id("rule_id")) is { } rule ? Reply.Ok(rule) : ApiError.NotFound;
    }
}
