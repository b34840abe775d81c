using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Answers op 8 of the gateway, whatever the number of members; the gateway cuts it into chunks.</summary>
internal sealed class RequestMembersHandler(GuildHomes homes, MemberWire wire) : IRequestHandler<RequestMembers, Result<RequestedMembers>>
{
    private const int MaxByPrefix = 100;

    public async Task<Result<RequestedMembers>> Handle(RequestMembers request, CancellationToken cancellationToken)
    {
        var guild = await homes.ReadAsync(request.GuildId, request.CallerId);
        if (guild.Error is { } refused)
            return refused;
        var home = guild.Value.Home;
        if (request.UserIds is { } ids)
        {
            var states = new List<MemberState>(ids.Count);
            foreach (var id in ids.Distinct().Order())
            {
                if (await home.Members.FindAsync(id) is { } state)
                    states.Add(state);
            }

            var members = await wire.WriteAsync(states);
            var found = members.Select(member => member.User!.Id).ToHashSet();
            return new RequestedMembers(members, [.. ids.Distinct().Where(id => !found.Contains(id))]);
        }

        var limit = request.Limit == 0 ? int.MaxValue : request.Limit;
        return new RequestedMembers(await wire.FindAsync(home, request.Query, request.Query.Length == 0 ? limit : Math.Min(limit, MaxByPrefix)), []);
    }
}
