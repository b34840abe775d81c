using System.Collections.Concurrent;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Presence;

/// <summary>A user's presence is that of all their sessions together; a change goes to every guild they are in, and theirs to a guild that they join.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Presence Update"; protocol.md 3.7, 3.8.</remarks>
internal sealed class UserPresences(IMediator mediator, IGatewayDispatcher dispatcher, OnlineMembers online, PresenceFeed feed)
    : IRequestHandler<SetSessionPresence>, IRequestHandler<EndSessionPresence>, IRequestHandler<GetPresences, IReadOnlyDictionary<Snowflake, Protocol.Presence>>,
        IRequestHandler<CountOnline, int>, IRequestHandler<GetOnlineMembers, IReadOnlyCollection<Snowflake>>, IRequestHandler<GetSessions, IReadOnlyList<SessionInfo>>, ICommitProjection
{
    private readonly ConcurrentDictionary<Snowflake, UserSessions> _users = new();

    public async Task<Unit> Handle(SetSessionPresence request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var user = _users.GetOrAdd(request.UserId, id => new UserSessions(id));
            lock (user)
            {
                if (user.IsGone)
                    continue;
                user.Set(request);
                ShowSessions(request.UserId, user);
            }

            await TellGuildsAsync(request.UserId, user);
            return Unit.Value;
        }
    }

    public async Task<Unit> Handle(EndSessionPresence request, CancellationToken cancellationToken)
    {
        if (!_users.TryGetValue(request.UserId, out var user))
            return Unit.Value;
        lock (user)
        {
            if (!user.End(request.SessionId))
                return Unit.Value;
            ShowSessions(request.UserId, user);
        }

        await TellGuildsAsync(request.UserId, user);
        return Unit.Value;
    }

    public Task<IReadOnlyDictionary<Snowflake, Protocol.Presence>> Handle(GetPresences request, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Snowflake, Protocol.Presence>();
        foreach (var id in request.UserIds)
        {
            if (!_users.TryGetValue(id, out var user))
                continue;
            lock (user)
            {
                if (user.Shown is { Status: not "offline" } presence)
                    found[id] = presence;
            }
        }

        return Task.FromResult<IReadOnlyDictionary<Snowflake, Protocol.Presence>>(found);
    }

    public Task<int> Handle(CountOnline request, CancellationToken cancellationToken) => Task.FromResult(online.CountOf(request.GuildId));

    public Task<IReadOnlyCollection<Snowflake>> Handle(GetOnlineMembers request, CancellationToken cancellationToken) => Task.FromResult(online.Of(request.GuildId));

    public Task<IReadOnlyList<SessionInfo>> Handle(GetSessions request, CancellationToken cancellationToken)
    {
        if (!_users.TryGetValue(request.UserId, out var user))
            return Task.FromResult<IReadOnlyList<SessionInfo>>([]);
        lock (user)
            return Task.FromResult(user.Sessions);
    }

    /// <summary>Who joins or leaves is online there, or no longer; new friends see each other.</summary>
    public void Project(GatewayEvent e, WriteUnit unit)
    {
        if (e is IMembershipChange change and not GuildMemberUpdated)
            unit.Then(() => FollowMember(change.UserId));
        else if (e is RelationshipAdded { Relationship: { Type: RelationshipType.Friend, Id: var friend }, UserId: var userId })
            unit.Then(() => ShowFriend(userId, friend));
    }

    private void ShowFriend(Snowflake userId, Snowflake friend)
    {
        if (!_users.TryGetValue(friend, out var user))
            return;
        lock (user)
        {
            if (user.Shown is { Status: not "offline" } shown)
                dispatcher.DispatchLossy(new FriendPresenceUpdated([userId], shown), null);
        }
    }

    private void FollowMember(Snowflake userId)
    {
        if (_users.TryGetValue(userId, out var user))
            _ = Task.Run(() => TellGuildsAsync(userId, user));
    }

    // Under the user's lock: the newest list is dispatched last.
    private void ShowSessions(Snowflake userId, UserSessions user)
    {
        if (!user.IsEmpty && !user.IsBot)
            dispatcher.DispatchLossy(new SessionsReplaced(userId, user.Sessions), null);
    }

    // One at a time for each user, so that an older list of guilds never comes after a newer one.
    private async Task TellGuildsAsync(Snowflake userId, UserSessions user)
    {
        lock (user)
        {
            user.MustTell = true;
            if (user.IsTelling)
                return;
            user.IsTelling = true;
        }

        while (true)
        {
            lock (user)
            {
                if (!user.MustTell)
                {
                    user.IsTelling = false;
                    if (user.IsEmpty)
                        user.IsGone = _users.TryRemove(KeyValuePair.Create(userId, user));
                    return;
                }

                user.MustTell = false;
            }

            if (await AudienceOfAsync(userId) is not { } audience)
                continue;
            lock (user)
                Tell(userId, user, audience.Views, audience.Friends);
        }
    }

    // Null: the store does not answer; the user's next change says it all.
    private async Task<(IReadOnlyList<IGuildView> Views, IReadOnlyList<Snowflake> Friends)?> AudienceOfAsync(Snowflake userId)
    {
        try
        {
            var relationships = await mediator.Send(new GetRelationships(userId));
            return (await mediator.Send(new GetGuildViewsOf(userId)), [.. relationships.Where(relationship => relationship.Type == RelationshipType.Friend).Select(relationship => relationship.Id)]);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    private void Tell(Snowflake userId, UserSessions user, IReadOnlyList<IGuildView> views, IReadOnlyList<Snowflake> friends)
    {
        var shown = user.Shown;
        var isOnline = shown.Status != "offline";
        var changed = !UserSessions.AreSame(user.Published, shown);
        var now = new HashSet<Snowflake>();
        foreach (var view in views)
        {
            if (isOnline && now.Add(view.Id))
                online.Add(view.Id, userId);
            else
                online.Remove(view.Id, userId);
            if (changed || (isOnline && !user.Guilds.Contains(view.Id)))
                feed.Publish(new PresenceUpdated(view.Id, shown), view);
        }

        foreach (var left in user.Guilds)
        {
            if (!now.Contains(left))
                online.Remove(left, userId);
        }

        if (changed && friends.Count > 0)
            dispatcher.DispatchLossy(new FriendPresenceUpdated(friends, shown), null);
        (user.Guilds, user.Published) = (now, shown);
    }
}
