using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>POST /users/@me/disable: ends every session; the next login that says "undelete" makes the account active again.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class DisableAccount(AccountStore store, Database database, Lanes lanes, Confirmation confirmation, Tokens tokens) : IEndpoint
{
    public Route Route => Route.Post("disable_account", "/users/@me/disable") with { Access = Access.Users, RateLimit = RateLimit.Per("disable_account", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var password = body.Value.String("password", 1, 1024, required: true);
        var code = body.Value.String("code", 0, 32);
        if (body.Value.Error is { } invalid)
            return invalid;

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        if (await store.FindAsync(request.UserId) is not { } account)
            return ApiError.UnknownUser;
        var unit = new WriteUnit();
        if (await confirmation.RefuseAsync(unit, account, password, code, request.Cancelled) is { } refused)
            return refused;
        AccountStore.Update(unit, account with { Disabled = true });
        await database.CommitAsync(Tokens.RevokeAll(unit, account.Id).Then(() => tokens.ForgetAll(account.Id)));
        return Reply.NoContent;
    }
}
