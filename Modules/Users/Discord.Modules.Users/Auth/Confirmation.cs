using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Auth;

/// <summary>A second look at who asks, before what cannot be taken back: the password, and a code where there is a second factor.</summary>
internal sealed class Confirmation(AccountStore store, Lanes lanes, PasswordHasher passwords, SecondFactor factor)
{
    /// <summary>Reads "password" and "code" of the form and takes the turn on the caller's lane.</summary>
    /// <returns>The account, and the unit that the change goes into; dispose it after the commit.</returns>
    public async ValueTask<Result<Confirmed>> EnterAsync(ApiRequest request, Form form)
    {
        var password = form.String("password", 1, 1024, required: true);
        var code = form.String("code", 0, 32);
        if (form.Error is { } invalid)
            return invalid;
        var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var unit = new WriteUnit();
        var account = await store.FindAsync(request.UserId);
        var refused = account is null ? ApiError.UnknownUser : await RefuseAsync(unit, account, password, code, request.Cancelled);
        if (refused is null)
            return new Confirmed(account!, unit, turn);
        turn.Dispose();
        return refused;
    }

    /// <summary>Call on the account's lane.</summary>
    /// <param name="unit">Gets that the code was used: it commits with what it was asked for.</param>
    public async ValueTask<ApiError?> RefuseAsync(WriteUnit unit, Account account, string? password, string? code, CancellationToken cancellationToken)
    {
        if (!await passwords.VerifyAsync(password ?? "", account.Password, cancellationToken))
            return ApiError.InvalidField("password", "PASSWORD_DOES_NOT_MATCH", "Password does not match.");
        return factor.IsOn(account.Id) ? await factor.RefuseAsync(unit, account.Id, code) : null;
    }
}

/// <summary>The turn on the lane of an account whose owner was asked again.</summary>
internal sealed record Confirmed(Account Account, WriteUnit Unit, Lane.Turn Turn) : IDisposable
{
    public void Dispose() => Turn.Dispose();
}
