using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Answers op 8 of the gateway; the gateway asks for a page after the other, and cuts them into chunks.</summary>
internal sealed class RequestMembersHandler(GuildHomes homes, MemberWire wire) : IRequestHandler<RequestMembers, Result<RequestedMembers>>
{
    private const int MaxByPrefix = 100;
    private const int MaxPage = 1000;

    public async Task<Result<RequestedMembers>> Handle(RequestMembers request, CancellationToken cancellationToken)
    {
        var guild = await homes.ReadAsync(request.GuildId, request.CallerId);
        if (guild.Error is { } refused)
            return refused;
        var (home, _, _, permissions) = guild.Value;
        var states = request switch
        {
            { UserIds: { } ids } => await home.Members.FindManyAsync(ids),
            { Query.Length: > 0 } => await home.Members.SearchAsync(request.Query, Math.Min(request.Limit, MaxByPrefix)),
            { Recent: true } => home.Members.Newest(Math.Min(request.Limit, MaxByPrefix)),
            _ => await home.Members.PageAsync(request.After, Math.Min(request.Limit, MaxPage)),
        };
        var members = await wire.WriteAsync(states);
        var found = members.Select(member => member.User!.Id).ToHashSet();
        return new RequestedMembers(members, [.. (request.UserIds ?? []).Distinct().Where(id => !found.Contains(id))], home.Members.Count, permissions);
    }
}
