using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>DELETE /guilds/{guild_id}/auto-moderation/rules/{rule_id}: needs MANAGE_GUILD. Fires AUTO_MODERATION_RULE_DELETE.</summary>
internal sealed class DeleteAutoModerationRule(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Delete("delete_auto_moderation_rule", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (turn.State.Objects.Find<AutoModerationRule>(request.Id("rule_id")) is not { } rule)
            return ApiError.NotFound;
        var next = turn.State.WithoutObject<AutoModerationRule>(rule.Id);
        var unit = GuildStore.Delete<AutoModerationRule>(new WriteUnit(), next.Id, rule.Id).Publish(new AutoModerationRuleDeleted(next.Id, rule), next);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.AutoModerationRuleDelete, rule.Id, request.Reason, AuditChanges.Between(rule, null)), next);
        return Reply.NoContent;
    }
}
