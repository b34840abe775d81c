using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>GET /users/{user_id}: the public form of anybody; never an e-mail address.</summary>
internal sealed class GetUserEndpoint(UserDirectory directory) : IEndpoint
{
    public Route Route => Route.Get("get_user", "/users/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request) =>
        await directory.FindAsync(request.Id("user_id")) is { } user ? Reply.Ok(user) : ApiError.UnknownUser;
}
