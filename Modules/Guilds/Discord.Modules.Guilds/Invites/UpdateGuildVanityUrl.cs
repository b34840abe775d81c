using System.Text.RegularExpressions;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>PATCH /guilds/{guild_id}/vanity-url: chooses the guild's own invite code, or gives it up with null or "".</summary>
/// <remarks>
/// A user-account operation: protocol.md 1.1. Needs MANAGE_GUILD and level 3 of boosts or the feature VANITY_URL. A code has 2 to 32 small letters,
/// digits and hyphens, and no invite has it. Fires GUILD_UPDATE.
/// </remarks>
internal sealed partial class UpdateGuildVanityUrl(GuildHomes homes, InviteStore store, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_vanity_url", "/guilds/{guild_id}/vanity-url") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var code = form.String("code", 0, 32, required: true, nullable: true)?.ToLowerInvariant() is { Length: > 0 } given ? given : null;
        if (form.Error is { } invalid)
            return invalid;
        if (code is not null && !Pattern().IsMatch(code))
            return ApiError.InvalidInviteCode;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var old = turn.State.Settings;
        if (!GetGuildVanityUrl.MayHave(old))
            return ApiError.BoostLevel;
        if (old.VanityUrlCode == code)
            return Reply.Ok(new VanityBody(code, (await store.VanityOfAsync(old.Id))?.Uses ?? 0));
        if (code is not null && await store.FindAsync(code) is not null)
            return ApiError.InvalidInviteCode;

        var next = turn.State.With(old with { VanityUrlCode = code });
        var unit = InviteStore.SaveVanity(GuildStore.Save(new WriteUnit(), next.Settings), next.Id, code).Publish(new GuildUpdated(next.Wire), next);
        try
        {
            await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.GuildUpdate, next.Id, request.Reason, AuditChanges.Between(old, next.Settings)), next);
        }
        catch (UniqueViolationException)
        {
            return ApiError.InvalidInviteCode;
        }

        return Reply.Ok(new VanityBody(code, 0));
    }

    [GeneratedRegex("^[a-z0-9](-?[a-z0-9])+$")]
    private static partial Regex Pattern();
}
