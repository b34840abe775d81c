using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Members with their user objects: on the wire, in searches, in GUILD_MEMBER_UPDATE.</summary>
internal sealed class MemberWire(AuditTrail audit, ProfileGuard guard, IMediator mediator)
{
    /// <returns>Null when the account is gone.</returns>
    public async ValueTask<Member?> WriteAsync(MemberState member) =>
        await mediator.Send(new GetUser(member.UserId)) is { } user ? member.ToWire(user) : null;

    /// <summary>Members in the order given.</summary>
    public async ValueTask<IReadOnlyList<Member>> WriteAsync(IReadOnlyCollection<MemberState> members)
    {
        var users = await mediator.Send(new GetUsers([.. members.Select(member => member.UserId)]));
        return [.. members.Where(member => users.ContainsKey(member.UserId)).Select(member => member.ToWire(users[member.UserId]))];
    }

    /// <summary>Makes a member's change durable, publishes GUILD_MEMBER_UPDATE and writes into the audit log who did it.</summary>
    /// <param name="reason">For the audit log.</param>
    /// <param name="unit">What commits together with it, even if nothing of the member changes.</param>
    /// <param name="isLogged">False for what a member brings about by their own answers, and for what is logged as something else.</param>
    /// <returns>The member afterwards; 10007 when the account is gone.</returns>
    public async ValueTask<Result<Member>> SaveAsync(GuildTurn turn, MemberState changed, string? reason, WriteUnit? unit = null, bool isLogged = true)
    {
        if (await mediator.Send(new GetUser(changed.UserId)) is not { } user)
            return ApiError.UnknownMember;
        if (await turn.Home.Members.FindAsync(changed.UserId) is not { } before)
            return ApiError.UnknownMember;
        var saved = changed;
        if (changed != before with { Roles = changed.Roles } || !changed.Roles.SequenceEqual(before.Roles))
        {
            unit ??= new WriteUnit();
            saved = changed.Nick == before.Nick ? changed : guard.Check(turn.State, changed, user, unit);
            turn.Home.Members.Change(unit, before, saved).Publish(new GuildMemberUpdated(turn.State.Id, saved.ToWire(user)), turn.State);
            if (isLogged)
                Log(unit, turn, before, changed, reason);
        }

        var wire = saved.ToWire(user);
        if (unit is not null)
            await turn.CommitAsync(unit);
        return wire;
    }

    private void Log(WriteUnit unit, GuildTurn turn, MemberState before, MemberState after, string? reason)
    {
        if (AuditChanges.Between(before.ToWire(null), after.ToWire(null)) is { Count: > 0 } changes)
            audit.Write(unit, turn, turn.State, AuditLogEvent.MemberUpdate, after.UserId, reason, changes);
        var (added, removed) = (after.Roles.Except(before.Roles).ToList(), before.Roles.Except(after.Roles).ToList());
        if (added.Count + removed.Count == 0)
            return;
        AuditLogChange Of(string key, List<Snowflake> roles) => AuditChanges.Of(key, null, roles.Select(id => new { id, name = turn.State.Roles.GetValueOrDefault(id)?.Name ?? "" }));
        List<AuditLogChange> moves = [];
        if (added.Count > 0)
            moves.Add(Of("$add", added));
        if (removed.Count > 0)
            moves.Add(Of("$remove", removed));
        audit.Write(unit, turn, turn.State, AuditLogEvent.MemberRoleUpdate, after.UserId, reason, moves);
    }
}
