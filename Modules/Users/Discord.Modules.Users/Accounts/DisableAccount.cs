using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Storage;

namespace Discord.Modules.Users.Accounts;

/// <summary>POST /users/@me/disable: ends every session; the next login that says "undelete" makes the account active again.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class DisableAccount(Database database, Confirmation confirmation, Tokens tokens) : IEndpoint
{
    public Route Route => Route.Post("disable_account", "/users/@me/disable") with { Access = Access.Users, RateLimit = RateLimit.Per("disable_account", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var entered = await confirmation.EnterAsync(request, body.Value);
        if (entered.Error is { } refused)
            return refused;
        using var confirmed = entered.Value;
        var (account, unit, _) = confirmed;
        AccountStore.Update(unit, account with { Disabled = true });
        await database.CommitAsync(Tokens.RevokeAll(unit, account.Id).Then(() => tokens.ForgetAll(account.Id)));
        return Reply.NoContent;
    }
}
