using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>PATCH /guilds/{guild_id}/auto-moderation/rules/{rule_id}: everything of a rule but its trigger.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Auto Moderation, "Modify Auto Moderation Rule". Needs MANAGE_GUILD, and MODERATE_MEMBERS for timeouts.
/// Fires AUTO_MODERATION_RULE_UPDATE.
/// </remarks>
internal sealed class UpdateAutoModerationRule(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Patch("update_auto_moderation_rule", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (turn.State.Objects.Find<AutoModerationRule>(request.Id("rule_id")) is not { } old)
            return ApiError.NotFound;
        var fields = new RuleForm(form, old);
        fields.CheckFor(turn.State, old);
        if (form.Error is { } wrong)
            return wrong;
        if (fields.TimesOut && !turn.Permissions.Has(Permissions.ModerateMembers))
            return ApiError.MissingPermissions;

        var rule = fields.Apply(old);
        if (AuditChanges.Between(old, rule) is not { Count: > 0 } changes)
            return Reply.Ok(old);
        var next = turn.State.WithObject(rule);
        var unit = GuildStore.Save(new WriteUnit(), next.Id, rule).Publish(new AutoModerationRuleUpdated(next.Id, rule), next);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.AutoModerationRuleUpdate, rule.Id, request.Reason, changes), next);
        return Reply.Ok(rule);
    }
}
