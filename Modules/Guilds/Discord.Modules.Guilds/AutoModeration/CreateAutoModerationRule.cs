using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>POST /guilds/{guild_id}/auto-moderation/rules: a new rule, switched off unless it says otherwise.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Auto Moderation, "Create Auto Moderation Rule". Needs MANAGE_GUILD, and MODERATE_MEMBERS for timeouts. Six
/// keyword rules a guild and one of every other trigger. Fires AUTO_MODERATION_RULE_CREATE.
/// </remarks>
internal sealed class CreateAutoModerationRule(GuildHomes homes, SnowflakeGenerator ids, AuditTrail audit) : IEndpoint
{
    private const int MaxKeywordRules = 6;

    public Route Route => Route.Post("create_auto_moderation_rule", "/guilds/{guild_id}/auto-moderation/rules");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var fields = new RuleForm(form, null);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (fields.TimesOut && !turn.Permissions.Has(Permissions.ModerateMembers))
            return ApiError.MissingPermissions;
        if (turn.State.Objects.All<AutoModerationRule>().Count(rule => rule.TriggerType == fields.Trigger) >= (fields.Trigger == RuleTrigger.Keyword ? MaxKeywordRules : 1))
            form.Fail("trigger_type", "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", "The guild has as many rules of this trigger as it can have.");
        fields.CheckFor(turn.State, null);
        if (form.Error is { } foreign)
            return foreign;

        var rule = fields.Make(ids.Next(), turn.State.Id, request.UserId);
        var next = turn.State.WithObject(rule);
        var unit = GuildStore.Save(new WriteUnit(), next.Id, rule).Publish(new AutoModerationRuleCreated(next.Id, rule), next);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.AutoModerationRuleCreate, rule.Id, request.Reason, AuditChanges.Between(null, rule)), next);
        return Reply.Ok(rule);
    }
}
