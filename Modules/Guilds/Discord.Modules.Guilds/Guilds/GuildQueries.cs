using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

internal sealed class GetGuildIdsOfHandler(GuildHomes homes) : IRequestHandler<GetGuildIdsOf, IReadOnlyCollection<Snowflake>>
{
    public async Task<IReadOnlyCollection<Snowflake>> Handle(GetGuildIdsOf request, CancellationToken cancellationToken) => (await homes.GuildsOfAsync(request.UserId)).Ids;
}

internal sealed class CountGuildsOfHandler(GuildHomes homes) : IRequestHandler<CountGuildsOf, int>
{
    public async Task<int> Handle(CountGuildsOf request, CancellationToken cancellationToken) => (await homes.GuildsOfAsync(request.UserId)).Ids.Count;
}

internal sealed class GetMutualGuildsHandler(GuildHomes homes) : IRequestHandler<GetMutualGuilds, IReadOnlyList<MutualGuild>>
{
    public async Task<IReadOnlyList<MutualGuild>> Handle(GetMutualGuilds request, CancellationToken cancellationToken)
    {
        var guilds = new List<MutualGuild>();
        foreach (var id in (await homes.MutualGuildsAsync(request.UserId, request.OtherId)).Order())
        {
            if (await homes.FindAsync(id) is { } home && await home.Members.FindAsync(request.OtherId) is { } member)
                guilds.Add(new MutualGuild(id, member.Nick));
        }

        return guilds;
    }
}

internal sealed class OwnsGuildHandler(GuildHomes homes) : IRequestHandler<OwnsGuild, bool>
{
    public async Task<bool> Handle(OwnsGuild request, CancellationToken cancellationToken)
    {
        foreach (var id in (await homes.GuildsOfAsync(request.UserId)).Ids)
        {
            if (await homes.FindAsync(id) is { State: { } state } && state.OwnerId == request.UserId)
                return true;
        }

        return false;
    }
}

internal sealed class GetGuildViewsOfHandler(GuildHomes homes) : IRequestHandler<GetGuildViewsOf, IReadOnlyList<IGuildView>>
{
    public async Task<IReadOnlyList<IGuildView>> Handle(GetGuildViewsOf request, CancellationToken cancellationToken)
    {
        var views = new List<IGuildView>();
        foreach (var id in (await homes.GuildsOfAsync(request.UserId)).Ids)
        {
            if (await homes.FindAsync(id) is { State: { } state })
                views.Add(state);
        }

        return views;
    }
}

internal sealed class GetMembershipsOfHandler(GuildHomes homes) : IRequestHandler<GetMembershipsOf, IReadOnlyList<Membership>>
{
    public async Task<IReadOnlyList<Membership>> Handle(GetMembershipsOf request, CancellationToken cancellationToken)
    {
        var memberships = new List<Membership>();
        foreach (var id in (await homes.GuildsOfAsync(request.UserId)).Ids)
        {
            if (await homes.FindAsync(id) is { State: { } state } home && await home.Members.FindAsync(request.UserId) is { } member)
                memberships.Add(new Membership(state, member.Roles));
        }

        return memberships;
    }
}

internal sealed class GetGuildIdentityHandler(GuildHomes homes) : IRequestHandler<GetGuildIdentity, GuildIdentity?>
{
    public async Task<GuildIdentity?> Handle(GetGuildIdentity request, CancellationToken cancellationToken) =>
        await homes.FindAsync(request.GuildId) is { State: { } state } ? new GuildIdentity(state.Settings.Name, state.Settings.Icon) : null;
}

internal sealed class WatchGuildHandler(GuildHomes homes, Database database, Lanes lanes) : IRequestHandler<WatchGuild, bool>
{
    public async Task<bool> Handle(WatchGuild request, CancellationToken cancellationToken)
    {
        if (await homes.FindAsync(request.GuildId) is not { } home)
            return false;
        // Read before the turn is taken; in the turn it is in memory.
        await home.Members.FindAsync(request.UserId);
        Task placed;
        // On the lane, so that the watcher's place in the queue of commits is between two decisions of the guild, never inside one.
        using (await lanes[request.GuildId].EnterAsync(cancellationToken))
        {
            if (home.State is not { } state || await home.Members.FindAsync(request.UserId) is not { } member)
                return false;
            placed = database.CommitAsync(new WriteUnit().Watch(request.GuildId, state, request.Watcher(member.Roles)));
        }

        await placed;
        return true;
    }
}

internal sealed class GetManageableGuildsHandler(GuildHomes homes) : IRequestHandler<GetManageableGuilds, IReadOnlyList<ManageableGuild>>
{
    public async Task<IReadOnlyList<ManageableGuild>> Handle(GetManageableGuilds request, CancellationToken cancellationToken)
    {
        var guilds = new List<ManageableGuild>();
        foreach (var id in (await homes.GuildsOfAsync(request.UserId)).Ids.Order())
        {
            var read = await homes.ReadAsync(id, request.UserId);
            if (read.Error is null && read.Value.Permissions.Has(Permissions.ManageGuild))
                guilds.Add(new ManageableGuild(id, read.Value.State.Settings.Name, read.Value.State.Settings.Icon, read.Value.Permissions));
        }

        return guilds;
    }
}

internal sealed class SeedMembersHandler(GuildHomes homes, Database database, IMediator mediator) : IRequestHandler<SeedMembers, bool>
{
    public async Task<bool> Handle(SeedMembers request, CancellationToken cancellationToken)
    {
        if (await homes.EnterAsSystemAsync(request.GuildId, cancellationToken) is not { } entered)
            return false;
        using var turn = entered.Turn;
        var now = Timestamp.From(homes.Now);
        foreach (var chunk in request.UserIds.Chunk(1000))
        {
            var unit = new WriteUnit();
            foreach (var user in (await mediator.Send(new GetUsers(chunk), cancellationToken)).Values)
                entered.Home.Members.Add(unit, new MemberState(user.Id, null, MemberState.NoRoles, now, null, 0), user);
            await database.CommitAsync(unit);
        }

        return true;
    }
}
