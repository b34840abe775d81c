using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Reads who belongs into a guild's member lists.</summary>
internal sealed class ListedMembersHandler(GuildHomes homes, MemberWire wire, IMediator mediator) : IRequestHandler<GetListedMembers, IReadOnlyList<Member>>
{
    public async Task<IReadOnlyList<Member>> Handle(GetListedMembers request, CancellationToken cancellationToken)
    {
        if (await homes.FindAsync(request.GuildId) is not { Members: var members })
            return [];
        var states = request.UserIds is null && members.Count <= request.WholeUpTo
            ? await members.PageAsync(default, request.WholeUpTo)
            : await members.FindManyAsync(request.UserIds ?? await mediator.Send(new GetOnlineMembers(request.GuildId), cancellationToken));
        return await wire.WriteAsync(states);
    }
}
