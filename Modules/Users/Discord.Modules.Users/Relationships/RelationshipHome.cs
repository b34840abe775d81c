using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Relationships;

/// <summary>Everybody's friends, requests and blocks: read from memory, changed one after another.</summary>
/// <remarks>
/// Kept from the first question about a user on: who may write to whom is asked with every direct message. A change concerns two users, and with
/// them two lanes; as nobody may hold two, and changes are rare, all of them take this one.
/// </remarks>
internal sealed class RelationshipHome(RelationshipStore store, UserDirectory directory, Database database, TimeProvider clock)
{
    /// <summary>Source: protocol.md 2.4, 30002. Requests that somebody sent count as the friends that they may become.</summary>
    public const int MaxFriends = 1000;

    private readonly Lane _changes = new();
    private readonly ConcurrentDictionary<Snowflake, Lazy<Task<RelationSet>>> _sets = new();

    public async ValueTask<RelationSet> OfAsync(Snowflake userId)
    {
        var lazy = _sets.GetOrAdd(userId, static (id, store) => new Lazy<Task<RelationSet>>(async () => new RelationSet(await store.OfAsync(id))), store);
        try
        {
            return await lazy.Value;
        }
        catch
        {
            // Looked for again next time.
            _sets.TryRemove(new KeyValuePair<Snowflake, Lazy<Task<RelationSet>>>(userId, lazy));
            throw;
        }
    }

    public async ValueTask<Relation> BetweenAsync(Snowflake userId, Snowflake otherId) => new((await OfAsync(userId)).TypeOf(otherId), (await OfAsync(otherId)).TypeOf(userId));

    public async ValueTask<IReadOnlyList<Relationship>> ListAsync(Snowflake userId)
    {
        var relations = (await OfAsync(userId)).All;
        var users = await directory.FindManyAsync([.. relations.Keys]);
        return [.. relations.Values.Where(relation => users.ContainsKey(relation.OtherId)).OrderBy(relation => relation.OtherId).Select(relation => Wire(relation, users[relation.OtherId]))];
    }

    /// <summary>The friends that two users have in common.</summary>
    public async ValueTask<IReadOnlyList<Snowflake>> MutualFriendsAsync(Snowflake userId, Snowflake otherId)
    {
        var theirs = await OfAsync(otherId);
        return [.. (await OfAsync(userId)).All.Values.Where(mine => mine.Type == RelationshipType.Friend && theirs.TypeOf(mine.OtherId) == RelationshipType.Friend).Select(mine => mine.OtherId).Order()];
    }

    /// <summary>Asks for a friendship, or accepts one that the other asked for.</summary>
    /// <param name="takesRequests">Asked when it comes to a new request: whether the other wants any from this user.</param>
    public async Task<ApiError?> BefriendAsync(User user, User other, Func<ValueTask<bool>> takesRequests)
    {
        using var turn = await _changes.EnterAsync();
        var (mine, theirs) = (await OfAsync(user.Id), await OfAsync(other.Id));
        var change = new Change(database, clock);
        switch (mine.TypeOf(other.Id))
        {
            case RelationshipType.Outgoing:
                return null;
            case RelationshipType.Friend:
                return ApiError.AlreadyFriends;
            case RelationshipType.Blocked:
                return ApiError.FriendRequestBlocked;
            case RelationshipType.Incoming:
                if (mine.Count(RelationshipType.Friend) >= MaxFriends || theirs.Count(RelationshipType.Friend) >= MaxFriends)
                    return ApiError.MaximumFriends;
                change.Set(user.Id, mine, other, RelationshipType.Friend, notify: false);
                change.Set(other.Id, theirs, user, RelationshipType.Friend, notify: true);
                break;
            default:
                if (theirs.TypeOf(user.Id) == RelationshipType.Blocked)
                    return ApiError.FriendRequestBlocked;
                if (mine.Count(RelationshipType.Friend) + mine.Count(RelationshipType.Outgoing) >= MaxFriends)
                    return ApiError.MaximumFriends;
                if (!await takesRequests())
                    return ApiError.FriendRequestsDisabled;
                change.Set(user.Id, mine, other, RelationshipType.Outgoing, notify: false);
                change.Set(other.Id, theirs, user, RelationshipType.Incoming, notify: true);
                break;
        }

        await change.CommitAsync();
        return null;
    }

    /// <summary>Blocks somebody: a friendship or a request between the two ends. The other is not told of the block.</summary>
    public async Task BlockAsync(Snowflake userId, User other)
    {
        using var turn = await _changes.EnterAsync();
        var (mine, theirs) = (await OfAsync(userId), await OfAsync(other.Id));
        if (mine.TypeOf(other.Id) == RelationshipType.Blocked)
            return;
        var change = new Change(database, clock);
        change.Set(userId, mine, other, RelationshipType.Blocked, notify: false);
        if (theirs.TypeOf(userId) != RelationshipType.Blocked)
            change.Remove(other.Id, theirs, userId);
        await change.CommitAsync();
    }

    /// <summary>Ends what <paramref name="which"/> chooses: friendships, own requests, others' requests, blocks.</summary>
    public async Task RemoveAsync(Snowflake userId, Func<StoredRelation, bool> which)
    {
        using var turn = await _changes.EnterAsync();
        var mine = await OfAsync(userId);
        var change = new Change(database, clock);
        foreach (var relation in mine.All.Values.Where(which))
        {
            change.Remove(userId, mine, relation.OtherId);
            // Only a block is one-sided: a block of the other stays.
            if (relation.Type != RelationshipType.Blocked)
                change.Remove(relation.OtherId, await OfAsync(relation.OtherId), userId);
        }

        await change.CommitAsync();
    }

    public async Task<ApiError?> RenameAsync(Snowflake userId, User friend, string? nickname)
    {
        using var turn = await _changes.EnterAsync();
        var mine = await OfAsync(userId);
        if (mine.All.GetValueOrDefault(friend.Id) is not { Type: RelationshipType.Friend } relation)
            return ApiError.NotFriends;
        var renamed = relation with { Nickname = nickname };
        var unit = RelationshipStore.Save(new WriteUnit(), userId, renamed).Publish(new RelationshipUpdated(userId, Wire(renamed, friend))).Then(() => mine.Set(renamed));
        await database.CommitAsync(unit);
        return null;
    }

    private static Relationship Wire(StoredRelation relation, User other) => new(relation.OtherId, relation.Type, relation.Nickname, other, relation.Since);

    /// <summary>What changes together: rows, events, and after the commit the memory.</summary>
    private sealed class Change(Database database, TimeProvider clock)
    {
        private readonly WriteUnit _unit = new();
        private bool _any;

        public void Set(Snowflake userId, RelationSet set, User other, RelationshipType type, bool notify)
        {
            _any = true;
            var relation = new StoredRelation(other.Id, type, null, Timestamp.From(clock.GetUtcNow()));
            RelationshipStore.Save(_unit, userId, relation).Publish(new RelationshipAdded(userId, Wire(relation, other) with { ShouldNotify = notify })).Then(() => set.Set(relation));
        }

        public void Remove(Snowflake userId, RelationSet set, Snowflake otherId)
        {
            if (set.TypeOf(otherId) is not (not RelationshipType.None and var type))
                return;
            _any = true;
            RelationshipStore.Delete(_unit, userId, otherId).Publish(new RelationshipRemoved(userId, otherId, type)).Then(() => set.Remove(otherId));
        }

        public Task CommitAsync() => _any ? database.CommitAsync(_unit) : Task.CompletedTask;
    }

}

/// <summary>One user's side. Changed after the commit, read by everybody.</summary>
internal sealed class RelationSet(IEnumerable<StoredRelation> relations)
{
    private Sides _sides = new(relations.ToImmutableDictionary(relation => relation.OtherId));

    public ImmutableDictionary<Snowflake, StoredRelation> All => Volatile.Read(ref _sides).All;

    public ImmutableHashSet<Snowflake> Blocked => Volatile.Read(ref _sides).Blocked;

    public RelationshipType TypeOf(Snowflake otherId) => All.TryGetValue(otherId, out var relation) ? relation.Type : RelationshipType.None;

    public int Count(RelationshipType type) => All.Values.Count(relation => relation.Type == type);

    public void Set(StoredRelation relation) => Volatile.Write(ref _sides, new Sides(All.SetItem(relation.OtherId, relation)));

    public void Remove(Snowflake otherId) => Volatile.Write(ref _sides, new Sides(All.Remove(otherId)));

    private sealed class Sides(ImmutableDictionary<Snowflake, StoredRelation> all)
    {
        public ImmutableDictionary<Snowflake, StoredRelation> All => all;

        // Kept apart: asked for each reader whom a message mentions.
        public ImmutableHashSet<Snowflake> Blocked { get; } = [.. all.Values.Where(relation => relation.Type == RelationshipType.Blocked).Select(relation => relation.OtherId)];
    }
}

internal sealed class GetRelationshipsHandler(RelationshipHome home) : IRequestHandler<GetRelationships, IReadOnlyList<Relationship>>
{
    public Task<IReadOnlyList<Relationship>> Handle(GetRelationships request, CancellationToken cancellationToken) => home.ListAsync(request.UserId).AsTask();
}

internal sealed class GetBlockedHandler(RelationshipHome home) : IRequestHandler<GetBlocked, IReadOnlySet<Snowflake>>
{
    public async Task<IReadOnlySet<Snowflake>> Handle(GetBlocked request, CancellationToken cancellationToken) => (await home.OfAsync(request.UserId)).Blocked;
}

internal sealed class GetRelationHandler(RelationshipHome home) : IRequestHandler<GetRelation, Relation>
{
    public Task<Relation> Handle(GetRelation request, CancellationToken cancellationToken) => home.BetweenAsync(request.UserId, request.OtherId).AsTask();
}
