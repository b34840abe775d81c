using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Auth;

/// <summary>Opaque tokens: issued once, stored hashed, looked up in memory, revoked at once.</summary>
/// <remarks>
/// Form: base64url(user id) . base64url(issue time) . 256 random bits. Libraries decode the first part to the user's id; nothing else of it
/// is trusted. ADR 0005 says why these are not JWTs: a JWT cannot be revoked without the very look-up that it is to save.
/// </remarks>
internal sealed class Tokens(AccountStore store, Database database, TimeProvider clock) : IRequestHandler<AuthenticateToken, TokenOwner?>
{
    private const int MaxTokenLength = 200;
    private const int MaxCached = 100_000;

    private readonly ConcurrentDictionary<string, Known> _known = new();

    /// <summary>Adds a new token to a unit.</summary>
    /// <param name="agent">The User-Agent that logs in; null for bots.</param>
    /// <returns>The token, valid once the unit is committed.</returns>
    public string Issue(WriteUnit unit, Snowflake userId, Snowflake? applicationId, string? agent = null)
    {
        var now = clock.GetUtcNow();
        var token = string.Join('.',
            Base64Url.EncodeToString(Encoding.ASCII.GetBytes(userId.ToString())),
            Base64Url.EncodeToString(BitConverter.GetBytes((int)now.ToUnixTimeSeconds())),
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        AccountStore.InsertToken(unit, Hash(token), userId, applicationId, Timestamp.From(now), agent);
        return token;
    }

    public async ValueTask<TokenOwner?> FindAsync(string token)
    {
        if (token.Length is 0 or > MaxTokenLength)
            return null;
        // What is looked up is the hash: its bytes tell nothing about how near a guess was.
        var hash = Hash(token);
        if (_known.TryGetValue(hash, out var known))
        {
            known.UsedAt = clock.GetUtcNow().ToUnixTimeMilliseconds();
            return known.Owner;
        }

        if (await store.FindTokenAsync(hash) is not [var row])
            return null;
        if (_known.Count >= MaxCached)
            _known.Clear();
        var owner = new TokenOwner(row.UserId, row.ApplicationId is not null, row.ApplicationId, hash);
        _known[hash] = new Known(owner) { UsedAt = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        // Revoked between the read and the entry: look once more, so that the memory never outlives the row.
        if (await store.FindTokenAsync(hash) is [_])
            return owner;
        _known.TryRemove(hash, out _);
        return null;
    }

    /// <summary>Ends one token and its gateway sessions.</summary>
    public async Task RevokeAsync(Snowflake userId, string hash)
    {
        await database.CommitAsync(AccountStore.DeleteToken(new WriteUnit(), hash).Publish(new TokensRevoked(userId, hash)));
        _known.TryRemove(hash, out _);
    }

    /// <summary>Adds to a unit that every token of the user ends.</summary>
    /// <remarks>Call <see cref="ForgetAll"/> after the commit.</remarks>
    public static WriteUnit RevokeAll(WriteUnit unit, Snowflake userId) =>
        AccountStore.DeleteTokensOf(unit, userId).Publish(new TokensRevoked(userId, null));

    /// <summary>Adds to a unit that every token of the user ends and a new one begins.</summary>
    /// <returns>The new token, valid once the unit is committed.</returns>
    public string Renew(WriteUnit unit, Snowflake userId, string? agent)
    {
        RevokeAll(unit, userId).Then(() => ForgetAll(userId));
        return Issue(unit, userId, null, agent);
    }

    public void ForgetAll(Snowflake userId)
    {
        foreach (var (hash, known) in _known)
        {
            if (known.Owner.UserId == userId)
                _known.TryRemove(hash, out _);
        }
    }

    /// <summary>When a token was last used since the start; null: not since then.</summary>
    public Timestamp? LastUse(string hash) => _known.TryGetValue(hash, out var known) ? new Timestamp(known.UsedAt) : null;

    public Task<TokenOwner?> Handle(AuthenticateToken request, CancellationToken cancellationToken) => FindAsync(request.Token).AsTask();

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed class Known(TokenOwner owner)
    {
        public TokenOwner Owner => owner;

        public long UsedAt { get; set; }
    }
}
