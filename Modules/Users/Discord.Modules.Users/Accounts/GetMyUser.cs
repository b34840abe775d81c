using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>GET /users/@me: the caller's own account, with what only they may see.</summary>
internal sealed class GetMyUser(AccountStore store, SecondFactor factor) : IEndpoint
{
    public Route Route => Route.Get("get_my_user", "/users/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        await store.FindAsync(request.UserId) is { } account ? Reply.Ok(account.ToOwnUser(factor.IsOn(account.Id))) : ApiError.UnknownUser;
}
