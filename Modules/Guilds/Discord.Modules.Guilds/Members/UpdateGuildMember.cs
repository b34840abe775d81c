using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>PATCH /guilds/{guild_id}/members/{user_id}: a member's nickname, roles, timeout and flags.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Modify Guild Member". Each field needs its own permission; nick and timeout also a role of one's own
/// above the member's highest, roles one above each role that is given or taken. All fields are checked before any is changed.
/// Fires GUILD_MEMBER_UPDATE.
/// </remarks>
internal sealed class UpdateGuildMember(GuildHomes homes, MemberWire wire) : IEndpoint
{
    /// <summary>BYPASSES_VERIFICATION: the one member flag that can be set.</summary>
    private const int SettableFlags = Verification.BypassFlag;

    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromDays(28);
    private static readonly ApiError s_notInVoice = new(400, 40032, "Target user is not connected to voice.");

    public Route Route => Route.Patch("update_guild_member", "/guilds/{guild_id}/members/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var nick = Nicknames.Read(form);
        var roles = form.Ids("roles", 350);
        var timeout = form.Time("communication_disabled_until", nullable: true);
        var flags = form.Int("flags");
        var mute = form.Bool("mute");
        var deaf = form.Bool("deaf");
        form.Id("channel_id", nullable: true);
        if (timeout?.Time > homes.Now + s_longestTimeout)
            form.Fail("communication_disabled_until", "DATE_TIME_TYPE_MAX", "Must be within 28 days.");
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await turn.Home.Members.FindAsync(request.Id("user_id")) is not { } old)
            return ApiError.UnknownMember;
        var changed = old;
        if (form.Has("nick"))
        {
            if (!Nicknames.MayChange(turn, old))
                return ApiError.MissingPermissions;
            changed = changed with { Nick = nick };
        }

        if (roles is not null)
        {
            if (RefuseRoles(turn, old, changed = changed.WithRoles(roles.Where(id => id != turn.State.Id))) is { } refusedRole)
                return refusedRole;
        }

        if (form.Has("communication_disabled_until"))
        {
            if (!MayTimeOut(turn, old))
                return ApiError.MissingPermissions;
            changed = changed with { TimeoutUntil = timeout?.Time > turn.Now ? timeout : null };
        }

        if (flags is { } wanted)
        {
            if (!MaySetFlags(turn.Permissions))
                return ApiError.MissingPermissions;
            changed = changed with { Flags = (old.Flags & ~SettableFlags) | (wanted & SettableFlags) };
        }

        if (RefuseVoice(turn.Permissions, mute is not null, deaf is not null, form.Has("channel_id")) is { } refusedVoice)
            return refusedVoice;
        var saved = await wire.SaveAsync(turn, changed, request.Reason);
        return saved.Error is { } gone ? gone : Reply.Ok(saved.Value);
    }

    private static ApiError? RefuseRoles(GuildTurn turn, MemberState old, MemberState changed)
    {
        if (!turn.Permissions.Has(Permissions.ManageRoles))
            return ApiError.MissingPermissions;
        return changed.Roles.Except(old.Roles).Concat(old.Roles.Except(changed.Roles)).Select(id => MemberRoles.Refuse(turn, id)).FirstOrDefault(refusal => refusal is not null);
    }

    // Administrators cannot be timed out: it would have no effect on them.
    private static bool MayTimeOut(GuildTurn turn, MemberState target) =>
        turn.Permissions.Has(Permissions.ModerateMembers) && turn.IsAbove(target)
        && !turn.State.InGuild(target.UserId, target.Roles).Has(Permissions.Administrator);

    private static bool MaySetFlags(Permissions held) =>
        held.Has(Permissions.ManageGuild) || held.Has(Permissions.ManageRoles)
        || held.Has(Permissions.ModerateMembers | Permissions.KickMembers | Permissions.BanMembers);

    // Nobody is in a voice channel yet: who may move or mute learns that, who may not learns nothing.
    private static ApiError? RefuseVoice(Permissions held, bool mutes, bool deafens, bool moves)
    {
        var needed = (mutes ? Permissions.MuteMembers : 0) | (deafens ? Permissions.DeafenMembers : 0) | (moves ? Permissions.MoveMembers : 0);
        return needed == 0 ? null : held.Has(needed) ? s_notInVoice : ApiError.MissingPermissions;
    }
}
