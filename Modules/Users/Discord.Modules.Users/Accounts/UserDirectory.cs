using System.Collections.Concurrent;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Accounts;

/// <summary>The public forms of users, kept in memory: every message and member carries one.</summary>
internal sealed class UserDirectory(AccountStore store)
{
    // Enough for every active user of a large instance; when full it starts over, which costs reads and loses nothing.
    private const int MaxCached = 200_000;

    private readonly ConcurrentDictionary<Snowflake, User> _users = new();

    public async ValueTask<User?> FindAsync(Snowflake id)
    {
        if (_users.TryGetValue(id, out var user))
            return user;
        return await store.FindAsync(id) is { } account ? Keep(account.ToUser()) : null;
    }

    public async ValueTask<IReadOnlyDictionary<Snowflake, User>> FindManyAsync(IReadOnlyCollection<Snowflake> ids)
    {
        var found = new Dictionary<Snowflake, User>(ids.Count);
        List<Snowflake>? missing = null;
        foreach (var id in ids)
        {
            if (_users.TryGetValue(id, out var user))
                found[id] = user;
            else
                (missing ??= []).Add(id);
        }

        foreach (var chunk in missing?.Chunk(1000) ?? [])
        {
            foreach (var account in await store.FindManyAsync(chunk))
                found[account.Id] = Keep(account.ToUser());
        }

        return found;
    }

    /// <summary>Call after an account was deleted.</summary>
    public void Forget(Snowflake id) => _users.TryRemove(id, out _);

    /// <summary>Call after a change was committed.</summary>
    public User Keep(User user)
    {
        if (_users.Count >= MaxCached)
            _users.Clear();
        return _users[user.Id] = user;
    }
}

internal sealed class GetUserHandler(UserDirectory directory) : IRequestHandler<GetUser, User?>
{
    public Task<User?> Handle(GetUser request, CancellationToken cancellationToken) => directory.FindAsync(request.UserId).AsTask();
}

internal sealed class GetUsersHandler(UserDirectory directory) : IRequestHandler<GetUsers, IReadOnlyDictionary<Snowflake, User>>
{
    public Task<IReadOnlyDictionary<Snowflake, User>> Handle(GetUsers request, CancellationToken cancellationToken) => directory.FindManyAsync(request.UserIds).AsTask();
}

internal sealed class GetAccountStandingHandler(AccountStore store) : IRequestHandler<GetAccountStanding, AccountStanding?>
{
    public async Task<AccountStanding?> Handle(GetAccountStanding request, CancellationToken cancellationToken) =>
        await store.FindAsync(request.UserId) is { } account ? new AccountStanding(account.Verified, new Timestamp(account.Id.CreatedAt)) : null;
}

internal sealed class GetOwnAccountHandler(AccountStore store, SecondFactor factor) : IRequestHandler<GetOwnAccount, object?>
{
    public async Task<object?> Handle(GetOwnAccount request, CancellationToken cancellationToken) => (await store.FindAsync(request.UserId))?.ToOwnUser(factor.IsOn(request.UserId));
}
