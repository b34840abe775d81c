using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Mfa;

/// <summary>POST /users/@me/mfa/totp/enable: from now on a login needs a code of the app that has this secret. Answers with backup codes.</summary>
/// <remarks>Source: protocol.md 1.1. Every session ends, for those may have begun with a stolen password; the caller goes on with a new token. Fires USER_UPDATE.</remarks>
internal sealed class EnableTotp(AccountStore store, Database database, Lanes lanes, Confirmation confirmation, SecondFactor factor, Tokens tokens) : IEndpoint
{
    public Route Route => Route.Post("enable_totp", "/users/@me/mfa/totp/enable") with { Access = Access.Users, RateLimit = RateLimit.Per("mfa", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var password = body.Value.String("password", 1, 1024, required: true);
        var secret = Totp.ParseSecret(body.Value.String("secret", 0, 256) ?? "");
        var code = body.Value.String("code", 0, 32);
        if (body.Value.Error is { } invalid)
            return invalid;

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        if (factor.IsOn(request.UserId))
            return ApiError.MfaEnrolled;
        if (await store.FindAsync(request.UserId) is not { } account)
            return ApiError.UnknownUser;
        var unit = new WriteUnit();
        if (await confirmation.RefuseAsync(unit, account, password, null, request.Cancelled) is { } refused)
            return refused;
        if (secret is null)
            return ApiError.InvalidMfaSecret;
        var enrolled = await factor.EnrollAsync(unit, account.Id, secret, code);
        if (enrolled.Error is { } wrong)
            return wrong;
        unit.Publish(new UserUpdated(account.ToOwnUser(mfaEnabled: true), account.Id));
        var token = tokens.Renew(unit, account.Id, Logins.AgentOf(request));
        await database.CommitAsync(unit);
        return Reply.Ok(new { token, backup_codes = enrolled.Value.Select(backup => new { user_id = account.Id, code = backup, consumed = false }) });
    }
}
