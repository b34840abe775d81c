using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Mfa;
using Discord.Protocol;

namespace Discord.Modules.Users.Auth;

/// <summary>A second look at who asks, before what cannot be taken back: the password, and a code where there is a second factor.</summary>
internal sealed class Confirmation(PasswordHasher passwords, SecondFactor factor)
{
    /// <summary>Call on the account's lane.</summary>
    /// <param name="unit">Gets that the code was used: it commits with what it was asked for.</param>
    public async ValueTask<ApiError?> RefuseAsync(WriteUnit unit, Account account, string? password, string? code, CancellationToken cancellationToken)
    {
        if (!await passwords.VerifyAsync(password ?? "", account.Password, cancellationToken))
            return ApiError.InvalidField("password", "PASSWORD_DOES_NOT_MATCH", "Password does not match.");
        return factor.IsOn(account.Id) ? await factor.RefuseAsync(unit, account.Id, code) : null;
    }
}
