using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Members with their user objects: on the wire, in searches, in GUILD_MEMBER_UPDATE.</summary>
internal sealed class MemberWire(IMediator mediator)
{
    private const int PageSize = 1000;

    /// <returns>Null when the account is gone.</returns>
    public async ValueTask<Member?> WriteAsync(MemberState member) =>
        await mediator.Send(new GetUser(member.UserId)) is { } user ? member.ToWire(user) : null;

    /// <summary>Members in the order given.</summary>
    public async ValueTask<IReadOnlyList<Member>> WriteAsync(IReadOnlyCollection<MemberState> members)
    {
        var users = await mediator.Send(new GetUsers([.. members.Select(member => member.UserId)]));
        return [.. members.Where(member => users.ContainsKey(member.UserId)).Select(member => member.ToWire(users[member.UserId]))];
    }

    /// <summary>The first members by id whose user name, display name or nickname starts with a text, whatever its case.</summary>
    /// <param name="prefix">Empty: everybody.</param>
    public async ValueTask<IReadOnlyList<Member>> FindAsync(GuildHome home, string prefix, int limit)
    {
        var found = new List<Member>();
        var after = default(Snowflake);
        // A page at a time: user objects are joined only until there are enough.
        while (found.Count < limit && await home.Members.PageAsync(after, prefix.Length == 0 ? Math.Min(limit, PageSize) : PageSize) is { Count: > 0 } page)
        {
            found.AddRange((await WriteAsync(page)).Where(member => Matches(member, prefix)).Take(limit - found.Count));
            after = page[^1].UserId;
        }

        return found;
    }

    /// <summary>Makes a member's change durable and publishes GUILD_MEMBER_UPDATE.</summary>
    /// <returns>The member afterwards; 10007 when the account is gone.</returns>
    public async ValueTask<Result<Member>> SaveAsync(GuildTurn turn, MemberState changed)
    {
        if (await WriteAsync(changed) is not { } wire)
            return ApiError.UnknownMember;
        var before = await turn.Home.Members.FindAsync(changed.UserId);
        if (before is not null && changed == before with { Roles = changed.Roles } && changed.Roles.SequenceEqual(before.Roles))
            return wire;
        await turn.CommitAsync(GuildStore.Save(new WriteUnit(), turn.State.Id, changed).Publish(new GuildMemberUpdated(turn.State.Id, wire), turn.State).Then(() => turn.Home.Members.Set(changed)));
        return wire;
    }

    private static bool Matches(Member member, string prefix) =>
        prefix.Length == 0
        || member.User!.Username.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        || member.User.GlobalName?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true
        || member.Nick?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true;
}
