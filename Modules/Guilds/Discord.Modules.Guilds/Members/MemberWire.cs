using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Members with their user objects: on the wire, in searches, in GUILD_MEMBER_UPDATE.</summary>
internal sealed class MemberWire(IMediator mediator)
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

    /// <summary>Makes a member's change durable and publishes GUILD_MEMBER_UPDATE.</summary>
    /// <param name="unit">What commits together with it, even if nothing of the member changes.</param>
    /// <returns>The member afterwards; 10007 when the account is gone.</returns>
    public async ValueTask<Result<Member>> SaveAsync(GuildTurn turn, MemberState changed, WriteUnit? unit = null)
    {
        if (await WriteAsync(changed) is not { } wire)
            return ApiError.UnknownMember;
        if (await turn.Home.Members.FindAsync(changed.UserId) is not { } before)
            return ApiError.UnknownMember;
        if (changed != before with { Roles = changed.Roles } || !changed.Roles.SequenceEqual(before.Roles))
            turn.Home.Members.Change(unit ??= new WriteUnit(), before, changed).Publish(new GuildMemberUpdated(turn.State.Id, wire), turn.State);
        if (unit is not null)
            await turn.CommitAsync(unit);
        return wire;
    }
}
