using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Mfa;

/// <summary>POST /users/@me/mfa/totp/disable: a code takes the second factor away, with its backup codes.</summary>
/// <remarks>Source: protocol.md 1.1. Every session ends; the caller goes on with a new token. Fires USER_UPDATE.</remarks>
internal sealed class DisableTotp(AccountStore store, Database database, Lanes lanes, SecondFactor factor, Tokens tokens) : IEndpoint
{
    public Route Route => Route.Post("disable_totp", "/users/@me/mfa/totp/disable") with { Access = Access.Users, RateLimit = RateLimit.Per("mfa", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var code = body.Value.String("code", 1, 32, required: true);
        if (body.Value.Error is { } invalid)
            return invalid;

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        if (await store.FindAsync(request.UserId) is not { } account)
            return ApiError.UnknownUser;
        var unit = new WriteUnit();
        if (await factor.RefuseAsync(unit, account.Id, code) is { } refused)
            return refused;
        factor.Remove(unit, account.Id).Publish(new UserUpdated(account.ToOwnUser(mfaEnabled: false), account.Id));
        var token = tokens.Renew(unit, account.Id, Logins.AgentOf(request));
        await database.CommitAsync(unit);
        return Reply.Ok(new { token });
    }
}
