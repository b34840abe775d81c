using System.Collections.Immutable;
using Discord.BuildingBlocks;
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
/// In memory for those asked for lately: who may write to whom is asked with every direct message. A change concerns two users, and with
/// them two lanes; as nobody may hold two, and changes are rare, all of them take this one.
/// </remarks>
internal sealed class RelationshipHome(RelationshipStore store, UserDirectory directory, Database database, TimeProvider clock)
{
    /// <summary>Source: protocol.md 2.4, 30002. Requests that somebody sent count as the friends that they may become.</summary>
    public const int MaxFriends = 1000;

    private const int MaxUsers = 100_000;

    private readonly Lane _changes = new();
    private readonly RecentlyUsed<RelationSet> _sets = new(MaxUsers);

    public async ValueTask<RelationSet> OfAsync(Snowflake userId) =>
        (await _sets.FindAsync(userId, async id => new RelationSet((await store.OfAsync(id)).ToImmutableDictionary(relation => relation.OtherId))))!;

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
        var change = new Change(this);
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
                change.Set(user.Id, other, RelationshipType.Friend, notify: false);
                change.Set(other.Id, user, RelationshipType.Friend, notify: true);
                break;
            default:
                if (theirs.TypeOf(user.Id) == RelationshipType.Blocked)
                    return ApiError.FriendRequestBlocked;
                if (mine.Count(RelationshipType.Friend) + mine.Count(RelationshipType.Outgoing) >= MaxFriends)
                    return ApiError.MaximumFriends;
                if (!await takesRequests())
                    return ApiError.FriendRequestsDisabled;
                change.Set(user.Id, other, RelationshipType.Outgoing, notify: false);
                change.Set(other.Id, user, RelationshipType.Incoming, notify: true);
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
        var change = new Change(this);
        change.Set(userId, other, RelationshipType.Blocked, notify: false);
        if (theirs.TypeOf(userId) != RelationshipType.Blocked)
            change.Remove(other.Id, theirs, userId);
        await change.CommitAsync();
    }

    /// <summary>Ends what <paramref name="which"/> chooses: friendships, own requests, others' requests, blocks.</summary>
    public async Task RemoveAsync(Snowflake userId, Func<StoredRelation, bool> which)
    {
        using var turn = await _changes.EnterAsync();
        var mine = await OfAsync(userId);
        var change = new Change(this);
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
        var unit = RelationshipStore.Save(new WriteUnit(), userId, renamed).Publish(new RelationshipUpdated(userId, Wire(renamed, friend))).Then(() => _sets.Change(userId, set => set.With(renamed)));
        await database.CommitAsync(unit);
        return null;
    }

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());

    private Task CommitAsync(WriteUnit unit) => database.CommitAsync(unit);

    private static Relationship Wire(StoredRelation relation, User other) => new(relation.OtherId, relation.Type, relation.Nickname, other, relation.Since);

    /// <summary>What changes together: rows, events, and after the commit the memory.</summary>
    private sealed class Change(RelationshipHome home)
    {
        private readonly WriteUnit _unit = new();
        private bool _any;

        public void Set(Snowflake userId, User other, RelationshipType type, bool notify)
        {
            _any = true;
            var relation = new StoredRelation(other.Id, type, null, home.Now);
            RelationshipStore.Save(_unit, userId, relation).Publish(new RelationshipAdded(userId, Wire(relation, other) with { ShouldNotify = notify })).Then(() => home._sets.Change(userId, set => set.With(relation)));
        }

        public void Remove(Snowflake userId, RelationSet set, Snowflake otherId)
        {
            if (set.TypeOf(otherId) is not (not RelationshipType.None and var type))
                return;
            _any = true;
            RelationshipStore.Delete(_unit, userId, otherId).Publish(new RelationshipRemoved(userId, otherId, type)).Then(() => home._sets.Change(userId, old => old.Without(otherId)));
        }

        public Task CommitAsync() => _any ? home.CommitAsync(_unit) : Task.CompletedTask;
    }
}

/// <summary>One user's side, at one moment.</summary>
internal sealed class RelationSet(ImmutableDictionary<Snowflake, StoredRelation> all)
{
    public ImmutableDictionary<Snowflake, StoredRelation> All => all;

    /// <summary>Kept apart: asked for each reader whom a message mentions.</summary>
    public ImmutableHashSet<Snowflake> Blocked { get; } = [.. all.Values.Where(relation => relation.Type == RelationshipType.Blocked).Select(relation => relation.OtherId)];

    public RelationshipType TypeOf(Snowflake otherId) => all.TryGetValue(otherId, out var relation) ? relation.Type : RelationshipType.None;

    public int Count(RelationshipType type) => all.Values.Count(relation => relation.Type == type);

    public RelationSet With(StoredRelation relation) => new(all.SetItem(relation.OtherId, relation));

    public RelationSet Without(Snowflake otherId) => new(all.Remove(otherId));
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
