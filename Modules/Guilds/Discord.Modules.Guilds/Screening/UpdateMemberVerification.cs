using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Screening;

/// <summary>PATCH /guilds/{guild_id}/member-verification: the questions to those who join, on or off.</summary>
/// <remarks>A user-account operation. Needs MANAGE_GUILD. Fires GUILD_UPDATE when it is turned on or off; who is a member already stays one.</remarks>
internal sealed class UpdateMemberVerification(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    private const int MaxFields = 5;

    public Route Route => Route.Patch("update_member_verification", "/guilds/{guild_id}/member-verification");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var enabled = form.Bool("enabled");
        var description = form.String("description", 0, 300, nullable: true);
        var fields = form.Items("form_fields", MaxFields)?.Select(FormField.Read).ToList();
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var state = turn.State;
        var old = MemberVerification.Of(state);
        var changed = old with { Version = Timestamp.From(turn.Now), Description = form.Has("description") ? description : old.Description, FormFields = fields ?? old.FormFields };
        var isOn = enabled ?? state.Settings.Features.Contains(GuildFeatures.Screening);
        if (isOn && changed.FormFields.Count == 0)
            return ApiError.InvalidField("form_fields", "BASE_TYPE_REQUIRED", "Without a question nobody could get in.");
        var settings = state.Settings.WithFeature(GuildFeatures.Screening, isOn);
        var next = state.WithObject(changed).With(settings: settings);
        var unit = GuildStore.Save(new WriteUnit(), state.Id, changed);
        if (settings != state.Settings)
            GuildStore.Save(unit, settings).Publish(new GuildUpdated(next.Wire), next);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.GuildUpdate, state.Id, request.Reason, AuditChanges.Between(state.Settings, settings)), next);
        return Reply.Ok(changed);
    }
}
