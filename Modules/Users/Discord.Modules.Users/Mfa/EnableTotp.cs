using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Users.Mfa;

/// <summary>POST /users/@me/mfa/totp/enable: from now on a login needs a code of the app that has this secret. Answers with backup codes.</summary>
/// <remarks>Source: protocol.md 1.1. Every session ends, for those may have begun with a stolen password; the caller goes on with a new token. Fires USER_UPDATE.</remarks>
internal sealed class EnableTotp(Database database, Confirmation confirmation, SecondFactor factor, Tokens tokens) : IEndpoint
{
    public Route Route => Route.Post("enable_totp", "/users/@me/mfa/totp/enable") with { Access = Access.Users, RateLimit = RateLimit.Per("mfa", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var secret = Totp.ParseSecret(body.Value.String("secret", 0, 256) ?? "");
        if (factor.IsOn(request.UserId))
            return ApiError.MfaEnrolled;
        var entered = await confirmation.EnterAsync(request, body.Value);
        if (entered.Error is { } refused)
            return refused;
        using var confirmed = entered.Value;
        var (account, unit, _) = confirmed;
        if (secret is null)
            return ApiError.InvalidMfaSecret;
        var enrolled = await factor.EnrollAsync(unit, account.Id, secret, body.Value.String("code"));
        if (enrolled.Error is { } wrong)
            return wrong;
        unit.Publish(new UserUpdated(account.ToOwnUser(mfaEnabled: true), account.Id));
        var token = tokens.Renew(unit, account.Id, Logins.AgentOf(request));
        await database.CommitAsync(unit);
        return Reply.Ok(new { token, backup_codes = enrolled.Value.Select(backup => new { user_id = account.Id, code = backup, consumed = false }) });
    }
}
