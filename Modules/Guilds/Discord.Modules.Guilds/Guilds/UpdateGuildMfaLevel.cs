using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>POST /guilds/{guild_id}/mfa: whether moderators need a second factor (1) or not (0). Only the owner, with a second factor of their own.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Guild MFA Level". Fires GUILD_UPDATE.</remarks>
internal sealed class UpdateGuildMfaLevel(GuildHomes homes, MfaGate mfa, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Post("update_guild_mfa_level", "/guilds/{guild_id}/mfa") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var level = form.Choice("level", 0, 1);
        if (level is null && form.Error is null)
            form.Fail("level", "BASE_TYPE_REQUIRED", "This field is required");
        if (form.Error is { } invalid)
            return invalid;
        var hasMfa = await mfa.HasMfaAsync(request.UserId);
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (!turn.IsOwner)
            return ApiError.MissingPermissions;
        if (!hasMfa)
            return ApiError.MfaRequired;
        var old = turn.State.Settings;
        if (old.MfaLevel != level)
        {
            var next = turn.State.With(old with { MfaLevel = level!.Value });
            var unit = GuildStore.Save(new WriteUnit(), next.Settings).Publish(new GuildUpdated(next.Wire), next);
            await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.GuildUpdate, next.Id, request.Reason, AuditChanges.Between(old, next.Settings)), next);
        }

        return Reply.Ok(new { level });
    }
}
