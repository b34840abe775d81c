using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>PATCH /guilds/{guild_id}/members/{user_id}: a member's nickname, roles, timeout and flags; mutes, deafens, moves and disconnects them in voice.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Modify Guild Member". Each field needs its own permission; nick and timeout also a role of one's own
/// above the member's highest, roles one above each role that is given or taken. All fields are checked before any is changed.
/// Fires GUILD_MEMBER_UPDATE.
/// </remarks>
internal sealed class UpdateGuildMember(GuildHomes homes, MemberWire wire, VoiceModeration voice, IMediator mediator) : IEndpoint
{
    /// <summary>BYPASSES_VERIFICATION: the one member flag that can be set.</summary>
    private const int SettableFlags = Verification.BypassFlag;

    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromDays(28);

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
        var channelId = form.Id("channel_id", nullable: true);
        if (timeout?.Time > homes.Now + s_longestTimeout)
            form.Fail("communication_disabled_until", "DATE_TIME_TYPE_MAX", "Must be within 28 days.");
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        Result<Member> saved;
        bool moves;
        var held = Permissions.None;
        using (var turn = entered.Value)
        {
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

            var needed = (mute is null ? 0 : Permissions.MuteMembers) | (deaf is null ? 0 : Permissions.DeafenMembers) | (form.Has("channel_id") ? Permissions.MoveMembers : 0);
            if (await voice.RefuseAsync(turn, form, old.UserId, needed, channelId) is { } refusedVoice)
                return refusedVoice;
            moves = form.Has("channel_id") && (await mediator.Send(new GetVoiceState(turn.State.Id, old.UserId)))?.ChannelId != channelId;
            if (moves && channelId is { } target)
                held = turn.InChannel(turn.State.Channels[target]);
            saved = await wire.SaveAsync(turn, changed.Silenced(mute, deaf), request.Reason, moves ? voice.Note(new WriteUnit(), turn, channelId, request.Reason) : null);
        }

        if (saved.Error is { } gone)
            return gone;
        // On a turn of its own.
        if (moves)
            await mediator.Send(new MoveVoiceState(request.Id("guild_id"), request.Id("user_id"), channelId, held), request.Cancelled);
        return Reply.Ok(saved.Value);
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
}
