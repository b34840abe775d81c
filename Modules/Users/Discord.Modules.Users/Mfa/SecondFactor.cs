using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Mfa;

/// <summary>Who has a second factor, and whether a code is right: one of the app, or one of the ten that were written down. Each is taken once.</summary>
internal sealed class SecondFactor(MfaStore store, TimeProvider clock) : IStartup, IRequestHandler<HasMfa, bool>
{
    private const int BackupCodes = 10;
    private const int BackupCodeLength = 8;
    private const string BackupAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    // Three of a million codes are right at a time: at this pace an even chance takes more than a year, and the password before.
    private const int MaxAttempts = 5;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<Snowflake, byte> _enrolled = new();
    private readonly Attempts<Snowflake> _attempts = new(MaxAttempts, s_window, clock);

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        foreach (var userId in await store.EnrolledAsync())
            _enrolled[userId] = 0;
    }

    public bool IsOn(Snowflake userId) => _enrolled.ContainsKey(userId);

    public Task<bool> Handle(HasMfa request, CancellationToken cancellationToken) => Task.FromResult(IsOn(request.UserId));

    /// <summary>Checks a code and adds to the unit that it is used. Call on the account's lane and commit there.</summary>
    /// <returns>60008 for a wrong or used code, 429 after too many.</returns>
    public async ValueTask<ApiError?> RefuseAsync(WriteUnit unit, Snowflake userId, string? code)
    {
        if (await store.FindAsync(userId) is not { } factor)
            return ApiError.MfaNotEnrolled;
        return await RefuseAsync(userId, async () =>
        {
            var given = Plain(code);
            if (Totp.FindStep(factor.Secret, given, clock.GetUtcNow(), factor.Step) is { } step)
            {
                MfaStore.SetStep(unit, userId, step);
                return true;
            }

            var hash = Hash(userId, given);
            if (!await store.HasBackupCodeAsync(userId, hash))
                return false;
            MfaStore.DeleteBackupCode(unit, userId, hash);
            return true;
        });
    }

    /// <summary>Adds a factor to a unit, when the code shows that the app has the secret. Call on the account's lane.</summary>
    /// <returns>The backup codes: shown once, stored hashed.</returns>
    public async ValueTask<Result<IReadOnlyList<string>>> EnrollAsync(WriteUnit unit, Snowflake userId, byte[] secret, string? code)
    {
        if (IsOn(userId))
            return ApiError.MfaEnrolled;
        long? step = null;
        if (await RefuseAsync(userId, () => ValueTask.FromResult((step = Totp.FindStep(secret, Plain(code), clock.GetUtcNow(), after: 0)) is not null)) is { } refused)
            return refused;
        MfaStore.Insert(unit, userId, new StoredFactor(secret, step!.Value));
        var codes = Enumerable.Range(0, BackupCodes).Select(_ => RandomNumberGenerator.GetString(BackupAlphabet, BackupCodeLength)).ToList();
        foreach (var backup in codes)
            MfaStore.InsertBackupCode(unit, userId, Hash(userId, backup));
        unit.Then(() => _enrolled[userId] = 0);
        return codes;
    }

    /// <summary>Adds to a unit that the account has no second factor any more.</summary>
    public WriteUnit Remove(WriteUnit unit, Snowflake userId) => MfaStore.Delete(unit, userId).Then(() => _enrolled.TryRemove(userId, out _));

    private async ValueTask<ApiError?> RefuseAsync(Snowflake userId, Func<ValueTask<bool>> isRight)
    {
        if (_attempts.Take(userId) is { } seconds)
            return new ApiError(429, 0, "Too many two-factor codes. Try again later.") { RetryAfter = seconds };
        if (!await isRight())
            return ApiError.InvalidMfaCode;
        _attempts.Clear(userId);
        return null;
    }

    // Apps show a blank in the middle.
    private static string Plain(string? code) => (code ?? "").Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // A slow hash would protect nothing: the secret, which has to be readable, lies in the same database.
    private static string Hash(Snowflake userId, string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}:{code}")));
}
