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

    private readonly ConcurrentDictionary<string, TokenOwner> _known = new();

    /// <summary>Adds a new token to a unit.</summary>
    /// <returns>The token, valid once the unit is committed.</returns>
    public string Issue(WriteUnit unit, Snowflake userId, Snowflake? applicationId)
    {
        var now = clock.GetUtcNow();
        var token = string.Join('.',
            Base64Url.EncodeToString(Encoding.ASCII.GetBytes(userId.ToString())),
            Base64Url.EncodeToString(BitConverter.GetBytes((int)now.ToUnixTimeSeconds())),
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        AccountStore.InsertToken(unit, Hash(token), userId, applicationId, Timestamp.From(now));
        return token;
    }

    public async ValueTask<TokenOwner?> FindAsync(string token)
    {
        if (token.Length is 0 or > MaxTokenLength)
            return null;
        // What is looked up is the hash: its bytes tell nothing about how near a guess was.
        var hash = Hash(token);
        if (_known.TryGetValue(hash, out var owner))
            return owner;
        if (await store.FindTokenAsync(hash) is not [var row])
            return null;
        if (_known.Count >= MaxCached)
            _known.Clear();
        owner = new TokenOwner(row.UserId, row.ApplicationId is not null, row.ApplicationId, hash);
        _known[hash] = owner;
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

    public void ForgetAll(Snowflake userId)
    {
        foreach (var (hash, owner) in _known)
        {
            if (owner.UserId == userId)
                _known.TryRemove(hash, out _);
        }
    }

    public Task<TokenOwner?> Handle(AuthenticateToken request, CancellationToken cancellationToken) => FindAsync(request.Token).AsTask();

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
